/** The folder of a parity bundle, and which of its files may be read. */
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { CheckpointError } from "../checkpoints/checkpoint-error";
import { isBelow, openRoot, type CheckpointRoot } from "../checkpoints/checkpoint-root";
import { quoted } from "../said";

const holds = "component.json, config.json, weights, inputs.safetensors and outputs.safetensors";

/** Throws a CheckpointError when `path` is no folder, or a file of it is none, or a link that leads out of it. */
export function openBundleFolder(path: string): CheckpointRoot {
  if (!existsSync(path)) throw new CheckpointError(quoted(`There is no folder ${path}. Name one that holds ${holds}.`));
  if (!statSync(path).isDirectory()) throw new CheckpointError(quoted(`${path} is a file. Name the bundle's folder: ${dirname(path)}, if it holds ${holds}.`));
  const root = openRoot(path);
  for (const name of readdirSync(root.directory)) {
    if (/^(component|config)\.json$|\.safetensors(\.index\.json)?$/.test(name)) refuseNoFile(root, join(root.directory, name));
  }
  return root;
}

function refuseNoFile(root: CheckpointRoot, path: string): void {
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    throw new CheckpointError(quoted(`${path} is a link to a file that is not there. Copy that file into the bundle in the link's place.`));
  }
  if (!isBelow(root.directory, real) && !(root.blobs !== undefined && isBelow(root.blobs, real))) {
    throw new CheckpointError(quoted(`${path} is a link that leads out of the bundle, to ${real}. Copy that file into the bundle in the link's place.`));
  }
  if (!statSync(real).isFile()) throw new CheckpointError(quoted(`${path} is not a file. Put the file of that name in its place; shards lie in the bundle's folder itself.`));
}
