import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TensorLocation } from "../checkpoints/safetensors";
import { Weights } from "../checkpoints/weights";
import type { GraphBuilder } from "../graph/graph-builder";
import { buildClipText, clipTextConfig } from "./clip-text";
import { qwenTextConfig } from "./qwen-decoder";
import { buildQwenText } from "./qwen-text";
import { buildQwenVision, qwenVisionConfig } from "./qwen-vision";
import { buildT5Encoder, t5Config } from "./t5-encoder";
import { buildVisualBranch } from "./visual-branch";

const path = new URL("../reference/fixtures/real-shapes.json", import.meta.url);
const models = JSON.parse(readFileSync(path, "utf8")) as Record<string, { config: Record<string, unknown>; tensors: Record<string, number[]> }>;

/** A checkpoint of the real size that has names and shapes, but no bytes. */
function checkpoint(model: string, layers: number) {
  const tensors = new Map<string, TensorLocation>();
  for (const [pattern, shape] of Object.entries(models[model]!.tensors)) {
    for (let index = 0; index < (pattern.includes("{N}") ? layers : 1); index++) {
      // T5 shares the first layer's position bias with all others.
      if (pattern.includes("relative_attention_bias") && index > 0) continue;
      tensors.set(pattern.replace("{N}", String(index)), { file: "/checkpoint/model.safetensors", dtype: "BF16", shape, offset: 0, length: 0 });
    }
  }
  const header = { file: "/checkpoint/model.safetensors", size: 0, headerBytes: new Uint8Array(), tensors, metadata: {} };
  return Weights.of(model, "/checkpoint", [header]);
}

/** Tensors of the checkpoint that the graph does not read. */
function unread(graph: GraphBuilder, weights: Weights): string[] {
  const bytes = Buffer.from(graph.encode("/checkpoint"));
  return weights.names().filter((name) => !bytes.includes(`${weights.component}/${name}`));
}

describe("real checkpoints fit: every tensor asked for exists with its shape, and all are read", () => {
  it("T5-XXL", () => {
    const weights = checkpoint("t5", 24);
    expect(unread(buildT5Encoder(t5Config.parse(models["t5"]!.config), weights, "bfloat16"), weights)).toEqual([]);
  });

  it("CLIP-L", () => {
    const weights = checkpoint("clip", 12);
    expect(unread(buildClipText(clipTextConfig.parse(models["clip"]!.config), weights, "bfloat16"), weights)).toEqual([]);
  });

  it("Qwen2.5-VL-7B's visual encoder", () => {
    const weights = checkpoint("vision", 32);
    const config = qwenVisionConfig.parse(models["vision"]!.config);
    expect(unread(buildQwenVision(config, weights, "equal", "bfloat16"), weights)).toEqual([]);
  });

  it("Qwen2.5-VL-7B's text branch, up to the last layer's keys and values", () => {
    const weights = checkpoint("text", 28);
    const last = "vision_language_model.model.layers.27.";
    const left = unread(buildQwenText(qwenTextConfig.parse(models["text"]!.config), weights, "bfloat16"), weights);
    expect(left.filter((name) => !name.startsWith(last))).toEqual(["vision_language_model.model.norm.weight"]);
    expect(left.some((name) => /layers\.27\.(input_layernorm|self_attn\.[kv]_proj)/.test(name))).toBe(false);
  });

  it("Bifrost-1's visual generation branch", () => {
    const weights = checkpoint("branch", 28);
    const config = { ...qwenTextConfig.parse(models["branch"]!.config), num_visual_gen_tokens: 256 };
    expect(unread(buildVisualBranch(config, weights, "bfloat16"), weights)).toEqual([]);
  });
});
