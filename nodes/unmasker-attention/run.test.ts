import { expect, test } from "vitest";
import { float32, float32Data, type Tensors } from "@/models/tensor";
import { type FakeGraphs, fakeModels, runToEnd, shippedPipeline } from "../test-models";
import { textValue, type Value } from "../values";
import { runVisualBranchUnmasker } from "../visual-branch-unmasker/run";
import { visualBranchUnmaskerSpec } from "../visual-branch-unmasker/spec";
import { runUnmaskerAttention } from "./run";
import { unmaskerAttentionSpec } from "./spec";

const { geometry, bifrost } = shippedPipeline();
const count = geometry.patchGrid ** 2;
const size = bifrost.text.hidden_size;
const layers = bifrost.text.num_hidden_layers;

const prediction = (feeds: Tensors): Tensors => ({ prediction: float32(float32Data(feeds.patch_latents, "patches").map((value, i) => value / 2 + i), [1, count, size]) });
const graphs: FakeGraphs = {
  "qwen-text": ({ input_ids: ids }) => ({ "key.0": float32(new Float32Array(ids!.dims[1]!), [1, 1, ids!.dims[1]!, 1]) }),
  "visual-branch": prediction,
  "visual-branch-attention": (feeds) => {
    const width = feeds["key.0"]!.dims[2]! + count;
    return { ...prediction(feeds), attention: float32(new Float32Array(layers * count * width), [layers, count, width]) };
  },
};
const patches = (change: Tensors = {}): Value<"patch-latents"> => ({
  type: "patch-latents",
  tensors: { patch_latents: float32(Float32Array.from({ length: count * size }, (_, i) => Math.sin(i)), [1, count, size]), ...change },
  facts: { rows: geometry.patchGrid, columns: geometry.patchGrid },
});
const text = textValue("a photo of a dog");

async function look(known: Value<"patch-latents"> | undefined, params: object) {
  const models = fakeModels(graphs);
  const result = await runToEnd(runUnmaskerAttention, unmaskerAttentionSpec, { inputs: { text, ...(known && { known }) }, params, models });
  return { ...result, calls: models.calls };
}

test.each([["nothing known", undefined], ["some patches known", patches()]])("every iteration is fed as the unmasker fed it: %s", async (_, known) => {
  const params = { seed: 3, keep: 0.25 };
  const models = fakeModels(graphs);
  const { frames } = await runToEnd(runVisualBranchUnmasker, visualBranchUnmaskerSpec, { inputs: { text, ...(known && { known }) }, params: { ...params, iterations: 4 }, models });
  const [prompt, ...iterations] = models.calls;
  expect(iterations).toHaveLength(4);
  for (const [i, { feeds }] of iterations.entries()) {
    const before = frames[i - 1]?.tensors;
    const { calls } = await look(before ? patches(before) : known, params);
    expect(calls[0]).toEqual(prompt);
    expect(calls[1]).toEqual({ graph: "visual-branch-attention", feeds: { ...feeds, patch_latents: calls[1]!.feeds.patch_latents } });
    // The unmasker's later iterations have written into the latents it was fed; a frame holds a copy.
    if (before) expect(calls[1]!.feeds.patch_latents).toEqual(before.patch_latents);
  }
});

test("what it gives says which tokens, which layers and which grid", async () => {
  const { outputs: { attention } } = await look(undefined, {});
  const { tokens, ...facts } = attention.facts;
  expect(facts).toEqual({ rows: geometry.patchGrid, columns: geometry.patchGrid, blocks: Array.from({ length: layers }, (_, index) => `layer ${index + 1}`) });
  expect(attention.tensors.attention?.dims).toEqual([layers, count, tokens.length + count]);
  expect(tokens).toContain(" dog");
  expect(tokens.join("")).toContain("<|im_start|>user\nGenerate an image of a photo of a dog<|im_end|>");
  expect(tokens.at(-1)).toBe("<|vision_start|>");
});
