/** The weight files of one component: a folder in the Hugging Face layout. */
import { readFileSync, readdirSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { said } from "../said";
import { CheckpointError } from "./checkpoint-error";
import { realPath, type CheckpointRoot } from "./checkpoint-root";
import { duplicateKey } from "./duplicate-key";
import { isThere, reading as readable } from "./file-reading";
import { readSafetensorsHeader, refusePickle, type HeaderReading } from "./safetensors";
import { Weights } from "./weights";

export interface WeightReading extends HeaderReading {
  /** The checkpoint that the folder is part of, which links may not leave. The folder itself when left out. */
  readonly root?: CheckpointRoot;
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Opens a folder in the Hugging Face layout: `*.safetensors.index.json` naming shards, or one .safetensors file.
 * Throws a CheckpointError when there is none, several, a missing shard, or only a pickle.
 */
export function openWeights(component: string, folder: string, reading: WeightReading = {}): Weights {
  if (!isThere(folder)) throw new CheckpointError(said("The {component}'s folder {folder} does not exist. Check the checkpoint's path, or download the missing part.", { component, folder }));
  const root = reading.root ?? { directory: realpathSync(folder) };
  realPath(root, folder);
  const open = (file: string) => {
    refusePickle(join(folder, file));
    realPath(root, join(folder, file));
    return readSafetensorsHeader(join(folder, file), reading);
  };
  const files = readable(folder, () => readdirSync(folder));
  // A folder may also hold fp16 or EMA variants ("model.fp16.safetensors"); the plain name is the checkpoint proper.
  const index = files.find((file) => /^[^.]+\.safetensors\.index\.json$/.test(file));
  if (index) {
    const places = readIndex(root, join(folder, index));
    const shards = [...new Set(places.values())].sort();
    refuseMissing(folder, index, shards);
    const weights = Weights.of(component, folder, shards.map(open));
    refuseLacking(weights, folder, index, places);
    return weights;
  }
  const found = files.filter((file) => file.endsWith(".safetensors"));
  const plain = found.filter((file) => /^[^.]+\.safetensors$/.test(file));
  const only = plain.length === 1 ? plain[0] : found.length === 1 ? found[0] : undefined;
  if (only) return Weights.of(component, folder, [open(only)]);
  if (found.length > 1) {
    throw new CheckpointError(said("{folder} holds {count} .safetensors files ({found}) and no index.json that says how they belong together. Add the checkpoint's *.safetensors.index.json.", { folder, count: found.length, found: found.join(", ") }));
  }
  for (const file of files) refusePickle(join(folder, file));
  throw new CheckpointError(said("{folder} holds no .safetensors file for the {component}. Download the checkpoint's weights into it.", { folder, component }));
}

/** Tensor names and the shards the index places them in. */
function readIndex(root: CheckpointRoot, path: string): Map<string, string> {
  const text = readable(path, () => readFileSync(realPath(root, path), "utf8"));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CheckpointError(said("{path} is not JSON. Download it again.", { path }));
  }
  const parsed = indexSchema.safeParse(json);
  if (!parsed.success) throw new CheckpointError(said(`{path} has no "weight_map" of tensor names to files. Download it again.`, { path }));
  const twice = duplicateKey(text);
  if (twice !== undefined) throw new CheckpointError(said(`{path} names "{name}" twice. Download it again.`, { path, name: twice }));
  const places = new Map(Object.entries(parsed.data.weight_map));
  for (const shard of places.values()) {
    refusePickle(join(path, "..", shard));
    if (shard !== basename(shard)) throw new CheckpointError(said(`{path} names the shard "{shard}", which is not a plain file name. Download the index again from a source you trust.`, { path, shard }));
  }
  if (places.size === 0) throw new CheckpointError(said("{path} places no tensor in any file. Download it again.", { path }));
  return places;
}

function refuseMissing(folder: string, index: string, shards: readonly string[]): void {
  const present = new Set(readdirSync(folder));
  const missing = shards.filter((shard) => !present.has(shard));
  if (missing.length === 0) return;
  const path = join(folder, index);
  throw new CheckpointError(
    missing.length === 1
      ? said("{path} names the shard {shard}, which is not in the folder. Download what is missing.", { path, shard: missing[0]! })
      : said("{path} names {count} shards that are not in the folder ({shards}). Download what is missing.", { path, count: missing.length, shards: missing.join(", ") }),
  );
}

function refuseLacking(weights: Weights, folder: string, index: string, places: ReadonlyMap<string, string>): void {
  const lacking = [...places].filter(([name]) => !weights.has(name));
  if (lacking.length === 0) return;
  const [[name, shard]] = lacking as [[string, string]];
  const values = { path: join(folder, shard), name, index };
  const others = lacking.slice(1).map(([other]) => other);
  throw new CheckpointError(
    others.length === 0
      ? said(`{path} lacks tensor "{name}", which {index} places there. Download the shard again.`, values)
      : said(`{path} lacks tensor "{name}" and {count} more ({others}), which {index} places there. Download the shard again.`, { ...values, count: others.length, others: others.join(", ") }),
  );
}
