import { float32 } from "@/models/tensor";
import { oneStep } from "../define-node";
import { floatOutput } from "../model-outputs";
import { tokenizerOf } from "../tokenizers";
import { knownPatches } from "../visual-branch-unmasker/known-patches";
import { promptTokens, textPrefix } from "../visual-branch-unmasker/predictor";
import type { unmaskerAttentionSpec } from "./spec";

/** One iteration of the unmasker over again, with its attention: [layers, patches, text tokens + patches]. */
export const runUnmaskerAttention = oneStep<typeof unmaskerAttentionSpec>(async ({ inputs, params, models, notice }) => {
  const { bifrost: { text }, geometry: { patchGrid: side } } = models.pipeline;
  const { kept, latents } = knownPatches(inputs.known, params, models.pipeline);
  const mask = Float32Array.from({ length: side * side }, (_, position) => (kept.has(position) ? 0 : 1));
  const { inputIds } = await promptTokens(models, inputs.text.facts.text, notice);
  const feeds = { patch_latents: float32(latents, [1, side * side, text.hidden_size]), mask: float32(mask, [1, side * side]), ...(await textPrefix(models, inputIds)) };
  const outputs = await models.run("visual-branch-attention", feeds);
  const { encoder } = await tokenizerOf(models, "qwen");
  // One by one: its vocabulary spells bytes, not letters.
  const tokens = Array.from(inputIds.data, (id) => encoder.decode([id], { skip_special_tokens: false }));
  return {
    attention: {
      type: "attention",
      tensors: { attention: floatOutput(outputs, "attention") },
      facts: { tokens, rows: side, columns: side, blocks: Array.from({ length: text.num_hidden_layers }, (_, index) => `layer ${index + 1}`) },
    },
  };
});
