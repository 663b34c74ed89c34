/**
 * A parity bundle: one component of a model with inputs for it and what a reference computed of them.
 *
 *     component.json        {"architecture": "flux-transformer", "tolerance": 2e-4}
 *     config.json           the reference's own
 *     *.safetensors         the weights: one file, or shards
 *     inputs.safetensors    by the reference's names (models/README.md lists them)
 *     outputs.safetensors
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CheckpointError } from "../checkpoints/checkpoint-error";
import { openRoot, realPath } from "../checkpoints/checkpoint-root";
import { readConfig } from "../checkpoints/config-file";
import { openWeights } from "../checkpoints/weight-files";
import { readSafetensorsHeader, refusePickle, type SafetensorsHeader } from "../checkpoints/safetensors";
import { Weights } from "../checkpoints/weights";
import { NamedTensors } from "./named-tensors";

export interface Bundle {
  /** The real path of the folder. */
  readonly directory: string;
  readonly architecture: string;
  /** The largest error that is in order, of an output's largest value. */
  readonly tolerance: number;
  readonly weights: Weights;
  readonly inputs: NamedTensors;
  readonly outputs: NamedTensors;
  /** config.json, checked. Throws a CheckpointError naming the field that does not fit. */
  config<T>(schema: z.ZodType<T>): T;
}

const componentSchema = z.object({ architecture: z.string(), tolerance: z.number().positive().default(2e-4) });

/** Opens a bundle; of tensors only names and shapes are read. Throws a CheckpointError for what is missing or broken. */
export function openBundle(path: string): Bundle {
  if (!existsSync(path)) throw new CheckpointError(`There is no folder ${path}. Name one that holds component.json, config.json, weights, inputs.safetensors and outputs.safetensors.`);
  const root = openRoot(path);
  const { directory } = root;
  const component = join(directory, "component.json");
  if (!existsSync(component)) throw new CheckpointError(`${component} is missing. A parity bundle says there what it is, such as {"architecture": "flux-transformer", "tolerance": 2e-4}.`);
  const { architecture, tolerance } = readConfig(root, component, componentSchema);
  const config = <T>(schema: z.ZodType<T>) => readConfig(root, join(directory, "config.json"), schema);
  config(z.looseObject({}));
  return {
    directory, architecture, tolerance, config,
    weights: bundleWeights(architecture, directory, (file) => {
      realPath(root, file);
      return readSafetensorsHeader(file);
    }),
    inputs: NamedTensors.open(root, join(directory, "inputs.safetensors")),
    outputs: NamedTensors.open(root, join(directory, "outputs.safetensors")),
  };
}

/** All .safetensors files but inputs and outputs; an index, where there is one, is held to its word. */
function bundleWeights(component: string, directory: string, open: (file: string) => SafetensorsHeader): Weights {
  const files = readdirSync(directory).sort();
  if (files.some((file) => /^[^.]+\.safetensors\.index\.json$/.test(file))) return openWeights(component, directory);
  const found = files.filter((file) => file.endsWith(".safetensors") && file !== "inputs.safetensors" && file !== "outputs.safetensors");
  if (found.length > 0) return Weights.of(component, directory, found.map((file) => open(join(directory, file))));
  for (const file of files) refusePickle(join(directory, file));
  throw new CheckpointError(`${directory} holds no weights. Add the file that the reference's save_pretrained writes, such as model.safetensors.`);
}

/** The same weights under other names. */
export function renamed(weights: Weights, rename: (name: string) => string): Weights {
  const headers = weights.headers.map((header) => ({ ...header, tensors: new Map([...header.tensors].map(([name, location]) => [rename(name), location])) }));
  return Weights.of(weights.component, weights.source, headers);
}

/**
 * The weights with the module that holds tensor `marker` at `place`: a module is saved on its own or as part of larger
 * ones, and its names begin accordingly. Unchanged when there is no such tensor.
 */
export function placed(weights: Weights, marker: string, place: string, isOther: (name: string) => boolean = () => false): Weights {
  const found = weights.names().filter((name) => (name === marker || name.endsWith(`.${marker}`)) && !isOther(name));
  if (found.length === 0) return weights;
  const prefix = found.map((name) => name.slice(0, -marker.length)).sort((a, b) => a.length - b.length)[0]!;
  if (prefix === place) return weights;
  return renamed(weights, (name) => (name.startsWith(prefix) ? place + name.slice(prefix.length) : name));
}
