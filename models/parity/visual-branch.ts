/** Bifrost-1's visual generation branch over its text branch, as models/reference/visual_branch.py computes both. */
import { mropeTables, qwenTextConfig, type MropePosition } from "../architectures/qwen-decoder";
import { buildQwenText } from "../architectures/qwen-text";
import { buildVisualBranch } from "../architectures/visual-branch";
import type { Weights } from "../checkpoints/weights";
import { float32, type Tensor } from "../tensor";
import { renamed } from "./bundle";
import type { Component } from "./component";
import type { NamedTensors } from "./named-tensors";
import { languageWeights } from "./qwen";
import { attentionMask, positionIds, seenPlaces } from "./qwen-positions";
import { eachRow, picked, row } from "./rows";
import { tokenIds } from "./text-encoders";

export const visualBranch: Component = {
  inputs: ["input_ids", "attention_mask?", "position_ids?", "patch_latents", "mask"],
  async compute({ config: read, weights, inputs }, run) {
    const config = read(qwenTextConfig);
    const named = branchWeights(weights);
    const count = named.require("learnable_pos_emb").shape[1] ?? 0;
    const ids = tokenIds(inputs, config.vocab_size);
    const [batch, length] = ids.dims as [number, number];
    const latents = inputs.floats(["patch_latents", "latents", "latent", "hidden_states"], ["B", count, config.hidden_size]);
    const unknown = inputs.mask(["mask", "latent_mask", "masked"], ["B", count]);
    const mask = float32(Float32Array.from(unknown.data, Number), unknown.dims);
    const attended = attentionMask(inputs);
    const positions = positionIds(inputs, batch, [length, length + count]);
    const text = buildQwenText(config, named);
    const branch = buildVisualBranch({ ...config, num_visual_gen_tokens: count }, named);
    const given = await eachRow(batch, async (index) => {
      const places = seenPlaces(attended, index, length);
      if (places.length === 0) throw inputs.problem("attention_mask", `masks all of row ${index}. Leave that row out.`);
      const at = positions ? relativeToImage(inputs, positions[index]!, length, places) : places.map((_, i): MropePosition => [i, i, i]);
      const prefix = await run(text, { input_ids: picked(row(ids, index), places), ...mropeTables(at, config) });
      return run(branch, { patch_latents: row(latents, index), mask: row(mask, index), ...prefix });
    });
    return { prediction: { tensor: given["prediction"] as Tensor<"float32">, aliases: ["pred", "model_pred", "output", "sample", "last_hidden_state"] } };
  },
};

/** The branch's own parts lie beside the language model, whatever that is wrapped in. */
function branchWeights(weights: Weights): Weights {
  const outside = /(?:^|\.)(mask_token|learnable_pos_emb|vision_head\.(?:weight|bias))$/;
  return renamed(languageWeights(weights), (name) => outside.exec(name)?.[1] ?? name);
}

/**
 * The text's positions at `places`, as seen from the image: rotation is relative, and the graph keeps the image at 0.
 * Positions given for the image's tokens too must all be the same.
 */
function relativeToImage(inputs: NamedTensors, positions: readonly MropePosition[], length: number, places: readonly number[]): MropePosition[] {
  const image = positions.slice(length);
  const [t, h, w] = image[0] ?? [0, 0, 0];
  if (image.some((position) => position[0] !== t || position[1] !== h || position[2] !== w)) {
    throw inputs.problem("position_ids", "differ among the image's tokens. A branch with learnable_pos_emb has all of them at one position, 0 in Bifrost-1.");
  }
  return places.map((place) => positions[place]!).map((position) => [position[0] - t, position[1] - h, position[2] - w]);
}
