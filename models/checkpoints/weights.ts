/** The weights of one component: tensor names and where each lies, over one file or many shards. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { float32Data, type Tensor } from "../tensor";
import { CheckpointError, readLocation, readSafetensorsHeader, refusePickle, type SafetensorsHeader, type TensorLocation } from "./safetensors";

export class Weights {
  /**
   * `component` tells apart equal tensor names of two components in one graph ("transformer", "controlnet").
   * `source` is the folder or file, for messages. `prefix` is what `within` has cut from the names.
   */
  private constructor(
    readonly component: string,
    readonly source: string,
    readonly headers: readonly SafetensorsHeader[],
    private readonly entries: ReadonlyMap<string, TensorLocation>,
    private readonly prefix = "",
  ) {}

  static of(component: string, source: string, headers: readonly SafetensorsHeader[]): Weights {
    const entries = new Map<string, TensorLocation>();
    for (const header of headers) for (const [name, location] of header.tensors) entries.set(name, location);
    return new Weights(component, source, headers, entries);
  }

  find(name: string): TensorLocation | undefined {
    return this.entries.get(this.prefix + name);
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  /** Names below this prefix, with the prefix cut. */
  names(): string[] {
    return [...this.entries.keys()].filter((name) => name.startsWith(this.prefix)).map((name) => name.slice(this.prefix.length));
  }

  /** The same files seen below a prefix: `within("vision_language_model.")` finds "model.norm.weight". */
  within(prefix: string, component = this.component): Weights {
    return new Weights(component, this.source, this.headers, this.entries, this.prefix + prefix);
  }

  /** The location of a tensor that must exist, with this shape when one is given. Throws a CheckpointError. */
  require(name: string, shape?: readonly number[]): TensorLocation {
    const full = this.prefix + name;
    const found = this.entries.get(full);
    const expected = shape ? ` of shape [${shape.join(", ")}]` : "";
    if (!found) {
      throw new CheckpointError(
        `${this.source} has no tensor "${full}"${expected}, which the ${this.component} needs. ` +
          "Check that all shards are downloaded and that config.json belongs to these weights.",
      );
    }
    if (shape && (found.shape.length !== shape.length || found.shape.some((dim, axis) => dim !== shape[axis]))) {
      throw new CheckpointError(
        `${found.file}: tensor "${full}" has shape [${found.shape.join(", ")}], the ${this.component}'s config asks for [${shape.join(", ")}]. ` +
          "The config.json and the weights come from different models; download both from the same place.",
      );
    }
    return found;
  }

  read(name: string, shape?: readonly number[]): Tensor {
    return readLocation(this.require(name, shape), this.prefix + name);
  }

  readFloat32(name: string, shape?: readonly number[]): Float32Array {
    return float32Data(this.read(name, shape), this.prefix + name);
  }
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Opens a folder in the Hugging Face layout: `*.safetensors.index.json` naming shards, or one .safetensors file.
 * Throws a CheckpointError when there is none, several, a missing shard, or only a pickle.
 */
export function openWeights(component: string, folder: string): Weights {
  if (!existsSync(folder)) throw new CheckpointError(`The ${component}'s folder ${folder} does not exist. Check the checkpoint's path, or download the missing part.`);
  const files = readdirSync(folder);
  // A folder may also hold fp16 or EMA variants ("model.fp16.safetensors"); the plain name is the checkpoint proper.
  const index = files.find((file) => /^[^.]+\.safetensors\.index\.json$/.test(file));
  if (index) return openShards(component, folder, index);
  const found = files.filter((file) => file.endsWith(".safetensors"));
  const plain = found.filter((file) => /^[^.]+\.safetensors$/.test(file));
  const only = plain.length === 1 ? plain[0] : found.length === 1 ? found[0] : undefined;
  if (only) return Weights.of(component, folder, [readSafetensorsHeader(join(folder, only))]);
  if (found.length > 1) {
    throw new CheckpointError(`${folder} holds ${found.length} .safetensors files (${found.join(", ")}) and no index.json that says how they belong together. Add the checkpoint's *.safetensors.index.json.`);
  }
  for (const file of files) refusePickle(join(folder, file));
  throw new CheckpointError(`${folder} holds no .safetensors file for the ${component}. Download the checkpoint's weights into it.`);
}

function openShards(component: string, folder: string, index: string): Weights {
  const path = join(folder, index);
  const parsed = indexSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new CheckpointError(`${path} has no "weight_map" of tensor names to files. Download it again.`);
  const shards = [...new Set(Object.values(parsed.data.weight_map))].sort();
  const headers = shards.map((shard) => {
    if (shard !== basename(shard)) throw new CheckpointError(`${path} names the shard "${shard}", which is not a plain file name. Download the index again from a source you trust.`);
    const file = join(folder, shard);
    if (!existsSync(file)) throw new CheckpointError(`${path} names the shard ${shard}, which is not in the folder. Download it too.`);
    return readSafetensorsHeader(file);
  });
  const weights = Weights.of(component, folder, headers);
  for (const [name, shard] of Object.entries(parsed.data.weight_map)) {
    if (!weights.has(name)) throw new CheckpointError(`${join(folder, shard)} lacks tensor "${name}", which ${index} places there. Download the shard again.`);
  }
  return weights;
}
