import { said } from "@/models/said";
import { NodeError, oneStep } from "../define-node";
import { noticeNotFinite, savedTensor, savedTensors, shapeWords } from "../saved-tensors";
import type { savedLatentsSpec } from "./spec";

/** A stored tensor [1, C, h, w] as latents of the checkpoint in use. */
export const runSavedLatents = oneStep<typeof savedLatentsSpec>(async ({ params, models, loadTensors, notice }) => {
  const latents = savedTensor(await savedTensors(params, loadTensors), params.tensor);
  const { transformer, geometry } = models.pipeline;
  const channels = transformer.config.in_channels / 4;
  const [batch, ofThese, height = 0, width = 0] = latents.dims;
  if (latents.dims.length !== 4 || batch !== 1 || ofThese !== channels || !isEven(height) || !isEven(width)) {
    throw new NodeError(
      said("The saved tensor “{tensor}” has the shape {shape}; latents of this checkpoint are [1, {channels}, height, width], with even sides.", { tensor: params.tensor, shape: shapeWords(latents.dims), channels }),
      said("Pin a frame of a sampler that ran on this checkpoint."),
    );
  }
  noticeNotFinite(latents, params.tensor, notice);
  return { latents: { type: "latents", tensors: { latents }, facts: { width: width * geometry.compression, height: height * geometry.compression } } };
});

const isEven = (side: number) => side > 0 && side % 2 === 0;
