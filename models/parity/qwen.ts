/** Qwen2.5-VL's visual encoder and language model as Transformers' users call them. */
import { z } from "zod";
import { mropeTables, qwenTextConfig, type MropePosition } from "../architectures/qwen-decoder";
import { buildQwenText } from "../architectures/qwen-text";
import { buildQwenVision, qwenVisionConfig, type QwenVisionConfig, type WindowKind } from "../architectures/qwen-vision";
import { visionInputs, windowKind } from "../architectures/qwen-vision-windows";
import type { Weights } from "../checkpoints/weights";
import { float32, type Tensor, type Tensors } from "../tensor";
import { placed } from "./bundle";
import type { Computed } from "./comparison";
import type { Component } from "./component";
import type { NamedTensors } from "./named-tensors";
import { attentionMask, positionIds, seenPlaces } from "./qwen-positions";
import { eachRow, picked, row, spread } from "./rows";
import { tokenIds } from "./text-encoders";

/** A whole model's config.json keeps the visual encoder's below this. */
const visionConfig = z.preprocess((json) => (typeof json === "object" && json !== null && "vision_config" in json ? json.vision_config : json), qwenVisionConfig);

const mergedNames = ["patch_latents", "image_embeds", "patch_embeds", "image_features", "merged_hidden_states", "hidden_states", "output"];
const grids = ["grid_thw", "image_grid_thw"] as const;

export const qwenVision: Component = {
  inputs: ["pixel_values", "grid_thw"],
  async compute({ config: read, weights, inputs, outputs }, run) {
    const config = read(visionConfig);
    const rowLength = config.channels * config.temporal_patch_size * config.patch_size ** 2;
    const pixels = inputs.floats(["pixel_values", "hidden_states"], ["patches", rowLength]);
    const frames = imageFrames(inputs, config, pixels.dims[0]!);
    const named = placed(weights, "patch_embed.proj.weight", "visual.");
    const graphs = new Map<WindowKind, ReturnType<typeof buildQwenVision>>();
    const [latents, states]: [Float32Array[], Float32Array[]] = [[], []];
    let start = 0;
    // Images, and the frames of a video, do not see each other.
    for (const [h, w] of frames) {
      const kind = windowKind(h, w, config);
      if (!graphs.has(kind)) graphs.set(kind, buildQwenVision(config, named, kind, "float32", { states: true }));
      const part = float32(pixels.data.subarray(start * rowLength, (start + h * w) * rowLength), [h * w, rowLength]);
      const given = await run(graphs.get(kind)!, { pixel_values: part, ...visionInputs(h, w, config) });
      latents.push(given["patch_latents"]!.data as Float32Array);
      states.push(given["last_hidden_state"]!.data as Float32Array);
      start += h * w;
    }
    const merged: Computed = { tensor: joined(latents, config.out_hidden_size), aliases: mergedNames };
    // Transformers 5 also gives what it merged the embeddings from; before, there was one result, whatever people call it.
    const isMerged = outputs.has("last_hidden_state") && outputs.dims("last_hidden_state").at(-2) === merged.tensor.dims[0] && config.spatial_merge_size > 1;
    return { pooler_output: merged, last_hidden_state: isMerged ? merged : { tensor: joined(states, config.hidden_size) } };
  },
};

/** [height, width] in patches of each image, or frame of a video; `patches` in all. */
function imageFrames(inputs: NamedTensors, { spatial_merge_size: merge }: QwenVisionConfig, patches: number): [number, number][] {
  const { data } = inputs.integers(grids, inputs.rank(grids) === 1 ? [3] : ["images", 3]);
  const images = Array.from({ length: data.length / 3 }, (_, i) => Array.from(data.subarray(3 * i, 3 * i + 3), Number) as [number, number, number]);
  for (const [t, h, w] of images) {
    if (t < 1 || h < merge || w < merge || h % merge !== 0 || w % merge !== 0) {
      throw inputs.problem("grid_thw", `holds [${t}, ${h}, ${w}]; height and width should be multiples of ${merge} (spatial_merge_size).`);
    }
  }
  // Before any array is made of the sizes, which may be absurd.
  const asked = images.reduce((sum, [t, h, w]) => sum + t * h * w, 0);
  if (asked !== patches) throw inputs.problem("pixel_values", `has ${patches} patches, and grid_thw asks for ${asked}. Record both from one call.`);
  return images.flatMap(([t, h, w]) => Array.from({ length: t }, (): [number, number] => [h, w]));
}

function joined(parts: readonly Float32Array[], size: number): Tensor<"float32"> {
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return float32(data, [data.length / size, size]);
}

/** The language model below the name that the graphs look for. */
export function languageWeights(weights: Weights): Weights {
  return placed(weights, "layers.0.input_layernorm.weight", "vision_language_model.model.");
}

export const qwenText: Component = {
  inputs: ["input_ids (or inputs_embeds)", "attention_mask?", "position_ids?"],
  async compute({ config: read, weights, inputs }, run) {
    const config = read(qwenTextConfig);
    const embeds = inputs.has("input_ids") ? undefined : inputs.optionalFloats("inputs_embeds", ["B", "S", config.hidden_size]);
    const ids = embeds ?? tokenIds(inputs, config.vocab_size);
    const [batch, length] = ids.dims as [number, number];
    const mask = attentionMask(inputs);
    // Transformers counts all tokens, masked ones too, unless it is told the positions.
    const positions = positionIds(inputs, batch, [length]) ?? Array.from({ length: batch }, () => countedUp(length));
    const graph = buildQwenText(config, languageWeights(weights), "float32", { finalStates: true, embeds: embeds !== undefined });
    const given = await eachRow(batch, async (index) => {
      const places = seenPlaces(mask, index, length);
      if (places.length === 0) throw inputs.problem("attention_mask", `masks all of row ${index}. Leave that row out.`);
      const outputs = await run(graph, {
        ...(embeds ? { inputs_embeds: pickedRows(row(embeds, index), places) } : { input_ids: picked(row(ids as Tensor<"int64">, index), places) }),
        ...mropeTables(places.map((place) => positions[index]![place]!), config),
      });
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, spread(tensor, tokenAxis(name), places, length)])) as Tensors;
    });
    const counts = mask && Uint8Array.from(mask.data, Number);
    return Object.fromEntries(Object.entries(given).map(([name, tensor]): [string, Computed] => [name, {
      tensor, aliases: aliasesOf(name), ...(counts && { leftOut: { tokenAxis: tokenAxis(name), counts } }),
    }]));
  },
};

/** Text positions 0 … length − 1. */
export function countedUp(length: number): MropePosition[] {
  return Array.from({ length }, (_, place) => [place, place, place] as const);
}

const tokenAxis = (name: string) => (name === "last_hidden_state" ? 1 : 2);

function aliasesOf(name: string): string[] {
  if (name === "last_hidden_state") return ["hidden_states", "output"];
  const [kind, index] = name.split(".") as ["key" | "value", string];
  return [`${kind}s.${index}`, `${kind}_cache.${index}`, `past_key_values.${index}.${kind}`, `past_key_values.${kind}.${index}`, `past_${kind}.${index}`];
}

/** [1, S, D] → the places' [1, n, D]. */
function pickedRows({ data, dims }: Tensor<"float32">, places: readonly number[]): Tensor<"float32"> {
  const size = dims[2]!;
  const kept = new Float32Array(places.length * size);
  places.forEach((place, index) => kept.set(data.subarray(place * size, (place + 1) * size), index * size));
  return float32(kept, [1, places.length, size]);
}
