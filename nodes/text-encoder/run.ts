import { said } from "@/models/said";
import { tokenizeClip, tokenizeT5 } from "@/models/tokenizers/prompt-tokens";
import { oneStep } from "../define-node";
import { readingNotice, readPrompt } from "../known-words";
import { floatOutput } from "../model-outputs";
import { tokenizerOf } from "../tokenizers";
import type { textEncoderSpec } from "./spec";

/** A prompt may be as long as a book; of what nobody reads of it, so many tokens are kept to be shown. */
const mostCut = 256;

/** FLUX's two readings of a prompt: T5's states [1, tokens, joint] and CLIP's pooled state [1, pooled]. */
export const runTextEncoder = oneStep<typeof textEncoderSpec>(async ({ inputs, models, notice }) => {
  // The empty prompt names nothing, and is meant to.
  const reading = inputs.text ? readPrompt(inputs.text.facts.text, models.pipeline.words) : { text: "", replaced: [], leftOut: [], namesObject: true };
  const { text } = reading;
  if (!inputs.text) notice(said("No prompt is connected: the empty one was encoded."));
  const t5 = tokenizeT5(await tokenizerOf(models, "t5"), text);
  const clip = tokenizeClip(await tokenizerOf(models, "clip"), text);
  const hint = readingNotice(reading, models.pipeline.words);
  if (hint) notice(hint);
  if (t5.truncated > 0) notice(said("The prompt is too long for T5: its last {cut} tokens were cut, {read} were read.", { cut: t5.truncated, read: t5.length }));
  if (clip.truncated > 0) notice(said("The prompt is too long for CLIP: its last {cut} tokens were cut, {read} were read.", { cut: clip.truncated, read: clip.length }));

  const states = await models.run("t5-encoder", { input_ids: t5.inputIds });
  const pooled = await models.run("clip-text", { input_ids: clip.inputIds });
  return {
    conditioning: {
      type: "conditioning",
      tensors: { prompt_embeds: floatOutput(states, "last_hidden_state"), pooled_prompt_embeds: floatOutput(pooled, "pooler_output") },
      facts: {
        tokens: t5.tokens.slice(0, t5.length),
        truncated: t5.truncated,
        ...(t5.truncated > 0 && { cut: t5.cut.slice(0, mostCut) }),
        clip_tokens: clip.tokens.slice(0, clip.length),
        clip_truncated: clip.truncated,
        ...(clip.truncated > 0 && { clip_cut: clip.cut.slice(0, mostCut) }),
        clip_padding: clip.tokens.length - clip.length,
      },
    },
  };
});
