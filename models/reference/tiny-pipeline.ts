/** For tests: a whole pipeline folder, put together from the fixtures. Its parts load and run; they do not fit each other. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeSafetensors, writeSafetensors } from "../checkpoints/safetensors";
import type { Tensor } from "../tensor";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "fixtures");

function open(name: string): { config: Record<string, never>; tensors: Record<string, Tensor> } {
  const { tensors, metadata } = decodeSafetensors(readFileSync(join(fixtures, `${name}.safetensors`)), name);
  return { config: JSON.parse(metadata["config"] ?? "{}") as Record<string, never>, tensors };
}

/** Tensors below `prefix`, which is cut; without one, all that are neither input nor output. */
function below(tensors: Record<string, Tensor>, prefix: string): Record<string, Tensor> {
  const kept = Object.entries(tensors).filter(([name]) => name.startsWith(prefix) && !/^(input|output)\./.test(name));
  return Object.fromEntries(kept.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** Fills `directory` with flux/, bifrost/, detector/ and words.json. */
export function writeTinyPipeline(directory: string): void {
  const json = (path: string, value: unknown) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), JSON.stringify(value));
  };
  const component = (folder: string, config: unknown, tensors: Record<string, Tensor>, file = "model.safetensors") => {
    json(`${folder}/config.json`, config);
    writeSafetensors(join(directory, folder, file), tensors);
  };
  const [t5, clip, vae] = [open("t5-even"), open("clip-legacy-eos"), open("autoencoder")];
  const [flux, upsampling] = [open("controlled-both"), open("resampler-2")];
  const checker = open("detector");
  const [language, vision] = [open("bifrost-grouped"), open("vision-equal-windows")];

  component("flux/text_encoder", clip.config, below(clip.tensors, ""));
  component("flux/text_encoder_2", t5.config, below(t5.tensors, ""));
  component("flux/vae", vae.config, below(vae.tensors, "vae."), "diffusion_pytorch_model.safetensors");
  component("flux/transformer", flux.config["transformer"], below(flux.tensors, "transformer."), "diffusion_pytorch_model.safetensors");
  json("flux/scheduler/scheduler_config.json", { use_dynamic_shifting: true, shift: 3 });
  json("flux/tokenizer/tokenizer_config.json", {});
  json("flux/tokenizer_2/tokenizer_config.json", {});

  const qwen = { ...(language.config as object), ...(vision.config["vision_config"] ? { vision_config: vision.config["vision_config"] } : {}) };
  component("bifrost", { vision_language_model_config: qwen }, { ...below(language.tensors, ""), ...below(vision.tensors, "") });
  json("bifrost/tokenizer_config.json", {});
  json("bifrost/preprocessor_config.json", { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], patch_size: 4, temporal_patch_size: 2, merge_size: 2 });
  const control = { ...below(flux.tensors, "controlnet."), ...below(upsampling.tensors, "controlnet.up_sampling_block.") };
  const named = Object.fromEntries(Object.entries(control).map(([name, tensor]) => [/^(upconv|bn|conv\.)/.test(name) ? `up_sampling_block.${name}` : name, tensor]));
  component("bifrost/flux_controlnet", flux.config["controlnet"], named, "diffusion_pytorch_model.safetensors");
  component("detector", checker.config, below(checker.tensors, "detector."));
  json("words.json", { objects: ["apple"] });
}
