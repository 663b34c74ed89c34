import { expect, test } from "vitest";
import { CheckpointError } from "@/models/checkpoints/checkpoint-error";
import { float32 } from "@/models/tensor";
import { fakeModels, runToEnd, shippedPipeline } from "../test-models";
import { textValue } from "../values";
import { runTextEncoder } from "./run";
import { textEncoderSpec } from "./spec";

const graphs = {
  "t5-encoder": () => ({ last_hidden_state: float32(Float32Array.of(1), [1, 1, 1]) }),
  "clip-text": () => ({ pooler_output: float32(Float32Array.of(2), [1, 1]) }),
};
const encode = (text: string, pipeline = shippedPipeline()) =>
  runToEnd(runTextEncoder, textEncoderSpec, { inputs: { text: textValue(text) }, models: fakeModels(graphs, pipeline) });

test("both encoders' outputs become the conditioning, with T5's tokens beside it", async () => {
  const { outputs, notices } = await encode("a photo of a dog");
  expect(outputs.conditioning.tensors.prompt_embeds?.data).toEqual(Float32Array.of(1));
  expect(outputs.conditioning.tensors.pooled_prompt_embeds?.data).toEqual(Float32Array.of(2));
  expect(outputs.conditioning.facts.tokens.join("")).toContain("dog");
  expect(outputs.conditioning.facts.truncated).toBe(0);
  expect(outputs.conditioning.facts).not.toHaveProperty("cut");
  // CLIP's stand beside them, between its own start and end.
  const { clip_tokens: clip } = outputs.conditioning.facts;
  expect(clip!.slice(1, -1).join("")).toContain("dog");
  expect(outputs.conditioning.facts).toMatchObject({ clip_truncated: 0, clip_padding: 24 - clip!.length });
  expect(notices).toEqual([]);
});

test("a prompt that is too long says how much was cut", async () => {
  const { outputs, notices } = await encode("a dog and ".repeat(150));
  expect(outputs.conditioning.facts.truncated).toBeGreaterThan(0);
  const { cut, clip_cut: clipCut, truncated, clip_truncated: clipTruncated } = outputs.conditioning.facts;
  expect(cut).toHaveLength(Math.min(truncated, 256));
  expect(cut!.join("")).toContain("dog");
  expect(clipCut).toHaveLength(Math.min(clipTruncated!, 256));
  expect(notices.join(" ")).toContain(`last ${outputs.conditioning.facts.truncated} tokens were cut`);
});

test("a prompt of nothing this checkpoint knows gets a hint with words it does", async () => {
  expect((await encode("quantum chromodynamics")).notices[0]).toMatch(/It knows, for example: \w+/);
});

test("a synonym and a typing mistake are read in the checkpoint's words, and said", async () => {
  const pipeline = { ...shippedPipeline(), words: { objects: ["cat", "umbrella"], other: ["a", "and"], synonyms: { kitten: "cat" } } };
  const { outputs, notices } = await encode("a kitten and an umbrela", pipeline);
  expect(notices).toEqual(["Read “kitten” as “cat”, “umbrela” as “umbrella”."]);
  expect(outputs.conditioning.facts.tokens.join("")).toContain("cat");
});

test("without a prompt the empty one is encoded, and that is said", async () => {
  const { outputs, notices } = await runToEnd(runTextEncoder, textEncoderSpec, { inputs: {}, models: fakeModels(graphs) });
  expect(outputs.conditioning.facts.tokens).toEqual(["</s>"]);
  expect(notices).toEqual(["No prompt is connected: the empty one was encoded."]);
});

test("a missing tokenizer is named", async () => {
  const pipeline = shippedPipeline();
  const broken = { ...pipeline, tokenizers: { ...pipeline.tokenizers, t5: "/nowhere/tokenizer_2" } };
  const failure = await encode("a dog", broken).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CheckpointError);
  expect((failure as CheckpointError).message).toContain("/nowhere/tokenizer_2/tokenizer_config.json is missing");
});
