import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPipeline } from "../checkpoints/pipeline";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { float32, float32Data, type Tensor } from "../tensor";
import { tokenizeGenerationPrompt } from "../tokenizers/prompt-tokens";
import { loadTokenizer } from "../tokenizers/tokenizer";
import { qwenTextConfig } from "./qwen-decoder";
import { buildQwenText, textInputs } from "./qwen-text";
import { buildVisualBranch, buildVisualBranchAttention } from "./visual-branch";
import { authorsInputs, buildVisualBranchAuthors } from "./visual-branch-authors";

const fixtures = ["bifrost-grouped", "bifrost-one-key-head"];

function prefix({ config, weights, inputs }: ReturnType<typeof openFixture>) {
  const text = qwenTextConfig.parse(config);
  return runOnCpu(buildQwenText(text, weights), textInputs(inputs["input_ids"] as Tensor<"int64">, text));
}

/** The prediction over the text's prefix, with `latents` in place of the fixture's where given. */
async function predict(fixture: ReturnType<typeof openFixture>, latents = fixture.inputs["patch_latents"]!) {
  const config = { ...qwenTextConfig.parse(fixture.config), num_visual_gen_tokens: latents.dims[1]! };
  const feeds = { ...(await prefix(fixture)), patch_latents: latents, mask: fixture.inputs["mask"]! };
  return (await runOnCpu(buildVisualBranch(config, fixture.weights), feeds))["prediction"];
}

describe("frozen text branch", () => {
  it.each(fixtures)("%s gives Transformers' keys and values of every layer", async (name) => {
    const fixture = openFixture(name);
    const states = await prefix(fixture);
    const layers = qwenTextConfig.parse(fixture.config).num_hidden_layers;
    expect(Object.keys(states)).toHaveLength(2 * layers);
    for (const [key, value] of Object.entries(states)) {
      expect(relativeError(value, fixture.outputs[key]), key).toBeLessThan(parityTolerance);
    }
  });
});

describe("visual generation branch", () => {
  it.each(fixtures)("%s gives, over the text's prefix, what both branches computed jointly give", async (name) => {
    const fixture = openFixture(name);
    expect(relativeError(await predict(fixture), fixture.outputs["prediction"])).toBeLessThan(parityTolerance);
  });

  it("ignores whatever lies in masked latents", async () => {
    const fixture = openFixture("bifrost-grouped");
    const mask = float32Data(fixture.inputs["mask"], "mask");
    const latents = fixture.inputs["patch_latents"]!;
    const size = latents.dims[2]!;
    const poisoned = float32Data(latents, "latents").map((value, i) => (mask[Math.floor(i / size)] ? Number.NaN : value));
    const prediction = await predict(fixture, float32(poisoned, latents.dims));
    expect(relativeError(prediction, fixture.outputs["prediction"])).toBeLessThan(parityTolerance);
  });
});

describe("with its attention", () => {
  async function probe(fixture: ReturnType<typeof openFixture>, swap = false) {
    const config = { ...qwenTextConfig.parse(fixture.config), num_visual_gen_tokens: fixture.inputs["patch_latents"]!.dims[1]! };
    const text = await prefix(fixture);
    const states = swap ? Object.fromEntries(Object.entries(text).map(([key, states]) => [key, swappedTokens(states)])) : text;
    const outputs = await runOnCpu(buildVisualBranchAttention(config, fixture.weights), { ...states, patch_latents: fixture.inputs["patch_latents"]!, mask: fixture.inputs["mask"]! });
    return { ...outputs, config, tokens: text["key.0"]!.dims[2]! } as { attention: Tensor; prediction: Tensor; config: typeof config; tokens: number };
  }

  /** Keys or values [1, kvHeads, S, headDim] with the first two tokens in each other's place. */
  function swappedTokens(states: Tensor): Tensor {
    const [, heads, tokens, size] = states.dims as [number, number, number, number];
    const data = float32Data(states, "states");
    const from = (token: number) => (token < 2 ? 1 - token : token);
    return float32(data.map((_, at) => {
      const [head, token, i] = [Math.floor(at / (tokens * size)), Math.floor(at / size) % tokens, at % size];
      return data[(head * tokens + from(token)) * size + i]!;
    }), [1, heads, tokens, size]);
  }

  it.each(fixtures)("%s predicts what the ordinary graph does, and every patch shares out all of its attention", async (name) => {
    const fixture = openFixture(name);
    const { attention, prediction, config, tokens } = await probe(fixture);
    // The same operators; what ONNX Runtime fuses around the added output may round otherwise.
    expect(relativeError(prediction, await predict(fixture))).toBeLessThan(1e-6);
    const width = tokens + config.num_visual_gen_tokens;
    expect(attention.dims).toEqual([config.num_hidden_layers, config.num_visual_gen_tokens, width]);
    const data = float32Data(attention, "attention");
    for (let row = 0; row < data.length; row += width) expect(Math.abs(data.subarray(row, row + width).reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-5);
  });

  it.each(fixtures)("%s has the text tokens first: two that change places change columns and nothing else", async (name) => {
    const fixture = openFixture(name);
    const [before, after] = [await probe(fixture), await probe(fixture, true)];
    const width = before.tokens + before.config.num_visual_gen_tokens;
    const data = float32Data(before.attention, "attention");
    const expected = data.map((_, at) => data[at % width < 2 ? at - (at % width) + 1 - (at % width) : at]!);
    expect(relativeError(after.attention, float32(expected, before.attention.dims))).toBeLessThan(parityTolerance);
    expect(relativeError(after.attention, before.attention)).toBeGreaterThan(1e-2);
  });
});

describe("the authors' way: both branches at every position, in every iteration", () => {
  /** The prediction for each of the fixture's prompts cut to so many tokens, as one batch. */
  async function predictAuthors(fixture: ReturnType<typeof openFixture>, tokens: number[], textLength: number) {
    const latents = fixture.inputs["patch_latents"]!;
    const config = { ...qwenTextConfig.parse(fixture.config), num_visual_gen_tokens: latents.dims[1]! };
    const prompts = tokens.map((length) => cut(fixture, length));
    const feeds = { ...authorsInputs(prompts, config, textLength), patch_latents: latents, mask: fixture.inputs["mask"]! };
    return (await runOnCpu(buildVisualBranchAuthors(config, fixture.weights, "float32", textLength), feeds))["prediction"]!;
  }

  const cut = ({ inputs }: ReturnType<typeof openFixture>, length: number) => {
    const ids = inputs["input_ids"] as Tensor<"int64">;
    return { ...ids, dims: [1, length], data: ids.data.slice(0, length) };
  };

  it.each(fixtures)("%s gives the reference's prediction, without padding and with it", async (name) => {
    const fixture = openFixture(name);
    const tokens = fixture.inputs["input_ids"]!.dims[1]!;
    for (const padding of [0, 1, 7]) {
      expect(relativeError(await predictAuthors(fixture, [tokens], tokens + padding), fixture.outputs["prediction"]), `${padding} padded`).toBeLessThan(1e-4);
    }
  });

  it.each(fixtures)("%s gives, for two prompts of different lengths in one batch, what each gives over its prefix", async (name) => {
    const fixture = openFixture(name);
    const lengths = [9, 4];
    const joint = await predictAuthors(fixture, lengths, 12);
    const [, count, size] = joint.dims as [number, number, number];
    for (const [row, length] of lengths.entries()) {
      const alone = await predict({ ...fixture, inputs: { ...fixture.inputs, input_ids: cut(fixture, length) } });
      const half = float32(float32Data(joint, "prediction").slice(row * count * size, (row + 1) * count * size), [1, count, size]);
      expect(relativeError(half, alone)).toBeLessThan(1e-4);
    }
  });

  it("refuses a prompt that is longer than its text part", async () => {
    await expect(predictAuthors(openFixture("bifrost-grouped"), [9], 8)).rejects.toThrow("A prompt of 9 tokens does not fit this graph, which takes 1 to 8.");
  });
});

/** The shipped checkpoint's own weights, with the padding of the authors' script. */
describe("bifrost-mini", () => {
  it("predicts the same in both ways, for a prompt and for the empty one", async () => {
    const pipeline = openPipeline(join(import.meta.dirname, "../mini"));
    const { text, weights } = pipeline.bifrost;
    const config = { ...text, num_visual_gen_tokens: pipeline.geometry.patchGrid ** 2 };
    const tokenizer = await loadTokenizer(pipeline.tokenizers.qwen);
    const prompts = ["a photo of a dog", ""].map((prompt) => tokenizeGenerationPrompt(tokenizer, prompt).inputIds);
    const dims = [1, config.num_visual_gen_tokens, text.hidden_size] as const;
    const known = Float32Array.from({ length: dims[1] * dims[2] }, (_, i) => Math.sin(i * 78.233));
    const branch = { patch_latents: float32(known, dims), mask: float32(Float32Array.from({ length: dims[1] }, (_, i) => (i % 3 === 0 ? 0 : 1)), [1, dims[1]]) };
    const joint = (await runOnCpu(buildVisualBranchAuthors(config, weights), { ...authorsInputs(prompts, config), ...branch }))["prediction"];
    for (const [row, prompt] of prompts.entries()) {
      const states = await runOnCpu(buildQwenText(text, weights), textInputs(prompt, text));
      const alone = (await runOnCpu(buildVisualBranch(config, weights), { ...states, ...branch }))["prediction"];
      const half = float32(float32Data(joint, "prediction").slice(row * known.length, (row + 1) * known.length), dims);
      expect(relativeError(half, alone)).toBeLessThan(1e-4);
    }
  });
});
