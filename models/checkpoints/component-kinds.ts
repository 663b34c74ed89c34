/** The kinds of component that are understood: how one is recognised, and the graphs that are built over it alone. */
import type { z } from "zod";
import { autoencoderConfig, buildDecoder, buildEncoder } from "../architectures/autoencoder";
import { buildClipText, clipTextConfig } from "../architectures/clip-text";
import { buildDetector, detectorConfig } from "../architectures/detector";
import { buildFluxControlnet, buildResampler, fluxControlnetConfig, readsPatchLatents } from "../architectures/flux-controlnet";
import { buildFluxTransformer, fluxTransformerConfig } from "../architectures/flux-transformer";
import { buildQwenLanguage } from "../architectures/qwen-language";
import { buildQwenText } from "../architectures/qwen-text";
import { buildQwenVision, type QwenVisionConfig } from "../architectures/qwen-vision";
import { windowKind } from "../architectures/qwen-vision-windows";
import { buildT5Encoder, t5Config } from "../architectures/t5-encoder";
import { buildVisualBranch } from "../architectures/visual-branch";
import type { GraphBuilder, Precision } from "../graph/graph-builder";
import { readConfig } from "./config-file";
import { answersInWords, readLanguageConfig, type Folder } from "./language-config";
import type { Weights } from "./weights";

/** Takes the weights when called, so that an audit can be put before them. */
export type Build = (weights: Weights, precision?: Precision) => GraphBuilder;

/** Where a component lies. */
export interface ComponentFolder extends Folder {
  /** Qwen2.5-VL's folder, for a Bifrost-1 release that lacks its config. */
  readonly qwen?: Folder;
}

/** A tensor that checkpoints carry and no graph reads. */
export interface Unread {
  readonly tensor: RegExp;
  readonly because: string;
}

export interface ComponentKind {
  /** Tells apart equal tensor names of two components in one graph. */
  readonly id: string;
  readonly title: string;
  /** What config.json may call it: `_class_name`, `architectures` or `model_type`. */
  readonly classes: readonly string[];
  /** A tensor, or a field of config.json, that tells the kind where config.json names no class. */
  readonly tensors: readonly string[];
  readonly field?: string;
  /** The config that shapes the graphs, and the graphs, which together read every tensor. Throws a CheckpointError naming the config's field. */
  open(folder: ComponentFolder, weights: Weights): { config: unknown; graphs: Readonly<Record<string, Build>>; unread?: readonly Unread[] };
}

const read = <T>({ directory, root }: Folder, schema: z.ZodType<T>): T => readConfig(root, `${directory}/config.json`, schema);

/** A buffer that older versions of Transformers save. */
const rotaryFrequencies: Unread = { tensor: /rotary_(pos_)?emb\.inv_freq$/, because: "follows from the config" };

const language = (folder: ComponentFolder) => readLanguageConfig(folder, folder.qwen);

export const componentKinds = {
  controlnet: {
    id: "controlnet",
    title: "FLUX ControlNet",
    classes: ["FluxControlNetModel"],
    tensors: ["controlnet_x_embedder.weight"],
    open(folder, weights) {
      const config = read(folder, fluxControlnetConfig);
      const isLatent = readsPatchLatents({ config, weights });
      return {
        config,
        graphs: { "flux-controlnet": (w, precision) => buildFluxControlnet(config, w, precision), ...(isLatent && { resampler: (w, precision) => buildResampler(config, w, precision) }) },
        unread: [{ tensor: /^up_sampling_block\.bn\d\.num_batches_tracked$/, because: "BatchNorm counts training steps in it" }],
      };
    },
  },
  transformer: {
    id: "transformer",
    title: "FLUX transformer",
    classes: ["FluxTransformer2DModel"],
    tensors: ["x_embedder.weight"],
    open(folder) {
      const config = read(folder, fluxTransformerConfig);
      return { config, graphs: { "flux-transformer": (w, precision) => buildFluxTransformer(config, w, precision) } };
    },
  },
  t5: {
    id: "t5",
    title: "T5 text encoder",
    classes: ["T5EncoderModel", "t5"],
    tensors: ["encoder.final_layer_norm.weight"],
    open(folder) {
      const config = read(folder, t5Config);
      return {
        config,
        graphs: { "t5-encoder": (w, precision) => buildT5Encoder(config, w, precision) },
        unread: [{ tensor: /^encoder\.embed_tokens\.weight$/, because: "the same tensor as shared.weight" }],
      };
    },
  },
  clip: {
    id: "clip",
    title: "CLIP text encoder",
    classes: ["CLIPTextModel", "clip_text_model"],
    tensors: ["text_model.final_layer_norm.weight", "embeddings.position_embedding.weight"],
    open(folder) {
      const config = read(folder, clipTextConfig);
      return {
        config,
        graphs: { "clip-text": (w, precision) => buildClipText(config, w, precision) },
        unread: [{ tensor: /^(text_model\.)?embeddings\.position_ids$/, because: "the numbers from 0 up" }],
      };
    },
  },
  autoencoder: {
    id: "autoencoder",
    title: "autoencoder",
    classes: ["AutoencoderKL"],
    tensors: ["decoder.conv_in.weight"],
    open(folder) {
      const config = read(folder, autoencoderConfig);
      return {
        config,
        graphs: { "vae-encoder": (w, precision) => buildEncoder(config, w, precision), "vae-decoder": (w, precision) => buildDecoder(config, w, precision) },
      };
    },
  },
  bifrost: {
    id: "bifrost",
    title: "language model with visual branch",
    classes: [],
    tensors: ["learnable_pos_emb", "mask_token", "vision_head.weight"],
    open(folder, weights) {
      const { text, vision } = language(folder);
      const answers = answersInWords(text, weights);
      return {
        config: { text, vision },
        graphs: {
          "qwen-vision": (w, precision) => buildQwenVision(vision, w, windowKindFor(visualTokens(w), vision), precision),
          "qwen-text": (w, precision) => buildQwenText(text, w, precision),
          "visual-branch": (w, precision) => buildVisualBranch({ ...text, num_visual_gen_tokens: visualTokens(w) }, w, precision),
          ...(answers && { "qwen-language": (w, precision) => buildQwenLanguage(text, w, precision) }),
        },
        unread: [rotaryFrequencies, ...(answers ? [] : [lastStates(text.num_hidden_layers - 1)])],
      };
    },
  },
  qwen: {
    id: "qwen",
    title: "Qwen2.5-VL",
    classes: ["Qwen2_5_VLForConditionalGeneration", "qwen2_5_vl"],
    tensors: ["model.embed_tokens.weight", "model.language_model.embed_tokens.weight"],
    open(folder) {
      const { text, vision } = language(folder);
      return {
        config: { text, vision },
        graphs: {
          // For pictures whose sides are multiples of a window's, 112 px.
          "qwen-vision": (w, precision) => buildQwenVision(vision, w, "equal", precision),
          "qwen-language": (w, precision) => buildQwenLanguage(text, w, precision),
        },
        unread: [rotaryFrequencies],
      };
    },
  },
  detector: {
    id: "detector",
    title: "detector",
    classes: [],
    tensors: ["class_head.weight"],
    field: "colors",
    open(folder) {
      const config = read(folder, detectorConfig);
      return { config, graphs: { detector: (w, precision) => buildDetector(config, w, precision) } };
    },
  },
} satisfies Record<string, ComponentKind>;

export type KindName = keyof typeof componentKinds;

const visualTokens = (weights: Weights) => weights.require("learnable_pos_emb").shape[1] ?? 0;

/** For a square of so many patch latents. */
function windowKindFor(tokens: number, vision: QwenVisionConfig) {
  const side = Math.sqrt(tokens) * vision.spatial_merge_size;
  return windowKind(side, side, vision);
}

/** Without lm_head the text branch only gives keys and values, so nothing reads what comes after the last of them. */
function lastStates(layer: number): Unread {
  const rest = `layers\\.${layer}\\.(mlp|post_attention_layernorm|self_attn\\.(q_proj|o_proj))\\.`;
  return { tensor: new RegExp(`^vision_language_model\\.model\\.(norm\\.|${rest})`), because: "only answers in words need it, and there is no lm_head" };
}
