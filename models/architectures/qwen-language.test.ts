import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { float32, int64, type Tensor, type Tensors } from "../tensor";
import { mropeTables, qwenTextConfig, type MropePosition } from "./qwen-decoder";
import { buildQwenLanguage, conversationPositions } from "./qwen-language";

const imageToken = 30;

function open(name: string) {
  const { config: json, weights, inputs, outputs } = openFixture(name);
  const config = qwenTextConfig.parse(json);
  const ids = Array.from(inputs["input_ids"]!.data, Number);
  const [rows, columns] = Array.from(inputs["grid"]!.data, Number) as [number, number];
  return { config, weights, inputs, outputs, ids, ...conversationPositions(ids, imageToken, rows, columns) };
}

/** Feeds for new tokens at `positions`, after what `past` outputs hold. */
function feedsOf({ config }: ReturnType<typeof open>, ids: number[], positions: readonly MropePosition[], past: Tensors | null): Tensors {
  const { num_hidden_layers: layers, num_key_value_heads: heads, head_dim: size, hidden_size: hidden } = config;
  const nothing = float32(new Float32Array(), [1, heads, 0, size]);
  const pasts = Array.from({ length: layers }, (_, i) => ["key", "value"].map((kind) => [`past_${kind}.${i}`, past?.[`${kind}.${i}`] ?? nothing])).flat();
  return {
    input_ids: int64(ids, [1, ids.length]), ...mropeTables(positions, config), ...(Object.fromEntries(pasts) as Tensors),
    patch_latents: float32(new Float32Array(), [1, 0, hidden]), image_start: int64([0], [1]),
  };
}

describe("Qwen2.5-VL's language model", () => {
  it.each(["conversation-grouped", "conversation-tied"])("%s: logits of a question about an image and of three answer tokens are Transformers'", async (name) => {
    const fixture = open(name);
    const { config, weights, inputs, outputs, ids, positions, next, imageStart } = fixture;
    const graph = buildQwenLanguage(config, weights);
    const prompt = { ...feedsOf(fixture, ids, positions, null), patch_latents: inputs["patch_latents"]!, image_start: int64([imageStart], [1]) };
    let step = await runOnCpu(graph, prompt);
    expect(relativeError(step["logits"], outputs["logits.0"])).toBeLessThan(parityTolerance);
    for (const [index, id] of Array.from(inputs["answer_ids"]!.data, Number).entries()) {
      const at = next + index;
      step = await runOnCpu(graph, feedsOf(fixture, [id], [[at, at, at]], step));
      expect(relativeError(step["logits"], outputs[`logits.${index + 1}`]), `token ${index}`).toBeLessThan(parityTolerance);
    }
    for (const key of Object.keys(outputs).filter((key) => /^(key|value)\./.test(key))) {
      expect(relativeError(step[key], outputs[key]), key).toBeLessThan(parityTolerance);
    }
  });

  it.each(["conversation-grouped", "conversation-tied"])("%s: positions are those of get_rope_index", (name) => {
    const { positions, outputs } = open(name);
    const expected = Array.from((outputs["positions"] as Tensor<"int64">).data, Number);
    expect([0, 1, 2].flatMap((axis) => positions.map((position) => position[axis]))).toEqual(expected);
  });

  it("counts plain text up from 0", () => {
    expect(conversationPositions([5, 6], imageToken, 4, 4)).toEqual({ positions: [[0, 0, 0], [1, 1, 1]], next: 2, imageStart: 0, imageTokens: 0 });
  });

  it("refuses image tokens that do not fill the grid", () => {
    expect(() => conversationPositions([5, 30, 30, 6], imageToken, 2, 2)).toThrow("needs 4 image tokens in a row, got 2");
    expect(() => conversationPositions([30, 5, 30], imageToken, 1, 2)).toThrow("in several places");
  });

  it("says that an untied head is missing", () => {
    const { config, weights } = open("conversation-tied");
    expect(() => buildQwenLanguage({ ...config, tie_word_embeddings: false }, weights)).toThrow(/no lm_head\.weight.*Download/);
  });
});
