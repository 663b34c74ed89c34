/**
 * Qwen2.5-VL's visual encoder (Bai et al. 2025, arXiv 2502.13923): patches of one image → patch latents.
 *
 * Most layers attend within windows of the image. Patches are therefore brought into window order first, and the
 * latents back into raster order last; what depends on the grid comes in as inputs (see `visionInputs`), so one graph
 * serves every image size.
 */
import { z } from "zod";
import type { Weights } from "../checkpoints/weights";
import { attention, rotary, type RotaryTables } from "../graph/attention";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import { gelu, linear, rmsNorm, silu } from "../graph/layers";

/** The released config.json says `in_chans`, Transformers 5 `in_channels`. */
const fields = z.object({
  depth: z.number().int().nonnegative(),
  hidden_act: z.literal("silu").default("silu"),
  hidden_size: z.number().int().positive(),
  intermediate_size: z.number().int().positive(),
  num_heads: z.number().int().positive(),
  out_hidden_size: z.number().int().positive(),
  patch_size: z.number().int().positive(),
  temporal_patch_size: z.number().int().positive(),
  spatial_merge_size: z.number().int().positive(),
  window_size: z.number().int().positive(),
  fullatt_block_indexes: z.array(z.number().int()),
  in_channels: z.number().int().optional(),
  in_chans: z.number().int().optional(),
  rope_parameters: z.looseObject({ rope_theta: z.number().optional() }).nullish(),
}).superRefine(({ hidden_size, num_heads, window_size, patch_size, spatial_merge_size }, context) => {
  const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  // Half of a head's pairs turn with the row, half with the column.
  if (hidden_size % (4 * num_heads) !== 0) refuse("num_heads", `${num_heads} should divide hidden_size ${hidden_size} into multiples of 4`);
  if (window_size < patch_size * spatial_merge_size) refuse("window_size", `${window_size} is less than patch_size ${patch_size} · spatial_merge_size ${spatial_merge_size}`);
});

/** The `vision_config` of a Qwen2.5-VL config.json. */
export const qwenVisionConfig = fields.transform(({ in_channels, in_chans, rope_parameters, hidden_act: _act, ...config }) => ({
  ...config,
  channels: in_channels ?? in_chans ?? 3,
  rope_theta: rope_parameters?.rope_theta ?? 10_000,
}));
export type QwenVisionConfig = z.output<typeof qwenVisionConfig>;

/** Whether an image's windows all have the same, full size. Decides which graph it runs on. */
export type WindowKind = "equal" | "masked";

/** Of every norm here; not in the config. */
const eps = 1e-6;

/**
 * pixel_values [patches, channels · temporal_patch_size · patch_size²], cos and sin [1, patches, headDim / 2],
 * window_index and raster_index int64 [patches / merge²] → patch_latents [1, patches / merge², out_hidden_size] in
 * raster order.
 *
 * With "equal" windows (the grid divides evenly) they go through attention as a batch. "masked" ones take a
 * window_mask [1, 1, patches, patches] more, 0 within a window and a large negative number across. With `states`,
 * last_hidden_state [patches, hidden_size] comes out too: what the merger is given, in window order.
 */
export function buildQwenVision(
  config: QwenVisionConfig, weights: Weights, windows: WindowKind = "equal", precision: Precision = "float32", { states = false } = {},
): GraphBuilder {
  const root = GraphBuilder.create({ name: "qwen-vision", weights, precision });
  const { hidden_size: hidden, num_heads, out_hidden_size, spatial_merge_size } = config;
  const unit = spatial_merge_size ** 2;
  const rowLength = config.channels * config.temporal_patch_size * config.patch_size ** 2;
  const pixels = root.input("pixel_values", "float32", ["patches", rowLength]);
  const table = [1, "patches", hidden / num_heads / 2] as const;
  const tables: RotaryTables = { cos: root.input("cos", "float32", table), sin: root.input("sin", "float32", table), pairs: "halves" };
  const windowIndex = root.input("window_index", "int64", ["latents"]);
  const rasterIndex = root.input("raster_index", "int64", ["latents"]);
  const mask = windows === "masked" ? root.input("window_mask", "float32", [1, 1, "patches", "patches"]) : undefined;

  const g = visualModel(root);
  const patches = patchEmbedding(g.at("patch_embed.proj"), pixels, rowLength, config); // [patches, hidden]
  const groups = g.reshape(patches, [-1, unit * hidden]); // merge × merge neighbours in a row
  let x = g.reshape(g.gather(groups, windowIndex), [1, -1, hidden]); // [1, patches, hidden]
  for (let index = 0; index < config.depth; index++) {
    const scope: Scope = config.fullatt_block_indexes.includes(index) ? {} : mask ? { mask } : { window: windowLength(config) };
    x = block(g.at("blocks").at(index), x, tables, scope, config);
  }
  if (states) root.output("last_hidden_state", root.reshape(x, [-1, hidden]), ["patches", hidden]);
  const latents = merger(g.at("merger"), x, config); // [patches / merge², out]
  const raster = g.unsqueeze(g.gather(latents, rasterIndex), [0]);
  root.output("patch_latents", raster, [1, "latents", out_hidden_size]);
  return root;
}

/** A 3D convolution whose stride is its kernel is one linear map per patch. */
function patchEmbedding(g: GraphBuilder, pixels: Value, rowLength: number, config: QwenVisionConfig): Value {
  const { hidden_size, channels, temporal_patch_size, patch_size } = config;
  const kernel = g.weight("weight", [hidden_size, channels, temporal_patch_size, patch_size, patch_size]);
  const matrix = g.reshape(kernel, [hidden_size, rowLength]);
  return g.node("MatMul", [pixels, g.transpose(matrix, [1, 0])]);
}

/** What a patch may attend to: everything, its window of so many patches, or what the mask lets through. */
interface Scope {
  readonly window?: number;
  readonly mask?: Value;
}

function block(g: GraphBuilder, input: Value, tables: RotaryTables, scope: Scope, config: QwenVisionConfig): Value {
  const { hidden_size: hidden, intermediate_size: wide } = config;
  const x = g.add(input, selfAttention(g.at("attn"), rmsNorm(g.at("norm1"), input, hidden, { eps }), tables, scope, config));
  const normed = rmsNorm(g.at("norm2"), x, hidden, { eps });
  const m = g.at("mlp");
  const gate = silu(m, linear(m.at("gate_proj"), normed, hidden, wide));
  const up = linear(m.at("up_proj"), normed, hidden, wide);
  return g.add(x, linear(m.at("down_proj"), m.mul(gate, up), wide, hidden));
}

function selfAttention(g: GraphBuilder, x: Value, tables: RotaryTables, scope: Scope, config: QwenVisionConfig): Value {
  const { hidden_size: hidden, num_heads: heads } = config;
  const { window, mask } = scope;
  const [q, k, v] = g.split(linear(g.at("qkv"), x, hidden, 3 * hidden), 3, 2) as [Value, Value, Value];
  // [1, patches, hidden] → [windows, patches per window, hidden]
  const within = (states: Value) => (window === undefined ? states : g.reshape(states, [-1, window, hidden]));
  const attended = attention(g, {
    query: within(rotary(g, q, tables, heads)), key: within(rotary(g, k, tables, heads)), value: within(v),
    heads, headDim: hidden / heads, ...(mask ? { bias: mask } : {}),
  });
  const joined = window === undefined ? attended : g.reshape(attended, [1, -1, hidden]);
  return linear(g.at("proj"), joined, hidden, hidden);
}

/** merge × merge neighbouring patches → one latent. */
function merger(g: GraphBuilder, x: Value, config: QwenVisionConfig): Value {
  const { hidden_size: hidden, out_hidden_size: out, spatial_merge_size } = config;
  const wide = hidden * spatial_merge_size ** 2;
  const groups = g.reshape(rmsNorm(g.at("ln_q"), x, hidden, { eps }), [-1, wide]);
  return linear(g.at("mlp.2"), gelu(g, linear(g.at("mlp.0"), groups, wide, wide)), wide, out);
}

/** Patches in a full window. */
function windowLength({ window_size, patch_size, spatial_merge_size }: QwenVisionConfig): number {
  return (Math.floor(window_size / spatial_merge_size / patch_size) * spatial_merge_size) ** 2;
}

/** Below Bifrost-1's wrapper, or where Qwen2.5-VL's own checkpoints keep it (Transformers 4 and 5). */
function visualModel(g: GraphBuilder): GraphBuilder {
  const places = ["vision_language_model.visual", "model.visual", "visual"];
  // Any of these: were one of them missing and the place with it, every other tensor would seem to be missing too.
  const marks = ["merger.ln_q.weight", "patch_embed.proj.weight", "blocks.0.norm1.weight"];
  return g.at(places.find((place) => marks.some((mark) => g.has(`${place}.${mark}`))) ?? places[0]!);
}
