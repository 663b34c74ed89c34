/**
 * A Bifrost-1 pipeline on disk: one folder with the parts as their authors publish them.
 *
 *     flux/        FLUX.1-dev in diffusers' layout
 *     bifrost/     Bifrost-1's release: language model with visual branch, and flux_controlnet/ below
 *     qwen/        optional: Qwen2.5-VL's config, tokenizer and image processor, where bifrost/ lacks them
 *     detector/    optional: a detector to check pictures with
 *     preview.json, words.json   optional: cheap latent previews, and the words a small model knows
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import { autoencoderConfig, compression, type AutoencoderConfig } from "../architectures/autoencoder";
import { clipTextConfig, type ClipTextConfig } from "../architectures/clip-text";
import { detectorConfig, type DetectorConfig } from "../architectures/detector";
import { fluxControlnetConfig, type FluxControlnetConfig } from "../architectures/flux-controlnet";
import { fluxTransformerConfig, type FluxTransformerConfig } from "../architectures/flux-transformer";
import { qwenTextConfig, type QwenTextConfig } from "../architectures/qwen-decoder";
import { qwenVisionConfig, type QwenVisionConfig } from "../architectures/qwen-vision";
import { t5Config, type T5Config } from "../architectures/t5-encoder";
import { flowMatchConfig, type FlowMatchConfig } from "../schedulers/flow-match-euler";
import { CheckpointError, readSafetensorsHeader } from "./safetensors";
import { openWeights } from "./weight-files";
import type { Weights } from "./weights";

const imageProcessorConfig = z.object({
  image_mean: z.array(z.number()).length(3),
  image_std: z.array(z.number()).length(3),
  patch_size: z.number().int(),
  temporal_patch_size: z.number().int(),
  merge_size: z.number().int(),
});
export type ImageProcessorConfig = z.infer<typeof imageProcessorConfig>;

/** A linear map from channels to colour, saved as a Linear's weight [3, C] and bias [3] that give 0…1. */
const linearPicture = z
  .object({ weight: z.array(z.array(z.number())).length(3), bias: z.array(z.number()).length(3) })
  .refine(({ weight }) => weight.every((row) => row.length === weight[0]!.length), { path: ["weight"], message: "needs three rows of one length" });

/** Of what FLUX denoises (scaled latents), and of patch latents. */
const previewConfig = z.object({ latent_rgb: linearPicture, patch_rgb: linearPicture });
export type PreviewConfig = z.infer<typeof previewConfig>;

const wordsConfig = z.record(z.string(), z.array(z.string()));

export interface Pipeline {
  /** The real path of the folder. */
  readonly directory: string;
  /** A sha256 in hex: equal for equal checkpoints wherever they lie. Part of every result's cache key. */
  readonly fingerprint: string;
  readonly t5: { readonly config: T5Config; readonly weights: Weights };
  readonly clip: { readonly config: ClipTextConfig; readonly weights: Weights };
  /** Language model, visual encoder and visual generation branch: one file, one set of weights. */
  readonly bifrost: {
    readonly text: QwenTextConfig;
    readonly vision: QwenVisionConfig;
    readonly imageProcessor: ImageProcessorConfig;
    readonly weights: Weights;
  };
  readonly controlnet: { readonly config: FluxControlnetConfig; readonly weights: Weights };
  readonly transformer: { readonly config: FluxTransformerConfig; readonly weights: Weights };
  readonly autoencoder: { readonly config: AutoencoderConfig; readonly weights: Weights };
  readonly detector: { readonly config: DetectorConfig; readonly weights: Weights } | undefined;
  readonly scheduler: FlowMatchConfig;
  /** Folders to load tokenizers from. */
  readonly tokenizers: { readonly clip: string; readonly t5: string; readonly qwen: string };
  readonly preview: PreviewConfig | undefined;
  /** Lists of words a small checkpoint was trained on, by kind. */
  readonly words: Readonly<Record<string, readonly string[]>> | undefined;
  readonly geometry: PipelineGeometry;
}

/** Sides, in their own units, of the square pictures this checkpoint was trained on. */
export interface PipelineGeometry {
  /** Patch latents per side: 16 in the authors' checkpoint. */
  readonly patchGrid: number;
  /** Pixels per side of what the visual encoder reads: 448. */
  readonly inputSize: number;
  /** Pixels per side of what FLUX makes: 512. */
  readonly outputSize: number;
  /** Pixels per latent pixel: 8. */
  readonly compression: number;
}

/** Reads configs and weight headers, never weights. Throws a CheckpointError naming what is missing or does not fit. */
export function openPipeline(path: string): Pipeline {
  if (!existsSync(path)) throw new CheckpointError(`The pipeline folder ${path} does not exist. Check its path in the settings.`);
  const directory = realpathSync(path);
  const flux = join(directory, "flux");
  const bifrost = join(directory, "bifrost");
  const configured = <T>(component: string, folder: string, schema: z.ZodType<T>) => ({
    config: readConfig(join(folder, "config.json"), schema),
    weights: openWeights(component, folder),
  });

  const autoencoder = configured("autoencoder", join(flux, "vae"), autoencoderConfig);
  const controlnet = configured("controlnet", join(bifrost, "flux_controlnet"), fluxControlnetConfig);
  const language = openLanguage(directory, bifrost);
  const detector = join(directory, "detector");
  return {
    directory,
    fingerprint: fingerprint(directory),
    t5: configured("t5", join(flux, "text_encoder_2"), t5Config),
    clip: configured("clip", join(flux, "text_encoder"), clipTextConfig),
    bifrost: language.bifrost,
    controlnet,
    transformer: configured("transformer", join(flux, "transformer"), fluxTransformerConfig),
    autoencoder,
    detector: existsSync(join(detector, "config.json")) ? configured("detector", detector, detectorConfig) : undefined,
    scheduler: readConfig(join(flux, "scheduler", "scheduler_config.json"), flowMatchConfig),
    tokenizers: { clip: join(flux, "tokenizer"), t5: join(flux, "tokenizer_2"), qwen: language.tokenizer },
    preview: readOptional(join(directory, "preview.json"), previewConfig),
    words: readOptional(join(directory, "words.json"), wordsConfig),
    geometry: geometry(language.bifrost, controlnet.config, autoencoder.config),
  };
}

function openLanguage(directory: string, bifrost: string): { bifrost: Pipeline["bifrost"]; tokenizer: string } {
  const weights = openWeights("bifrost", bifrost);
  const qwen = join(directory, "qwen");
  /** The authors' release names Qwen2.5-VL instead of carrying its files, so these may come from beside it. */
  const find = (file: string) => [bifrost, qwen].map((folder) => join(folder, file)).find((candidate) => existsSync(candidate));
  const need = (file: string) => {
    const found = find(file);
    if (found) return found;
    throw new CheckpointError(`${bifrost} has no ${file}, and there is no ${join(qwen, file)}. Copy it from Qwen2.5-VL's repository into ${qwen}.`);
  };
  const { path, config } = qwenConfig(join(bifrost, "config.json"), join(qwen, "config.json"));
  return {
    bifrost: {
      text: check(path, config, qwenTextConfig),
      vision: check(`${path} (vision_config)`, config["vision_config"], qwenVisionConfig),
      imageProcessor: readConfig(need("preprocessor_config.json"), imageProcessorConfig),
      weights,
    },
    tokenizer: join(need("tokenizer_config.json"), ".."),
  };
}

const json = z.record(z.string(), z.unknown());

/** Qwen2.5-VL's own config: under `vision_language_model_config` of Bifrost-1's, at its top, or in qwen/. */
function qwenConfig(own: string, beside: string): { path: string; config: Record<string, unknown> } {
  const top = readConfig(own, json);
  const wrapped = json.safeParse(top["vision_language_model_config"]).data ?? {};
  const found = [wrapped, json.safeParse(wrapped["params"]).data ?? {}, top].find((config) => "vision_config" in config);
  if (found) return { path: own, config: found };
  if (existsSync(beside)) return { path: beside, config: readConfig(beside, json) };
  throw new CheckpointError(`${own} does not describe its language model (no "vision_config"), and there is no ${beside}. Copy Qwen2.5-VL's config.json there.`);
}

function geometry(bifrost: Pipeline["bifrost"], controlnet: FluxControlnetConfig, autoencoder: AutoencoderConfig): PipelineGeometry {
  const { weights, vision } = bifrost;
  const tokens = weights.require("learnable_pos_emb").shape[1] ?? 0;
  const patchGrid = Math.sqrt(tokens);
  if (!Number.isInteger(patchGrid) || patchGrid === 0) {
    throw new CheckpointError(`${weights.source}: learnable_pos_emb has ${tokens} positions, which make no square grid. This is not a Bifrost-1 checkpoint for square pictures.`);
  }
  return {
    patchGrid,
    inputSize: patchGrid * vision.patch_size * vision.spatial_merge_size,
    outputSize: patchGrid * controlnet.resampling_factor * 2 * compression(autoencoder),
    compression: compression(autoencoder),
  };
}

function readConfig<T>(path: string, schema: z.ZodType<T>): T {
  if (!existsSync(path)) throw new CheckpointError(`${path} does not exist. Download it, or check that the folder is a whole checkpoint.`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new CheckpointError(`${path} is not JSON. Download it again.`);
  }
  return check(path, content, schema);
}

function readOptional<T>(path: string, schema: z.ZodType<T>): T | undefined {
  return existsSync(path) ? readConfig(path, schema) : undefined;
}

function check<T>(path: string, content: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "(top level)"}: ${issue.message}`);
  throw new CheckpointError(`${path} does not fit. ${issues.join("; ")}. Check that it belongs to this kind of model.`);
}

/** Below this many bytes in all, weights are hashed whole; above, by header and size, which reads in no time. */
const wholeHashLimit = 100_000_000;

/** Over the paths and contents of configs, tokenizers and weights. File times do not count, so a copy is the same. */
function fingerprint(directory: string): string {
  const parts = ["flux", "bifrost", "qwen", "detector"].flatMap((part) => files(join(directory, part)));
  const weights = parts.filter((file) => file.endsWith(".safetensors"));
  const whole = weights.reduce((sum, file) => sum + statSync(file).size, 0) < wholeHashLimit;
  const hash = createHash("sha256");
  for (const file of parts.sort()) {
    const isWeights = file.endsWith(".safetensors");
    if (!isWeights && !/\.(json|txt|model)$/.test(file)) continue;
    hash.update(`\n${relative(directory, file).split(sep).join("/")}:${statSync(file).size}\n`);
    hash.update(isWeights && !whole ? readSafetensorsHeader(file).headerBytes : readFileSync(file));
  }
  return hash.digest("hex");
}

function files(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    // Hugging Face caches hold links to files; statSync follows them.
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}
