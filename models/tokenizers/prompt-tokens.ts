/** Prompts as the text encoders and the language model take them. */

import { CheckpointError } from "../checkpoints/checkpoint-error";
import { said } from "../said";
import { int64 } from "../tensor";
import { specialToken, tokenId, type TokenizedPrompt, type Tokenizer } from "./tokenizer";

/** Bifrost-1's training and inference length of the text part, in tokens. */
export const BIFROST_TEXT_LENGTH = 300;

const SYSTEM_PROMPT = "You are a helpful assistant.";
/** What ends the text part; the image's positions follow. */
const TAIL = "<|im_end|>\n<|im_start|>assistant\n<|vision_start|>";

/**
 * A prompt for T5, int64 [1, maxLength]: the prompt's tokens, the end token, padding.
 * `maxLength` is the tokenizer's `model_max_length` unless given (diffusers' `max_sequence_length`).
 */
export function tokenizeT5(tokenizer: Tokenizer, prompt: string, maxLength = requiredMaxLength(tokenizer)): TokenizedPrompt {
  return padded(tokenizer, encodeText(tokenizer, prompt), [], maxLength);
}

/** A prompt for CLIP's text encoder, int64 [1, model_max_length]: start token, the prompt's tokens, end token, padding. */
export function tokenizeClip(tokenizer: Tokenizer, prompt: string): TokenizedPrompt {
  return padded(tokenizer, encodeText(tokenizer, prompt), [specialToken(tokenizer, "bos_token")], requiredMaxLength(tokenizer));
}

/**
 * The text part of Bifrost-1's generation prompt, int64 [1, S], without padding: Qwen's chat template around
 * "Generate an image of {prompt}", up to the token that opens the image. An empty prompt is the unconditional one.
 *
 * Longer texts are cut at `maxLength` tokens and their last tokens replaced by the template's tail, as the authors'
 * script does.
 */
export function tokenizeGenerationPrompt(tokenizer: Tokenizer, prompt: string, maxLength = BIFROST_TEXT_LENGTH): TokenizedPrompt {
  const head = `<|im_start|>system\n${SYSTEM_PROMPT}<|im_end|>\n<|im_start|>user\nGenerate an image of ${prompt}`;
  tokenId(tokenizer, "<|vision_start|>"); // names the tokenizer at fault before the template turns to bytes
  const text = encodeText(tokenizer, head + TAIL);
  const tail = encodeText(tokenizer, TAIL);
  const truncated = Math.max(0, text.ids.length - maxLength);
  const keep = text.ids.length - truncated - tail.ids.length;
  const ids = [...text.ids.slice(0, keep), ...tail.ids];
  const tokens = [...text.tokens.slice(0, keep), ...tail.tokens];
  return { inputIds: int64(ids, [1, ids.length]), tokens, length: ids.length, truncated, cut: text.tokens.slice(keep, keep + truncated) };
}

interface EncodedText {
  ids: number[];
  tokens: string[];
}

function encodeText(tokenizer: Tokenizer, text: string): EncodedText {
  const { ids, tokens } = tokenizer.encoder.encode(text, { add_special_tokens: false });
  return { ids, tokens };
}

/** start tokens + text + end token, cut and padded to `maxLength` as Transformers' `padding="max_length"` does. */
function padded(tokenizer: Tokenizer, text: EncodedText, start: readonly string[], maxLength: number): TokenizedPrompt {
  const room = maxLength - start.length - 1;
  if (room < 0) throw new RangeError(`A prompt needs at least ${start.length + 1} tokens, the limit is ${maxLength}.`);
  const end = specialToken(tokenizer, "eos_token");
  const pad = specialToken(tokenizer, "pad_token");
  const id = (token: string) => tokenId(tokenizer, token);
  const body = text.tokens.slice(0, room);
  const length = start.length + body.length + 1;
  const padding = Array.from({ length: maxLength - length }, () => pad);
  const ids = [...start.map(id), ...text.ids.slice(0, room), id(end), ...padding.map(id)];
  return {
    inputIds: int64(ids, [1, maxLength]),
    tokens: [...start, ...body, end, ...padding],
    length,
    truncated: text.ids.length - body.length,
    cut: text.tokens.slice(room),
  };
}

function requiredMaxLength(tokenizer: Tokenizer): number {
  if (tokenizer.maxLength !== undefined) return tokenizer.maxLength;
  throw new CheckpointError(said("{path} sets no model_max_length, so prompts cannot be padded. Take the file from the model's own repository.", { path: `${tokenizer.directory}/tokenizer_config.json` }));
}
