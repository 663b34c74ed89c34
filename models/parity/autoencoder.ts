/** AutoencoderKL's two halves as diffusers' users call them. */
import { autoencoderConfig, buildDecoder, buildEncoder } from "../architectures/autoencoder";
import { float32, type Tensor } from "../tensor";
import { placed } from "./bundle";
import type { Component } from "./component";

export const autoencoderEncoder: Component = {
  inputs: ["sample"],
  async compute({ config: read, weights, inputs }, run) {
    const config = read(autoencoderConfig);
    const sample = inputs.floats(["sample", "x", "pixel_values"], ["B", config.in_channels, "H", "W"]);
    const graph = buildEncoder(config, placed(weights, "encoder.conv_in.weight", ""), "float32", { moments: true });
    const moments = (await run(graph, { sample }))["moments"] as Tensor<"float32">;
    const mean = channels(moments, 0, config.latent_channels);
    // diffusers' DiagonalGaussianDistribution keeps the log variance in this range.
    const logvar = mapped(channels(moments, config.latent_channels, 2 * config.latent_channels), (value) => Math.min(20, Math.max(-30, value)));
    return {
      mean: { tensor: mean, aliases: ["latents", "latent", "mode", "output"] },
      logvar: { tensor: logvar },
      std: { tensor: mapped(logvar, (value) => Math.exp(value / 2)) },
      var: { tensor: mapped(logvar, Math.exp) },
      parameters: { tensor: moments, aliases: ["moments"] },
    };
  },
};

export const autoencoderDecoder: Component = {
  inputs: ["latent"],
  async compute({ config: read, weights, inputs }, run) {
    const config = read(autoencoderConfig);
    const latents = inputs.floats(["latent", "latents", "z", "sample"], ["B", config.latent_channels, "h", "w"]);
    const graph = buildDecoder(config, placed(weights, "decoder.conv_in.weight", ""));
    return { sample: { tensor: (await run(graph, { latents }))["sample"] as Tensor<"float32">, aliases: ["output", "image"] } };
  },
};

/** Channels from `start` to `end` of [B, C, h, w]. */
function channels({ data, dims }: Tensor<"float32">, start: number, end: number): Tensor<"float32"> {
  const [batch, count, height, width] = dims as [number, number, number, number];
  const pixels = height * width;
  const part = new Float32Array(batch * (end - start) * pixels);
  for (let b = 0; b < batch; b++) part.set(data.subarray((b * count + start) * pixels, (b * count + end) * pixels), b * (end - start) * pixels);
  return float32(part, [batch, end - start, height, width]);
}

function mapped({ data, dims }: Tensor<"float32">, change: (value: number) => number): Tensor<"float32"> {
  return float32(data.map((value) => change(value)), dims);
}
