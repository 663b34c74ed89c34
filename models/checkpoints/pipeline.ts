/**
 * A Bifrost-1 pipeline on disk: the parts as their authors publish them (see `pipelineFolders`), and beside them
 *
 *     preview.json, words.json, held-out.json   optional: cheap latent previews, the words a small model knows, and
 *                  the combinations of them it never saw
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { autoencoderConfig, compression, type AutoencoderConfig } from "../architectures/autoencoder";
import { clipTextConfig, type ClipTextConfig } from "../architectures/clip-text";
import { detectorConfig, type DetectorConfig } from "../architectures/detector";
import { fluxControlnetConfig, type FluxControlnetConfig } from "../architectures/flux-controlnet";
import { fluxTransformerConfig, type FluxTransformerConfig } from "../architectures/flux-transformer";
import type { QwenTextConfig } from "../architectures/qwen-decoder";
import type { QwenVisionConfig } from "../architectures/qwen-vision";
import { t5Config, type T5Config } from "../architectures/t5-encoder";
import { said } from "../said";
import { flowMatchConfig, type FlowMatchConfig } from "../schedulers/flow-match-euler";
import { readConfig, readOptionalConfig } from "./config-file";
import { fingerprint } from "./fingerprint";
import { readLanguageConfig, type Folder } from "./language-config";
import { pipelineFolders } from "./pipeline-folders";
import { CheckpointError, type HeaderReading } from "./safetensors";
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

/** What a small checkpoint was trained on, by kind, and how else people say it. */
const list = z.array(z.string()).optional();
const wordsConfig = z.object({
  objects: list, colors: list, sizes: list, counts: list, relations: list, backgrounds: list, other: list,
  /** Objects that are never drawn in another colour than their own. */
  natural: list,
  synonyms: z.record(z.string(), z.string()).optional(),
});
export type WordLists = Readonly<z.infer<typeof wordsConfig>>;

/** Combinations that no caption in a small checkpoint's training held: what its prompt following is scored on. */
const combination = z.tuple([z.string(), z.string()]);
const heldOutConfig = z.object({ colors: z.array(combination), pairs: z.array(combination), positions: z.array(combination), counts: z.array(z.tuple([z.string(), z.int()])) });
export type HeldOut = Readonly<z.infer<typeof heldOutConfig>>;

export interface Pipeline {
  /** The real path of the folder. */
  readonly directory: string;
  /** The real paths of the folders that hold its parts: the same one, unless a pipeline.json names others. */
  readonly folders: readonly string[];
  /** See fingerprint.ts. Computed when it is first asked for; throws a CheckpointError then. */
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
  /** The words a small checkpoint was trained on. */
  readonly words: WordLists | undefined;
  readonly heldOut: HeldOut | undefined;
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
export function openPipeline(path: string, reading: HeaderReading = {}): Pipeline {
  const folders = pipelineFolders(path);
  const { root, parts } = folders;
  const [flux, release, qwen, detector] = [parts.get("flux")!, parts.get("bifrost")!, parts.get("qwen"), parts.get("detector")];
  const configured = <T>(component: string, part: Folder, below: string, schema: z.ZodType<T>) => {
    const folder = join(part.directory, below);
    return { config: readConfig(part.root, join(folder, "config.json"), schema), weights: openWeights(component, folder, { ...reading, root: part.root }) };
  };

  const autoencoder = configured("autoencoder", flux, "vae", autoencoderConfig);
  const controlnet = configured("controlnet", release, "flux_controlnet", fluxControlnetConfig);
  const language = openLanguage(release, qwen ?? { directory: join(root.directory, "qwen"), root }, reading);
  let name: string | undefined;
  return {
    directory: root.directory,
    folders: [...new Set([...parts.values()].map(({ root: { directory } }) => directory))],
    // Only on demand: who opens a pipeline to look at it need not read weights.
    get fingerprint() {
      return (name ??= fingerprint(folders, reading));
    },
    t5: configured("t5", flux, "text_encoder_2", t5Config),
    clip: configured("clip", flux, "text_encoder", clipTextConfig),
    bifrost: language.bifrost,
    controlnet,
    transformer: configured("transformer", flux, "transformer", fluxTransformerConfig),
    autoencoder,
    detector: detector && existsSync(join(detector.directory, "config.json")) ? configured("detector", detector, "", detectorConfig) : undefined,
    scheduler: readConfig(flux.root, join(flux.directory, "scheduler", "scheduler_config.json"), flowMatchConfig),
    tokenizers: { clip: join(flux.directory, "tokenizer"), t5: join(flux.directory, "tokenizer_2"), qwen: language.tokenizer },
    preview: readOptionalConfig(root, join(root.directory, "preview.json"), previewConfig),
    words: readOptionalConfig(root, join(root.directory, "words.json"), wordsConfig),
    heldOut: readOptionalConfig(root, join(root.directory, "held-out.json"), heldOutConfig),
    geometry: geometry(language.bifrost, controlnet.config, autoencoder.config),
  };
}

function openLanguage(release: Folder, qwen: Folder, reading: HeaderReading): { bifrost: Pipeline["bifrost"]; tokenizer: string } {
  const weights = openWeights("bifrost", release.directory, { ...reading, root: release.root });
  /** The authors' release names Qwen2.5-VL instead of carrying its files, so these may come from beside it. */
  const need = (file: string) => {
    const found = [release, qwen].find(({ directory }) => existsSync(join(directory, file)));
    if (found) return { folder: found, path: join(found.directory, file) };
    throw new CheckpointError(said("{directory} has no {file}, and there is no {path}. Copy it from Qwen2.5-VL's repository into {folder}.", { directory: release.directory, file, path: join(qwen.directory, file), folder: qwen.directory }));
  };
  const { text, vision } = readLanguageConfig(release, qwen);
  const processor = need("preprocessor_config.json");
  return {
    bifrost: { text, vision, imageProcessor: readConfig(processor.folder.root, processor.path, imageProcessorConfig), weights },
    tokenizer: need("tokenizer_config.json").folder.directory,
  };
}

function geometry(bifrost: Pipeline["bifrost"], controlnet: FluxControlnetConfig, autoencoder: AutoencoderConfig): PipelineGeometry {
  const { weights, vision } = bifrost;
  const tokens = weights.require("learnable_pos_emb").shape[1] ?? 0;
  const patchGrid = Math.sqrt(tokens);
  if (!Number.isInteger(patchGrid) || patchGrid === 0) {
    throw new CheckpointError(said("{source}: learnable_pos_emb has {tokens} positions, which make no square grid. This is not a Bifrost-1 checkpoint for square pictures.", { source: weights.source, tokens }));
  }
  return {
    patchGrid,
    inputSize: patchGrid * vision.patch_size * vision.spatial_merge_size,
    outputSize: patchGrid * controlnet.resampling_factor * 2 * compression(autoencoder),
    compression: compression(autoencoder),
  };
}
