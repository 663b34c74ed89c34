import { NodeError, oneStep } from "../define-node";
import type { loadImageSpec } from "./spec";

export const runLoadImage = oneStep<typeof loadImageSpec>(async ({ params, loadImage }) => {
  if (!params.image) throw new NodeError("There is no picture yet.", "Choose a file, or drop one on the node.");
  return { image: await loadImage(params.image.hash) };
});
