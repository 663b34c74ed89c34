/** Configs that contradict themselves, made from those of real models by changing one thing: each is refused by field. */
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { autoencoderConfig } from "../architectures/autoencoder";
import { clipTextConfig } from "../architectures/clip-text";
import { fluxControlnetConfig } from "../architectures/flux-controlnet";
import { fluxTransformerConfig } from "../architectures/flux-transformer";
import { qwenTextConfig } from "../architectures/qwen-decoder";
import { qwenVisionConfig } from "../architectures/qwen-vision";
import { t5Config } from "../architectures/t5-encoder";
import { realShapes } from "../reference/header-only";
import { checkConfig } from "./config-file";

const real = (model: string) => realShapes[model]!.config;
const qwenText = { vocab_size: 152064, hidden_size: 3584, intermediate_size: 18944, num_hidden_layers: 28, num_attention_heads: 28, num_key_value_heads: 4, rope_scaling: { type: "mrope", mrope_section: [16, 24, 24] } };
const qwenVision = { depth: 32, hidden_size: 1280, intermediate_size: 3420, num_heads: 16, out_hidden_size: 3584, patch_size: 14, temporal_patch_size: 2, spatial_merge_size: 2, window_size: 112, fullatt_block_indexes: [7, 15, 23, 31] };

const models: Record<string, [z.ZodType, Record<string, unknown>]> = {
  vae: [autoencoderConfig, real("flux-vae")],
  clip: [clipTextConfig, real("clip-l")],
  t5: [t5Config, real("t5-xxl")],
  flux: [fluxTransformerConfig, real("flux-dev")],
  controlnet: [fluxControlnetConfig, real("latent-controlnet-4-1")],
  "qwen text": [qwenTextConfig, qwenText],
  "qwen vision": [qwenVisionConfig, qwenVision],
};

const check = (model: string, change: object) => checkConfig("m/config.json", { ...models[model]![1], ...change }, models[model]![0]);
const sections = (mrope_section: number[]) => ({ rope_scaling: { type: "mrope", mrope_section } });

describe("a config", () => {
  it.each(Object.keys(models))("of a real %s fits", (model) => {
    expect(() => check(model, {})).not.toThrow();
  });

  it.each<[string, object, string]>([
    ["vae", { norm_num_groups: 24 }, "norm_num_groups: 24 groups do not divide 128 of block_out_channels"],
    ["vae", { block_out_channels: [128, 256, 512, 500] }, "norm_num_groups: 32 groups do not divide 500"],
    ["vae", { block_out_channels: [1e9] }, "block_out_channels.0: 1000000000, which no model has"],
    ["clip", { num_attention_heads: 7 }, "num_attention_heads: does not divide hidden_size"],
    ["clip", { num_attention_heads: 0 }, "num_attention_heads: "],
    ["t5", { relative_attention_num_buckets: 2 }, "relative_attention_num_buckets: "],
    ["t5", { relative_attention_max_distance: 8 }, "relative_attention_max_distance: is 8, and should be above 8"],
    ["t5", { relative_attention_max_distance: 16e6 }, "relative_attention_max_distance: above 65536 is not supported"],
    ["flux", { axes_dims_rope: [16, 56, 58] }, "axes_dims_rope: [16, 56, 58] should sum to attention_head_dim 128"],
    ["flux", { axes_dims_rope: [15, 57, 56] }, "axes_dims_rope.0: "],
    ["flux", { patch_size: 2 }, "patch_size: only 1 is supported"],
    ["controlnet", { axes_dims_rope: [16, 56] }, "axes_dims_rope: [16, 56] should sum to attention_head_dim"],
    ["controlnet", { patch_size: 2 }, "patch_size: only 1 is supported"],
    ["qwen text", sections([16, 24, 25]), "rope_scaling.mrope_section: [16, 24, 25] should sum to 64"],
    ["qwen text", sections([1e9, 1e9, 1e9]), "rope_scaling.mrope_section: "],
    ["qwen text", { num_attention_heads: 27 }, "num_attention_heads: 27 should divide hidden_size 3584"],
    ["qwen text", { num_key_value_heads: 5 }, "num_key_value_heads: 5 does not divide num_attention_heads 28"],
    ["qwen vision", { num_heads: 15 }, "num_heads: 15 should divide hidden_size 1280"],
    ["qwen vision", { hidden_size: 1312 }, "num_heads: 16 should divide hidden_size 1312 into multiples of 4"],
    ["qwen vision", { window_size: 27 }, "window_size: 27 is less than patch_size 14"],
    ["qwen vision", { fullatt_block_indexes: [7, 1e12] }, "fullatt_block_indexes.1: 1000000000000, which no model has"],
  ])("of %s with %o is refused by field", (model, change, said) => {
    let message = "";
    try {
      check(model, change);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(`m/config.json does not fit. ${said}`);
  });

  it("of T5 may have any number of buckets from four up, as the reference", () => {
    expect(check("t5", { relative_attention_num_buckets: 7 })).toMatchObject({ relative_attention_num_buckets: 7 });
  });
});
