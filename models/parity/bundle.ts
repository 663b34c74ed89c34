/**
 * A parity bundle: one component of a model with inputs for it and what a reference computed of them.
 *
 *     component.json        {"architecture": "flux-transformer", "tolerance": 2e-4}
 *     config.json           the reference's own
 *     *.safetensors         the weights: one file, or shards
 *     inputs.safetensors    by the reference's names (models/README.md lists them)
 *     outputs.safetensors
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CheckpointError } from "../checkpoints/checkpoint-error";
import { readConfig } from "../checkpoints/config-file";
import { openWeights } from "../checkpoints/weight-files";
import { readSafetensorsHeader, refusePickle } from "../checkpoints/safetensors";
import { Weights } from "../checkpoints/weights";
import { quoted } from "../said";
import { openBundleFolder } from "./bundle-folder";
import { readComponentFile, type Architecture } from "./component-file";
import { NamedTensors } from "./named-tensors";

export interface Bundle {
  /** The real path of the folder. */
  readonly directory: string;
  readonly architecture: Architecture;
  /** The largest error that is in order, of an output's largest value. */
  readonly tolerance: number;
  readonly weights: Weights;
  readonly inputs: NamedTensors;
  readonly outputs: NamedTensors;
  /** config.json, checked. Throws a CheckpointError naming the field that does not fit. */
  config<T>(schema: z.ZodType<T>): T;
}

/** Opens a bundle; of tensors only names and shapes are read. Throws a CheckpointError for what is missing or broken. */
export function openBundle(path: string): Bundle {
  const root = openBundleFolder(path);
  const { directory } = root;
  const { architecture, tolerance } = readComponentFile(join(directory, "component.json"));
  const config = <T>(schema: z.ZodType<T>) => readConfig(root, join(directory, "config.json"), schema);
  config(z.looseObject({}));
  return {
    directory, architecture, tolerance, config,
    weights: bundleWeights(architecture, directory),
    inputs: NamedTensors.open(join(directory, "inputs.safetensors")),
    outputs: NamedTensors.open(join(directory, "outputs.safetensors")),
  };
}

/** All .safetensors files but inputs and outputs; an index, where there is one, is held to its word. */
function bundleWeights(component: string, directory: string): Weights {
  const files = readdirSync(directory).sort();
  if (files.some((file) => /^[^.]+\.safetensors\.index\.json$/.test(file))) return openWeights(component, directory);
  const found = files.filter((file) => file.endsWith(".safetensors") && file !== "inputs.safetensors" && file !== "outputs.safetensors");
  if (found.length > 0) return Weights.of(component, directory, found.map((file) => readSafetensorsHeader(join(directory, file))));
  for (const file of files) refusePickle(join(directory, file));
  throw new CheckpointError(quoted(`${directory} holds no weights. Add the file that the reference's save_pretrained writes, such as model.safetensors.`));
}

/** For weights and all those renamed from them: how to take each renaming back, in the order they were made. */
const renamings = new WeakMap<Weights, ((name: string) => string)[]>();

/** The same weights under other names. `restore` takes back the name of a tensor that is not there. */
export function renamed(weights: Weights, rename: (name: string) => string, restore: (name: string) => string = (name) => name): Weights {
  const stored = new Map(weights.names().map((name) => [rename(name), name]));
  const headers = weights.headers.map((header) => ({ ...header, tensors: new Map([...header.tensors].map(([name, location]) => [rename(name), location])) }));
  const result = Weights.of(weights.component, weights.source, headers);
  const all = renamings.get(weights) ?? [];
  all.push((name) => stored.get(name) ?? restore(name));
  renamings.set(weights, all).set(result, all);
  return result;
}

/** What a file calls the tensor that `weights`, or any weights renamed from them, have as `name`. */
export function storedName(weights: Weights, name: string): string {
  return (renamings.get(weights) ?? []).reduceRight((given, restore) => restore(given), name);
}

/**
 * The weights with the module that holds tensor `marker` at `place`: a module is saved on its own or as part of larger
 * ones, and its names begin accordingly. Throws a CheckpointError when there is no such tensor.
 */
export function placed(weights: Weights, marker: string, place: string, isOther: (name: string) => boolean = () => false): Weights {
  const found = weights.names().filter((name) => (name === marker || name.endsWith(`.${marker}`)) && !isOther(name));
  if (found.length === 0) {
    throw new CheckpointError(quoted(`${weights.source} has no tensor "${marker}", alone or below a larger model's name, which the ${weights.component} needs. Check the architecture in component.json, and that all weights are there.`));
  }
  const prefix = found.map((name) => name.slice(0, -marker.length)).sort((a, b) => a.length - b.length)[0]!;
  if (prefix === place) return weights;
  const swap = (from: string, to: string) => (name: string) => (name.startsWith(from) ? to + name.slice(from.length) : name);
  return renamed(weights, swap(prefix, place), swap(place, prefix));
}
