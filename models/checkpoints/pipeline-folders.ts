/**
 * The folders of a Bifrost-1 pipeline: below one folder, or where its pipeline.json says.
 *
 *     flux/        FLUX.1-dev or FLUX.1-schnell in diffusers' layout
 *     bifrost/     Bifrost-1's release: language model with visual branch, and flux_controlnet/ below
 *     qwen/        optional: Qwen2.5-VL's config, tokenizer and image processor, where bifrost/ lacks them
 *     detector/    optional: a detector to check pictures with
 *     pipeline.json   {"flux": path, "bifrost": path, "qwen"?: path, "detector"?: path} in place of these folders
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { said } from "../said";
import { CheckpointError } from "./checkpoint-error";
import { openRoot, realPath, type CheckpointRoot } from "./checkpoint-root";
import { readConfig } from "./config-file";
import type { Folder } from "./language-config";

const partNames = ["flux", "bifrost", "qwen", "detector"] as const;
export type PartName = (typeof partNames)[number];

export interface PipelineFolders {
  /** Of the pipeline as a whole: preview.json and words.json lie there. */
  readonly root: CheckpointRoot;
  /** flux and bifrost are always named, whether they exist or not. */
  readonly parts: ReadonlyMap<PartName, Folder>;
}

const path = z.string().min(1);
const namedParts = z.strictObject({ flux: path, bifrost: path, qwen: path.optional(), detector: path.optional() });

/** Throws a CheckpointError for a folder that does not exist, a pipeline.json that does not fit, and links that lead out. */
export function pipelineFolders(directory: string): PipelineFolders {
  const root = openRoot(directory);
  const named = namedFolders(root);
  const parts = new Map<PartName, Folder>();
  for (const part of partNames) {
    const below = join(root.directory, part);
    const folder = named?.get(part) ?? (existsSync(below) || part === "flux" || part === "bifrost" ? { directory: below, root } : undefined);
    if (folder && existsSync(folder.directory)) realPath(folder.root, folder.directory);
    if (folder) parts.set(part, folder);
  }
  return { root, parts };
}

/** Whether a folder is a pipeline rather than one of its parts. */
export function isPipeline({ directory }: CheckpointRoot): boolean {
  return ["pipeline.json", "flux", "bifrost"].some((name) => existsSync(join(directory, name)));
}

function namedFolders(root: CheckpointRoot): ReadonlyMap<PartName, Folder> | undefined {
  const file = join(root.directory, "pipeline.json");
  if (!existsSync(file)) return undefined;
  const named = readConfig(root, file, namedParts);
  const folders = Object.entries(named).map(([part, value]): [PartName, Folder] => {
    const folder = resolve(root.directory, value);
    if (!existsSync(folder)) throw new CheckpointError(said(`{file} names {folder} as "{part}", which does not exist. Correct the path there.`, { file, folder, part }));
    const own = openRoot(folder);
    return [part as PartName, { directory: own.directory, root: own }];
  });
  return new Map(folders);
}
