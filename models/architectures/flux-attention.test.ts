import { describe, expect, it } from "vitest";
import { openFixture, relativeError, runOnCpu } from "../reference/parity";
import { float32, float32Data, int64, type Tensor, type Tensors } from "../tensor";
import { buildFluxAttention } from "./flux-attention";
import { buildFluxTransformerControlnet, fluxControlnetConfig } from "./flux-controlnet";
import { imageIds, ropeTables, textIds } from "./flux-latents";
import { buildFluxTransformer, fluxTransformerConfig } from "./flux-transformer";

/**
 * The velocity is computed by the same operators in the same order as in the ordinary graph. ONNX Runtime may fuse
 * around the added outputs in another way, which changes roundings of 1e-7 and no more.
 */
const sameNumbers = 1e-6;
/** Rows of a softmax in float32, added up. */
const sumTolerance = 1e-5;

interface FixtureConfig {
  transformer: unknown;
  controlnet?: unknown;
  grid: [number, number];
}

const names = ["flux-guided", "controlled-both"] as const;

/** A fixture with its graph that shows attention and the ordinary one. */
function open(name: (typeof names)[number]) {
  const { config: json, weights, inputs } = openFixture(name);
  const { transformer: fields, controlnet: controlFields, grid: [rows, columns] } = json as FixtureConfig;
  const config = fluxTransformerConfig.parse(fields);
  const transformer = { config, weights: weights.within("transformer.", "transformer") };
  const controlnet = controlFields ? { config: fluxControlnetConfig.parse(controlFields), weights: weights.within("controlnet.", "controlnet") } : null;
  const { img_ids: _image, txt_ids: _text, ...rest } = inputs;
  const tokens = inputs["encoder_hidden_states"]!.dims[1]!;
  const { cos, sin } = ropeTables([...textIds(tokens), ...imageIds(rows, columns)], config.axes_dims_rope);
  const feeds: Tensors = { ...rest, rope_cos: cos, rope_sin: sin };
  return {
    tokens, feeds, patches: rows * columns, blocks: config.num_layers + config.num_single_layers,
    ordinary: controlnet ? buildFluxTransformerControlnet(transformer, controlnet) : buildFluxTransformer(config, transformer.weights),
    probe: buildFluxAttention(transformer, controlnet),
  };
}

const values = (tensor: Tensor | undefined) => float32Data(tensor, "output");

describe.each(names)("%s with its attention", (name) => {
  it("gives the ordinary graph's outputs", async () => {
    const { ordinary, probe, feeds, tokens } = open(name);
    const expected = await runOnCpu(ordinary, feeds);
    const actual = await runOnCpu(probe, { ...feeds, token_count: int64([tokens], [1]) });
    for (const [key, tensor] of Object.entries(expected)) expect(relativeError(actual[key], tensor), key).toBeLessThan(sameNumbers);
  });

  it("shares each image token's attention among all text tokens and the image", async () => {
    const { probe, feeds, tokens, patches, blocks } = open(name);
    const { attention, image_share: share } = await runOnCpu(probe, { ...feeds, token_count: int64([tokens], [1]) });
    expect(attention!.dims).toEqual([blocks, tokens, patches]);
    expect(share!.dims).toEqual([blocks, patches]);
    for (let block = 0; block < blocks; block++) {
      for (let patch = 0; patch < patches; patch++) {
        const text = Array.from({ length: tokens }, (_, token) => values(attention)[(block * tokens + token) * patches + patch]!);
        expect(Math.abs(text.reduce((sum, p) => sum + p, 0) + values(share)[block * patches + patch]! - 1)).toBeLessThan(sumTolerance);
        expect(Math.min(...text)).toBeGreaterThan(0);
      }
    }
  });

  it("gives of fewer tokens the first ones, unchanged", async () => {
    const { probe, feeds, tokens, patches, blocks } = open(name);
    const all = values((await runOnCpu(probe, { ...feeds, token_count: int64([tokens], [1]) }))["attention"]);
    const { attention } = await runOnCpu(probe, { ...feeds, token_count: int64([2], [1]) });
    const first = Array.from({ length: blocks }, (_, block) => [...all.subarray(block * tokens * patches, (block * tokens + 2) * patches)]).flat();
    expect(attention!.dims).toEqual([blocks, 2, patches]);
    expect(relativeError(attention, float32(Float32Array.from(first), attention!.dims))).toBeLessThan(sameNumbers);
  });

  it("knows which word is which: text tokens have no place, so two that change places change rows and nothing else", async () => {
    const { probe, feeds, tokens, patches, blocks } = open(name);
    const given = feeds["encoder_hidden_states"]!;
    const size = given.dims[2]!;
    const swapped = values(given).slice();
    swapped.set(values(given).subarray(size, 2 * size), 0);
    swapped.set(values(given).subarray(0, size), size);
    const count = { token_count: int64([tokens], [1]) };
    const before = await runOnCpu(probe, { ...feeds, ...count });
    const after = await runOnCpu(probe, { ...feeds, ...count, encoder_hidden_states: float32(swapped, given.dims) });
    const rows = values(before["attention"]).slice();
    for (let block = 0; block < blocks; block++) {
      const row = (token: number) => values(before["attention"]).subarray((block * tokens + token) * patches, (block * tokens + token + 1) * patches);
      rows.set(row(1), block * tokens * patches);
      rows.set(row(0), (block * tokens + 1) * patches);
    }
    // Through all blocks, sums in another order: as between two libraries (parityTolerance).
    expect(relativeError(after["attention"], float32(rows, before["attention"]!.dims))).toBeLessThan(2e-4);
    expect(relativeError(after["attention"], before["attention"])).toBeGreaterThan(1e-2);
  });
});
