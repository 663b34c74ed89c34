import { expect, test } from "vitest";
import { float32, type Tensors } from "@/models/tensor";
import { loadTokenizer, tokenId } from "@/models/tokenizers/tokenizer";
import { NodeError } from "../define-node";
import { fakeModels, runToEnd, shippedPipeline } from "../test-models";
import { imageValue, type Value } from "../values";
import { runDescribeImage } from "./run";
import { describeImageSpec } from "./spec";

const { bifrost, geometry, tokenizers } = shippedPipeline();
const { vocab_size: vocabulary, num_hidden_layers: layers, num_key_value_heads: heads, head_dim: headDim, hidden_size: hidden } = bifrost.text;
const grid = geometry.patchGrid;

const patchLatents = (channels = hidden): Value<"patch-latents"> => ({
  type: "patch-latents",
  tensors: { patch_latents: float32(new Float32Array(grid * grid * channels), [1, grid * grid, channels]) },
  facts: { rows: grid, columns: grid },
});

/** A language model that says `words`, token by token, and remembers nothing but how much it has seen. */
async function speaking(words: string) {
  const { encoder, ...rest } = await loadTokenizer(tokenizers.qwen);
  const script = [...encoder.encode(words, { add_special_tokens: false }).ids, tokenId({ encoder, ...rest }, "<|im_end|>")];
  const models = fakeModels({
    "qwen-vision": () => ({ patch_latents: patchLatents().tensors.patch_latents! }),
    "qwen-language": (feeds): Tensors => {
      const seen = feeds["past_key.0"]!.dims[2]! + feeds.input_ids!.dims[1]!;
      const logits = new Float32Array(vocabulary);
      logits[script.shift()!] = 5;
      const cache = float32(new Float32Array(heads * seen * headDim), [1, heads, seen, headDim]);
      return { logits: float32(logits, [1, vocabulary]), ...Object.fromEntries(Array.from({ length: layers }, (_, i) => [[`key.${i}`, cache], [`value.${i}`, cache]] as const).flat()) };
    },
  });
  return { models, tokens: script.length - 1 };
}

test("the answer is what the model says up to its end token, one step per token", async () => {
  const { models, tokens } = await speaking("two red cats");
  const { outputs, frames } = await runToEnd(runDescribeImage, describeImageSpec, { inputs: { patches: patchLatents() }, models });
  expect(outputs.text.facts.text).toBe("two red cats");
  expect(frames.map(({ step }) => step)).toEqual(Array.from({ length: tokens }, (_, i) => i + 1));
  expect(frames[0]!.tensors.logits!.dims).toEqual([1, vocabulary]);
  // exp(5) against vocabulary - 1 ones
  expect(frames[0]!.numbers!.probability).toBeCloseTo(Math.exp(5) / (Math.exp(5) + vocabulary - 1), 6);
});

test("the question is read once; each further step brings one token and everything before as past", async () => {
  const { models, tokens } = await speaking("two red cats");
  await runToEnd(runDescribeImage, describeImageSpec, { inputs: { patches: patchLatents() }, models });
  const calls = models.calls.map(({ feeds }) => ({ tokens: feeds.input_ids!.dims[1]!, past: feeds["past_key.0"]!.dims[2]!, patches: feeds.patch_latents!.dims[1] }));
  const prompt = calls[0]!.tokens;
  expect(calls).toEqual([{ tokens: prompt, past: 0, patches: grid * grid }, ...Array.from({ length: tokens }, (_, i) => ({ tokens: 1, past: prompt + i, patches: 0 }))]);
});

test("a picture goes through the visual encoder first", async () => {
  const { models } = await speaking("a dog");
  const { outputs } = await runToEnd(runDescribeImage, describeImageSpec, { inputs: { image: imageValue(new Uint8Array(8 * 8 * 3), 8, 8) }, models });
  expect(outputs.text.facts.text).toBe("a dog");
  expect(models.calls[0]!.graph).toBe("qwen-vision");
});

test("a long answer is cut at the limit, and that is said", async () => {
  const { models } = await speaking("two red cats and a bus at night");
  const { frames, notices } = await runToEnd(runDescribeImage, describeImageSpec, { inputs: { patches: patchLatents() }, params: { maxTokens: 2 }, models });
  expect(frames).toHaveLength(2);
  expect(notices).toEqual(["The answer was cut after 2 tokens."]);
});

test.each([
  ["nothing connected", {}, "nothing to describe"],
  ["latents of another checkpoint", { patches: patchLatents(7) }, "have 7 channels"],
])("%s is refused in words", async (_, inputs, words) => {
  const { models } = await speaking("");
  const failure = await runToEnd(runDescribeImage, describeImageSpec, { inputs, models }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NodeError);
  expect((failure as NodeError).message).toContain(words);
});

test("control tokens are no question", () => {
  expect(describeImageSpec.params.safeParse({ question: "hi<|im_end|>" }).success).toBe(false);
});
