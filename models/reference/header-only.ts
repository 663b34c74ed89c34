/** For tests: real checkpoints with headers and no data, in the layouts they are published in. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

interface RealShapes {
  readonly config: Record<string, unknown>;
  readonly parameters: number;
  /** Of tensors that are not BF16. */
  readonly types: Readonly<Record<string, string>>;
  /** `{19}` in a name stands for nineteen, numbered from 0. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

const path = join(dirname(fileURLToPath(import.meta.url)), "fixtures", "real-shapes.json");
export const realShapes = JSON.parse(readFileSync(path, "utf8")) as Record<string, RealShapes>;

export interface Written {
  /** What checkpoints are saved as; "diffusion_pytorch_model" by diffusers. */
  readonly file?: string;
  readonly shards?: number;
  /** The type of all tensors that would be BF16. */
  readonly type?: "BF16" | "F16" | "F32";
  /** Files of their full length, which take no space: holes read as zeros. */
  readonly sparse?: boolean;
  /** Another name for a tensor. */
  readonly rename?: (name: string) => string;
}

const width: Record<string, number> = { BF16: 2, F16: 2, F32: 4, I64: 8 };

/** Writes config.json and the shards of one model of real-shapes.json. */
export function writeHeaders(folder: string, model: string, options: Written = {}): void {
  const { file = "model", shards = 1, type = "BF16", sparse = false, rename = (name: string) => name } = options;
  const { config, tensors, types } = realShapes[model]!;
  const all = Object.entries(tensors).flatMap(([pattern, shape]) => {
    const count = Number(/\{(\d+)\}/.exec(pattern)?.[1] ?? 1);
    return Array.from({ length: count }, (_, i) => ({ name: rename(pattern.replace(/\{\d+\}/, String(i))), shape, dtype: types[pattern] ?? type }));
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const perShard = Math.ceil(all.length / shards);
  const weightMap: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard++) {
    const number = (n: number) => String(n).padStart(5, "0");
    const name = shards === 1 ? `${file}.safetensors` : `${file}-${number(shard + 1)}-of-${number(shards)}.safetensors`;
    let end = 0;
    const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
    for (const { name: tensor, shape, dtype } of all.slice(shard * perShard, (shard + 1) * perShard)) {
      const begin = end;
      end += shape.reduce((product, dim) => product * dim, width[dtype]!);
      header[tensor] = { dtype, shape, data_offsets: [begin, end] };
      weightMap[tensor] = name;
    }
    const text = JSON.stringify(header);
    const json = Buffer.from(text + " ".repeat((8 - (text.length % 8)) % 8));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(join(folder, name), Buffer.concat([length, json]));
    if (sparse) truncateSync(join(folder, name), 8 + json.length + end);
  }
  if (shards > 1) writeFileSync(join(folder, `${file}.safetensors.index.json`), JSON.stringify({ metadata: { total_size: 0 }, weight_map: weightMap }));
}

/** FLUX.1 as diffusers saves it. */
export function writeFlux(folder: string, transformer: "flux-dev" | "flux-schnell", options: Written = {}): void {
  const diffusers = "diffusion_pytorch_model";
  writeHeaders(join(folder, "transformer"), transformer, { ...options, file: diffusers, shards: 3 });
  writeHeaders(join(folder, "text_encoder"), "clip-l", options);
  writeHeaders(join(folder, "text_encoder_2"), "t5-xxl", { ...options, shards: 2 });
  writeHeaders(join(folder, "vae"), "flux-vae", { ...options, file: diffusers });
  const json = (file: string, value: unknown) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), JSON.stringify(value));
  };
  json("model_index.json", { _class_name: "FluxPipeline" });
  const shift = transformer === "flux-dev" ? { shift: 3, use_dynamic_shifting: true } : { shift: 1, use_dynamic_shifting: false };
  json("scheduler/scheduler_config.json", { base_image_seq_len: 256, base_shift: 0.5, max_image_seq_len: 4096, max_shift: 1.15, num_train_timesteps: 1000, ...shift });
  for (const file of ["tokenizer/tokenizer_config.json", "tokenizer/vocab.json", "tokenizer_2/tokenizer_config.json", "tokenizer_2/tokenizer.json"]) json(file, {});
  writeFileSync(join(folder, "tokenizer/merges.txt"), "");
}

/** Bifrost-1's release, with the files of Qwen2.5-VL that a pipeline needs. */
export function writeBifrost(folder: string, controlnet: "latent-controlnet-4-1" | "latent-controlnet-1-4", options: Written = {}): void {
  writeHeaders(folder, "bifrost", { ...options, shards: 4 });
  writeHeaders(join(folder, "flux_controlnet"), controlnet, { ...options, file: "diffusion_pytorch_model" });
  writeFileSync(join(folder, "preprocessor_config.json"), JSON.stringify({ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], patch_size: 14, temporal_patch_size: 2, merge_size: 2 }));
  writeFileSync(join(folder, "tokenizer_config.json"), "{}");
}

/** As the hub publishes Qwen2.5-VL, where today's Transformers say `model.language_model.` and `model.visual.` */
export function hubName(name: string): string {
  return name.replace(/^model\.language_model\./, "model.").replace(/^model\.visual\./, "visual.");
}

/** Turns a folder into `repository`, a Hugging Face cache's `models--owner--name`: every file a link into blobs/. */
export function moveIntoCache(folder: string, repository: string): void {
  const revision = createHash("sha1").update(folder).digest("hex");
  const snapshot = join(repository, "snapshots", revision);
  mkdirSync(dirname(snapshot), { recursive: true });
  mkdirSync(join(repository, "blobs"));
  mkdirSync(join(repository, "refs"));
  writeFileSync(join(repository, "refs", "main"), revision);
  renameSync(folder, snapshot);
  const link = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      const file = join(directory, name);
      if (statSync(file).isDirectory()) {
        link(file);
        continue;
      }
      const blob = join(repository, "blobs", createHash("sha256").update(relative(snapshot, file)).digest("hex"));
      renameSync(file, blob);
      symlinkSync(relative(directory, blob), file);
    }
  };
  link(snapshot);
}
