/** The visual branch's prediction of all patches for one prompt: computed in one of two ways that give the same. */
import { authorsInputs } from "@/models/architectures/visual-branch-authors";
import { textInputs } from "@/models/architectures/qwen-text";
import { type Said, said } from "@/models/said";
import { guided } from "@/models/schedulers/mar-unmasking";
import type { Tensor, Tensors } from "@/models/tensor";
import { tokenizeGenerationPrompt } from "@/models/tokenizers/prompt-tokens";
import type { TokenizedPrompt } from "@/models/tokenizers/tokenizer";
import type { Models, ParamsOf } from "../define-node";
import { readPrompt } from "../known-words";
import { floatOutput } from "../model-outputs";
import { tokenizerOf } from "../tokenizers";
import type { visualBranchUnmaskerSpec } from "./spec";

/** patch_latents [1, N, D] and mask [1, N]: what an iteration knows. */
export interface Known extends Tensors {
  readonly patch_latents: Tensor<"float32">;
  readonly mask: Tensor<"float32">;
}

/** The guided prediction at every patch, [N · D]. */
export type Predictor = (known: Known) => Promise<Float32Array>;

type Params = Pick<ParamsOf<typeof visualBranchUnmaskerSpec>, "guidance" | "textPrefix" | "unconditionalHalf">;

export async function predictorOf(models: Models, text: string, params: Params, notice: (message: Said) => void): Promise<Predictor> {
  const prompt = await promptTokens(models, text, notice);
  // At guidance 1 the unconditional half would be multiplied by zero.
  const both = params.guidance > 1 || params.unconditionalHalf === "always (authors)" ? [prompt, await promptTokens(models, "")] : [prompt];
  const halves = both.map(({ inputIds }) => inputIds);
  const predict = params.textPrefix === "once per prompt" ? await overPrefixes(models, halves) : everythingAgain(models, halves);
  return async (known) => {
    const [conditional, unconditional] = (await predict(known)) as [Float32Array, Float32Array?];
    return unconditional ? guided(conditional, unconditional, params.guidance) : conditional;
  };
}

/** The prompt in the words the checkpoint knows, as the language model takes it. */
export async function promptTokens(models: Models, text: string, notice?: (message: Said) => void): Promise<TokenizedPrompt> {
  const prompt = tokenizeGenerationPrompt(await tokenizerOf(models, "qwen"), readPrompt(text, models.pipeline.words).text);
  if (prompt.truncated > 0) notice?.(said("The prompt is too long for the language model: its last {cut} tokens were cut.", { cut: prompt.truncated }));
  return prompt;
}

/** Keys and values of the text in every layer. */
export function textPrefix(models: Models, ids: Tensor<"int64">): Promise<Tensors> {
  return models.run("qwen-text", { ...textInputs(ids, models.pipeline.bifrost.text) });
}

/** The text's part computed once: text never attends to the image, so they stay the same throughout. */
async function overPrefixes(models: Models, halves: readonly Tensor<"int64">[]) {
  const prefixes: Tensors[] = [];
  for (const ids of halves) prefixes.push(await textPrefix(models, ids));
  return async (known: Known): Promise<Float32Array[]> => {
    const predictions: Float32Array[] = [];
    for (const prefix of prefixes) predictions.push(floatOutput(await models.run("visual-branch", { ...known, ...prefix }), "prediction").data);
    return predictions;
  };
}

/** Padded text and image through both branches, the guidance halves as one batch. */
function everythingAgain(models: Models, halves: readonly Tensor<"int64">[]) {
  const text = authorsInputs(halves, { ...models.pipeline.bifrost.text, num_visual_gen_tokens: models.pipeline.geometry.patchGrid ** 2 });
  return async (known: Known): Promise<Float32Array[]> => {
    const prediction = floatOutput(await models.run("visual-branch-authors", { ...known, ...text }), "prediction").data;
    const size = prediction.length / halves.length;
    return halves.map((_, half) => prediction.subarray(half * size, (half + 1) * size));
  };
}
