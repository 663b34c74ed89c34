/** What people call the models: a checkpoint's parts, and the graphs that are loaded of them. */
import type { GraphId } from "@/models/pipeline-graphs";

export const componentTitles = {
  bifrost: "Language model with visual branch",
  controlnet: "Latent ControlNet",
  transformer: "FLUX transformer",
  t5: "T5 text encoder",
  clip: "CLIP text encoder",
  autoencoder: "Autoencoder",
  detector: "Detector for checking pictures",
} as const;

/** Within sentences, and while one loads. */
export const graphTitles: Readonly<Record<GraphId, string>> = {
  "t5-encoder": "T5 text encoder",
  "clip-text": "CLIP text encoder",
  "qwen-vision": "Qwen visual encoder",
  "qwen-text": "Qwen text branch",
  "qwen-language": "Qwen language model",
  "visual-branch": "visual generation branch",
  "visual-branch-authors": "visual generation branch, the authors' way",
  "visual-branch-attention": "visual generation branch with its attention",
  resampler: "latent downsampler",
  "flux-transformer": "FLUX transformer",
  "flux-transformer-controlnet": "FLUX transformer with ControlNet",
  "flux-attention": "FLUX transformer with its attention",
  "flux-attention-controlnet": "FLUX transformer with ControlNet and its attention",
  "vae-encoder": "autoencoder's encoder",
  "vae-decoder": "autoencoder's decoder",
  detector: "detector",
};
