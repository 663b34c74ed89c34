import { oneStep } from "../define-node";
import type { saveImageSpec } from "./spec";

/** The picture itself: whoever runs the workflow keeps it, the server with the run, the terminal as a file. */
export const runSaveImage = oneStep<typeof saveImageSpec>(({ inputs }) => ({ image: inputs.image }));
