import { said } from "@/models/said";
import { NodeError, oneStep } from "../define-node";
import type { loadImageSpec } from "./spec";

export const runLoadImage = oneStep<typeof loadImageSpec>(async ({ params, loadImage }) => {
  if (!params.image) throw new NodeError(said("There is no picture yet."), said("Choose a file, or drop one on the node."));
  return { image: await loadImage(params.image.hash) };
});
