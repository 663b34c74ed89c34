/** What a pipeline's folder holds, component by component; one that is broken or missing does not hide the others. */
import { readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { z } from "zod";
import type { CheckpointRoot } from "@/models/checkpoints/checkpoint-root";
import { openPipeline } from "@/models/checkpoints/pipeline";
import { pipelineFolders, type PartName } from "@/models/checkpoints/pipeline-folders";
import { CheckpointError } from "@/models/checkpoints/safetensors";
import { openWeights } from "@/models/checkpoints/weight-files";
import { said, type SaidMessage, saidMessage, withValues } from "@/models/said";
import { componentTitles } from "@/nodes/model-titles";
import type { KnownWords, ModelComponent, SystemStatus } from "@/server/api/contract";

const components = [
  { id: "bifrost", folder: "bifrost", optional: false },
  { id: "controlnet", folder: "bifrost/flux_controlnet", optional: false },
  { id: "transformer", folder: "flux/transformer", optional: false },
  { id: "t5", folder: "flux/text_encoder_2", optional: false },
  { id: "clip", folder: "flux/text_encoder", optional: false },
  { id: "autoencoder", folder: "flux/vae", optional: false },
  { id: "detector", folder: "detector", optional: true },
] as const;

/** Reads configs and weight headers, never weights. */
export function listComponents(checkpointDir: string): ModelComponent[] {
  const parts = foldersOf(checkpointDir);
  const present = components.filter(({ folder, optional }) => !optional || parts.has(folder as PartName));
  return present.map(({ id, folder }) => {
    const title = componentTitles[id];
    const [part, ...below] = folder.split("/");
    const { directory, root } = parts.get(part as PartName) ?? { directory: join(checkpointDir, part!) };
    const path = join(directory, ...below);
    const architecture = architectureOf(path);
    try {
      const { headers } = openWeights(id, path, root && { root });
      const tensors = headers.flatMap((header) => [...header.tensors.values()]);
      const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((count, dim) => count * dim, 1), 0);
      const bytes = headers.reduce((sum, header) => sum + header.size, 0);
      const dtype = [...new Set(tensors.map((tensor) => tensor.dtype))].join(", ");
      const files = headers.map((header) => join(folder, basename(header.file)));
      return { id, title, architecture, parameters, bytes, dtype, files, problem: null };
    } catch (error) {
      return { id, title, architecture, parameters: 0, bytes: 0, dtype: "", files: [], problem: problemOf(error, checkpointDir) };
    }
  });
}

/** Empty for a folder that cannot be opened, which is said where its components are. */
function foldersOf(checkpointDir: string): ReadonlyMap<PartName, { directory: string; root?: CheckpointRoot }> {
  try {
    return pipelineFolders(checkpointDir).parts;
  } catch (error) {
    if (error instanceof CheckpointError) return new Map();
    throw error;
  }
}

/** The checkpoint as a whole: its size, or why it cannot be used. */
export function describeCheckpoint(checkpointDir: string): SystemStatus["checkpoint"] {
  let patchGrid: number;
  try {
    ({ patchGrid } = openPipeline(checkpointDir).geometry);
  } catch (error) {
    return { problem: problemOf(error, checkpointDir) };
  }
  const parts = listComponents(checkpointDir);
  return {
    name: basename(checkpointDir),
    parameters: parts.reduce((sum, part) => sum + part.parameters, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    patchGrid,
  };
}

/** The words of a small checkpoint, for a prompt field to offer. */
export function knownWords(checkpointDir: string): KnownWords {
  try {
    const { objects, colors, sizes, counts, relations, backgrounds } = openPipeline(checkpointDir).words ?? {};
    return { objects, colors, sizes, counts, relations, backgrounds };
  } catch {
    // Said by describeCheckpoint.
    return {};
  }
}

const configSchema = z.object({ _class_name: z.string().optional(), architectures: z.array(z.string()).optional(), model_type: z.string().optional() });

function architectureOf(folder: string): string {
  try {
    const config = configSchema.parse(JSON.parse(readFileSync(join(folder, "config.json"), "utf8")));
    return config._class_name ?? config.architectures?.[0] ?? config.model_type ?? "";
  } catch {
    // The same file is read again, and complained about in full, when the component is opened.
    return "";
  }
}

/** Paths are said relative to the checkpoint: the site may be looked at from elsewhere. */
function problemOf(error: unknown, checkpointDir: string): SaidMessage {
  if (!(error instanceof CheckpointError)) {
    console.error("A checkpoint could not be read:", error);
    return saidMessage(said("It cannot be read; the server's log says more."));
  }
  const shown = relative(process.cwd(), checkpointDir) || checkpointDir;
  return saidMessage(withValues(error.said.message, (value) => value.replaceAll(`${checkpointDir}/`, "").replaceAll(checkpointDir, shown)));
}
