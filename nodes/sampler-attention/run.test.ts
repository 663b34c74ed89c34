import { describe, expect, test } from "vitest";
import { float32, float32Data, type Tensors } from "@/models/tensor";
import { NodeError, type InputsOf } from "../define-node";
import { runFluxSampler } from "../flux-sampler/run";
import { fluxSamplerSpec } from "../flux-sampler/spec";
import { type FakeGraphs, fakeModels, runToEnd } from "../test-models";
import type { Value } from "../values";
import { runSamplerAttention } from "./run";
import { samplerAttentionSpec } from "./spec";

const conditioning: Value<"conditioning"> = {
  type: "conditioning",
  tensors: { prompt_embeds: float32(new Float32Array(3 * 128), [1, 3, 128]), pooled_prompt_embeds: float32(new Float32Array(128), [1, 128]) },
  facts: { tokens: ["▁a", "▁dog"], truncated: 0 },
};
const control: Value<"control"> = {
  type: "control",
  tensors: { control_latents: float32(new Float32Array(64 * 4), [1, 8, 8, 4]) },
  facts: { rows: 8, columns: 8, strength: 0.7, start: 0, end: 0.5 },
};

const velocity = ({ hidden_states: x, timestep }: Tensors): Tensors => {
  const sigma = float32Data(timestep, "timestep")[0]!;
  return { sample: float32(float32Data(x, "x").map((value) => value / 2 + sigma), x!.dims) };
};
const shown = (feeds: Tensors): Tensors => {
  const tokens = Number(feeds.token_count!.data[0]);
  return { ...velocity(feeds), attention: float32(new Float32Array(6 * tokens * 64), [6, tokens, 64]), image_share: float32(new Float32Array(6 * 64), [6, 64]) };
};
const graphs: FakeGraphs = { "flux-transformer": velocity, "flux-transformer-controlnet": velocity, "flux-attention": shown, "flux-attention-controlnet": shown };

async function look(params: object, inputs: Partial<InputsOf<typeof samplerAttentionSpec>> = {}) {
  const models = fakeModels(graphs);
  return { ...(await runToEnd(runSamplerAttention, samplerAttentionSpec, { inputs: { conditioning, ...inputs }, params, models })), calls: models.calls };
}

async function sample(params: object, inputs: Partial<InputsOf<typeof fluxSamplerSpec>>) {
  const models = fakeModels(graphs);
  return { ...(await runToEnd(runFluxSampler, fluxSamplerSpec, { inputs: { conditioning, ...inputs }, params, models })), calls: models.calls };
}

test.each([["FLUX alone", {}], ["a ControlNet in the first half", { control }]])("every step is fed as the sampler fed it: %s", async (_, inputs) => {
  const params = { steps: 4, seed: 7, guidance: 2 };
  const { frames, calls } = await sample(params, inputs);
  for (const [i, call] of calls.entries()) {
    const before = frames[i - 1]?.tensors.latents;
    const latents = before && { latents: { type: "latents", tensors: { latents: before }, facts: { width: 128, height: 128 } } as const };
    const [again] = (await look({ ...params, step: i + 1 }, { ...inputs, ...latents })).calls;
    const { token_count: count, ...feeds } = again!.feeds;
    expect(again!.graph).toBe(call.graph.replace("transformer", "attention"));
    expect(feeds).toEqual(call.feeds);
    expect(Number(count!.data[0])).toBe(2);
  }
});

test("what it gives says which words, which blocks and which grid", async () => {
  const { outputs } = await look({ steps: 1, width: 128, height: 128 });
  const { attention } = outputs;
  expect(attention.facts).toEqual({ tokens: [" a", " dog"], rows: 8, columns: 8, blocks: ["double 1", "double 2", "single 1", "single 2", "single 3", "single 4"] });
  expect(attention.tensors.attention?.dims).toEqual([6, 2, 64]);
  expect(attention.tensors.image_share?.dims).toEqual([6, 64]);
});

test("of a very long prompt on a large picture as many words are shown as are worth storing, and that is said", async () => {
  const many = { ...conditioning, facts: { tokens: Array.from({ length: 3000 }, (_, i) => `${i}`), truncated: 0 } };
  const models = fakeModels({ "flux-attention": () => ({ attention: float32(new Float32Array(0), [0]), image_share: float32(new Float32Array(0), [0]) }) });
  const { outputs, notices } = await runToEnd(runSamplerAttention, samplerAttentionSpec, { inputs: { conditioning: many }, params: { width: 2048, height: 2048 }, models });
  // 256 MB over 6 blocks, 128 × 128 patches and 4 bytes each.
  expect(outputs.attention.facts.tokens).toHaveLength(651);
  expect(Number(models.calls[0]!.feeds.token_count!.data[0])).toBe(651);
  expect(notices).toEqual(["Attention to the first 651 of 3000 text tokens is shown: all of it would take more than 256 MB."]);
});

describe("is refused", () => {
  const failure = (params: object, inputs: Partial<InputsOf<typeof samplerAttentionSpec>> = {}) => look(params, inputs).catch((error: unknown) => error);

  test("a later step without the latents before it", async () => {
    const error = await failure({ steps: 4, step: 2 });
    expect(error).toBeInstanceOf(NodeError);
    expect((error as NodeError).message).toContain("Step 2 starts from the latents of the step before");
  });

  test("latents of another size, with the size that fits", async () => {
    const latents: Value<"latents"> = { type: "latents", tensors: { latents: float32(new Float32Array(16 * 8 * 8), [1, 16, 8, 8]) }, facts: { width: 64, height: 64 } };
    expect(await failure({ steps: 4, step: 2, width: 128 }, { latents })).toMatchObject({ remedy: "Set width to 64 and height to 64." });
  });

  test("a step after the last", () => {
    expect(samplerAttentionSpec.params.safeParse({ steps: 4, step: 5 }).error?.issues[0]?.message).toBe("There are fewer steps than that.");
  });
});
