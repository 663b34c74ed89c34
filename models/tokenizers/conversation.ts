/** A question about one image in Qwen2.5-VL's chat template, and the answer's tokens as text. */
import { tokenId, type Tokenizer } from "./tokenizer";

export interface ImageQuestion {
  /** The conversation up to where the answer begins; the image's place is `imageTokens` times `imageToken`. */
  readonly ids: readonly number[];
  readonly imageToken: number;
  /** Tokens that end an answer. */
  readonly endTokens: readonly number[];
}

/** Throws an Error naming the tokenizer's folder when it lacks one of the template's tokens. */
export function imageQuestion(tokenizer: Tokenizer, question: string, imageTokens: number): ImageQuestion {
  const [imageToken, ...endTokens] = ["<|image_pad|>", "<|im_end|>", "<|endoftext|>"].map((token) => tokenId(tokenizer, token)) as [number, ...number[]];
  const text =
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n" +
    `<|im_start|>user\n<|vision_start|>${"<|image_pad|>".repeat(imageTokens)}<|vision_end|>${question}<|im_end|>\n<|im_start|>assistant\n`;
  return { ids: tokenizer.encoder.encode(text, { add_special_tokens: false }).ids, imageToken, endTokens };
}

export function answerText(tokenizer: Tokenizer, ids: readonly number[]): string {
  return ids.length === 0 ? "" : tokenizer.encoder.decode([...ids], { skip_special_tokens: true }).trim();
}
