import { mropeTables } from "@/models/architectures/qwen-decoder";
import { conversationPositions } from "@/models/architectures/qwen-language";
import { type Said, said } from "@/models/said";
import { float32, int64, type Tensor, type Tensors } from "@/models/tensor";
import { answerText, imageQuestion } from "@/models/tokenizers/conversation";
import { NodeError, type Frame, type InputsOf, type Models, type NodeRun } from "../define-node";
import { floatOutput } from "../model-outputs";
import { encodePatches } from "../patch-encoding";
import { tokenizerOf } from "../tokenizers";
import { textValue, type Value } from "../values";
import type { describeImageSpec } from "./spec";

/** Greedy decoding: the whole question at once, then one token per step over the keys and values so far. */
export const runDescribeImage: NodeRun<typeof describeImageSpec> = async function* ({ inputs, params, models, notice }) {
  const { text: config } = models.pipeline.bifrost;
  const patches = await seen(inputs, models, notice);
  const { rows, columns } = patches.facts;
  const tokenizer = await tokenizerOf(models, "qwen");
  const { ids, imageToken, endTokens } = imageQuestion(tokenizer, params.question, rows * columns);
  const { positions, next, imageStart } = conversationPositions(ids, imageToken, rows, columns);

  const none = float32(new Float32Array(0), [1, 0, config.hidden_size]);
  const start = int64([imageStart], [1]);
  let past = emptyPast(config);
  let step = { input_ids: int64(ids, [1, ids.length]), patch_latents: floatOutput(patches.tensors, "patch_latents"), ...mropeTables(positions, config) };
  const answer: number[] = [];
  for (let position = next; ; position++) {
    const outputs = await models.run("qwen-language", { ...step, image_start: answer.length === 0 ? start : int64([0], [1]), ...past });
    const logits = floatOutput(outputs, "logits");
    const { token, probability } = mostLikely(logits.data);
    if (endTokens.includes(token)) break;
    answer.push(token);
    yield frame(answer.length, params.maxTokens, logits, probability);
    if (answer.length === params.maxTokens) {
      notice(said("The answer was cut after {count} tokens.", { count: params.maxTokens }));
      break;
    }
    past = pastOf(outputs);
    step = { input_ids: int64([token], [1, 1]), patch_latents: none, ...mropeTables([[position, position, position]], config) };
  }
  return { text: textValue(answerText(tokenizer, answer)) };
};

/** Patch latents as given, or the picture's. */
async function seen({ image, patches }: InputsOf<typeof describeImageSpec>, models: Models, notice: (message: Said) => void): Promise<Value<"patch-latents">> {
  if (!patches) {
    if (!image) throw new NodeError(said("There is nothing to describe."), said("Connect a picture, or patch latents."));
    return encodePatches(image, models, notice);
  }
  if (image) notice(said("Both a picture and patch latents are connected; the patch latents were looked at."));
  const channels = patches.tensors.patch_latents?.dims[2];
  const { hidden_size: size } = models.pipeline.bifrost.text;
  if (channels !== size) {
    throw new NodeError(said("The patch latents have {channels} channels, this checkpoint's language model reads {size}.", { channels: channels!, size }), said("Make them with the nodes of the same checkpoint."));
  }
  return patches;
}

function emptyPast({ num_hidden_layers: layers, num_key_value_heads: heads, head_dim: size }: Models["pipeline"]["bifrost"]["text"]): Tensors {
  const empty = float32(new Float32Array(0), [1, heads, 0, size]);
  return Object.fromEntries(Array.from({ length: layers }, (_, i) => [[`past_key.${i}`, empty], [`past_value.${i}`, empty]] as const).flat());
}

/** This step's keys and values under the names the next step takes them by. */
function pastOf(outputs: Tensors): Tensors {
  return Object.fromEntries(Object.entries(outputs).flatMap(([name, tensor]) => (name === "logits" ? [] : [[`past_${name}`, tensor]])));
}

function mostLikely(logits: Float32Array): { token: number; probability: number } {
  let token = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[token]!) token = i;
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - logits[token]!), 0);
  return { token, probability: 1 / sum };
}

function frame(step: number, total: number, logits: Tensor<"float32">, probability: number): Frame {
  return { step, total, tensors: { logits }, numbers: { probability } };
}
