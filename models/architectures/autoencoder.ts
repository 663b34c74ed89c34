/**
 * FLUX's convolutional autoencoder. Parameter names of diffusers' AutoencoderKL.
 * Images are [B, 3, H, W] in −1…1, latents [B, latent_channels, H / 8, W / 8] for four levels.
 */
import { z } from "zod";
import { attention } from "../graph/attention";
import { conv2d, groupNorm, upsampleNearest } from "../graph/convolution";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import { linear, silu } from "../graph/layers";
import type { Weights } from "../checkpoints/weights";

const fields = z.object({
  in_channels: z.number().int().positive().default(3),
  out_channels: z.number().int().positive().default(3),
  block_out_channels: z.array(z.number().int().positive()).min(1),
  layers_per_block: z.number().int().positive(),
  latent_channels: z.number().int().positive(),
  norm_num_groups: z.number().int().positive().default(32),
  scaling_factor: z.number(),
  act_fn: z.literal("silu").default("silu"),
  down_block_types: z.array(z.literal("DownEncoderBlock2D")).optional(),
  up_block_types: z.array(z.literal("UpDecoderBlock2D")).optional(),
  shift_factor: z.number().nullish(),
  use_quant_conv: z.boolean().default(true),
  use_post_quant_conv: z.boolean().default(true),
  mid_block_add_attention: z.boolean().default(true),
});

export const autoencoderConfig = fields.superRefine(({ norm_num_groups: groups, block_out_channels }, context) => {
  const odd = block_out_channels.find((channels) => channels % groups !== 0);
  if (odd !== undefined) context.addIssue({ code: "custom", path: ["norm_num_groups"], message: `${groups} groups do not divide ${odd} of block_out_channels` });
});
export type AutoencoderConfig = z.infer<typeof autoencoderConfig>;

const eps = 1e-6;

/** Image side over latent side. */
export function compression(config: AutoencoderConfig): number {
  return 2 ** (config.block_out_channels.length - 1);
}

/** latents [B, latent_channels, h, w], unscaled (see `unscaleLatents`) → sample [B, out_channels, H, W]. */
export function buildDecoder(config: AutoencoderConfig, weights: Weights, precision: Precision = "float32"): GraphBuilder {
  const g = GraphBuilder.create({ name: "vae-decoder", weights, precision: imagePrecision(precision) });
  const { norm_num_groups: groups, latent_channels: latent } = config;
  const levels = [...config.block_out_channels].reverse();
  const widest = levels[0]!;
  let x = g.input("latents", "float32", ["batch", latent, "latent_rows", "latent_columns"]);
  if (config.use_post_quant_conv) x = conv2d(g.at("post_quant_conv"), x, latent, latent, { kernel: 1 });

  const decoder = g.at("decoder");
  x = conv2d(decoder.at("conv_in"), x, latent, widest, { kernel: 3, padding: 1 });
  x = middle(decoder.at("mid_block"), x, widest, config);
  let channels = widest;
  levels.forEach((out, level) => {
    const block = decoder.at("up_blocks").at(level);
    for (let i = 0; i <= config.layers_per_block; i++) {
      x = residual(block.at("resnets").at(i), x, channels, out, groups);
      channels = out;
    }
    if (level < levels.length - 1) {
      x = conv2d(block.at("upsamplers.0.conv"), upsampleNearest(g, x, 2), out, out, { kernel: 3, padding: 1 }); // [B, out, 2h, 2w]
    }
  });
  x = silu(g, groupNorm(decoder.at("conv_norm_out"), x, channels, { groups, eps }));
  x = conv2d(decoder.at("conv_out"), x, channels, config.out_channels, { kernel: 3, padding: 1 });
  g.output("sample", x, ["batch", config.out_channels, "rows", "columns"]);
  return g;
}

/**
 * sample [B, in_channels, H, W] → latents [B, latent_channels, h, w]: the mean of the posterior, unscaled. With
 * `moments`, moments [B, 2 · latent_channels, h, w] come out in their place: the mean, then the log variance.
 */
export function buildEncoder(config: AutoencoderConfig, weights: Weights, precision: Precision = "float32", { moments = false } = {}): GraphBuilder {
  const g = GraphBuilder.create({ name: "vae-encoder", weights, precision: imagePrecision(precision) });
  const { norm_num_groups: groups, latent_channels: latent, block_out_channels: levels } = config;
  const encoder = g.at("encoder");
  let channels = levels[0]!;
  let x = g.input("sample", "float32", ["batch", config.in_channels, "rows", "columns"]);
  x = conv2d(encoder.at("conv_in"), x, config.in_channels, channels, { kernel: 3, padding: 1 });
  levels.forEach((out, level) => {
    const block = encoder.at("down_blocks").at(level);
    for (let i = 0; i < config.layers_per_block; i++) {
      x = residual(block.at("resnets").at(i), x, channels, out, groups);
      channels = out;
    }
    if (level < levels.length - 1) {
      // Padded on the right and at the bottom only, as the checkpoint was trained.
      x = conv2d(block.at("downsamplers.0.conv"), x, out, out, { kernel: 3, stride: 2, padding: [0, 0, 1, 1] }); // [B, out, h/2, w/2]
    }
  });
  x = middle(encoder.at("mid_block"), x, channels, config);
  x = silu(g, groupNorm(encoder.at("conv_norm_out"), x, channels, { groups, eps }));
  x = conv2d(encoder.at("conv_out"), x, channels, 2 * latent, { kernel: 3, padding: 1 });
  if (config.use_quant_conv) x = conv2d(g.at("quant_conv"), x, 2 * latent, 2 * latent, { kernel: 1 });
  if (moments) {
    g.output("moments", x, ["batch", 2 * latent, "latent_rows", "latent_columns"]);
    return g;
  }
  // The second half of the channels is the posterior's log variance.
  g.output("latents", g.slice(x, 1, 0, latent), ["batch", latent, "latent_rows", "latent_columns"]);
  return g;
}

/** Resize and the norms' InstanceNormalization have no bfloat16 kernels on CUDA. */
function imagePrecision(precision: Precision): Precision {
  return precision === "bfloat16" ? "float32" : precision;
}

function residual(g: GraphBuilder, x: Value, inChannels: number, outChannels: number, groups: number): Value {
  let hidden = silu(g, groupNorm(g.at("norm1"), x, inChannels, { groups, eps }));
  hidden = conv2d(g.at("conv1"), hidden, inChannels, outChannels, { kernel: 3, padding: 1 });
  hidden = silu(g, groupNorm(g.at("norm2"), hidden, outChannels, { groups, eps }));
  hidden = conv2d(g.at("conv2"), hidden, outChannels, outChannels, { kernel: 3, padding: 1 });
  const shortcut = inChannels === outChannels ? x : conv2d(g.at("conv_shortcut"), x, inChannels, outChannels, { kernel: 1 });
  return g.add(shortcut, hidden);
}

function middle(g: GraphBuilder, x: Value, channels: number, config: AutoencoderConfig): Value {
  const groups = config.norm_num_groups;
  let y = residual(g.at("resnets.0"), x, channels, channels, groups);
  if (config.mid_block_add_attention) y = pixelAttention(g.at("attentions.0"), y, channels, groups);
  return residual(g.at("resnets.1"), y, channels, channels, groups);
}

/** One head over all pixels. */
function pixelAttention(g: GraphBuilder, x: Value, channels: number, groups: number): Value {
  const normed = groupNorm(g.at("group_norm"), x, channels, { groups, eps });
  const pixels = g.transpose(g.reshape(normed, [0, 0, -1]), [0, 2, 1]); // [B, C, H, W] → [B, H · W, C]
  const project = (name: string, value: Value) => linear(g.at(name), value, channels, channels);
  const attended = attention(g, {
    query: project("to_q", pixels), key: project("to_k", pixels), value: project("to_v", pixels), heads: 1, headDim: channels,
  });
  const out = g.transpose(project("to_out.0", attended), [0, 2, 1]); // [B, C, H · W]
  return g.add(x, g.reshapeTo(out, g.shape(x, 0, 4))); // [B, C, H, W]
}
