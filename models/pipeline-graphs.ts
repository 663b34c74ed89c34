/** Every graph of a pipeline: which builder makes it, over which weights, and the .onnx file it is written to. */
import { createHash } from "node:crypto";
import { accessSync, constants, copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { buildDecoder, buildEncoder } from "./architectures/autoencoder";
import { buildClipText } from "./architectures/clip-text";
import { buildDetector } from "./architectures/detector";
import { buildFluxTransformerControlnet, buildResampler } from "./architectures/flux-controlnet";
import { buildFluxTransformer } from "./architectures/flux-transformer";
import { buildQwenText } from "./architectures/qwen-text";
import { buildQwenVision } from "./architectures/qwen-vision";
import { windowKind } from "./architectures/qwen-vision-windows";
import { buildT5Encoder } from "./architectures/t5-encoder";
import { buildVisualBranch } from "./architectures/visual-branch";
import { buildVisualBranchAuthors } from "./architectures/visual-branch-authors";
import type { Pipeline } from "./checkpoints/pipeline";
import { CheckpointError } from "./checkpoints/safetensors";
import type { Weights } from "./checkpoints/weights";
import type { GraphBuilder, Port, Precision } from "./graph/graph-builder";

type Build = (pipeline: Pipeline, precision: Precision) => GraphBuilder;

const builders = {
  "t5-encoder": ({ t5 }, precision) => buildT5Encoder(t5.config, t5.weights, precision),
  "clip-text": ({ clip }, precision) => buildClipText(clip.config, clip.weights, precision),
  "qwen-vision": ({ bifrost: { vision, weights }, geometry }, precision) => {
    const grid = geometry.patchGrid * vision.spatial_merge_size;
    return buildQwenVision(vision, weights, windowKind(grid, grid, vision), precision);
  },
  "qwen-text": ({ bifrost: { text, weights } }, precision) => buildQwenText(text, weights, precision),
  "visual-branch": ({ bifrost: { text, weights }, geometry }, precision) =>
    buildVisualBranch({ ...text, num_visual_gen_tokens: geometry.patchGrid ** 2 }, weights, precision),
  "visual-branch-authors": ({ bifrost: { text, weights }, geometry }, precision) =>
    buildVisualBranchAuthors({ ...text, num_visual_gen_tokens: geometry.patchGrid ** 2 }, weights, precision),
  resampler: ({ controlnet }, precision) => buildResampler(controlnet.config, controlnet.weights, precision),
  "flux-transformer": ({ transformer }, precision) => buildFluxTransformer(transformer.config, transformer.weights, precision),
  "flux-transformer-controlnet": ({ transformer, controlnet }, precision) => buildFluxTransformerControlnet(transformer, controlnet, precision),
  "vae-encoder": ({ autoencoder }, precision) => buildEncoder(autoencoder.config, autoencoder.weights, precision),
  "vae-decoder": ({ autoencoder }, precision) => buildDecoder(autoencoder.config, autoencoder.weights, precision),
  detector: ({ detector, directory }, precision) => {
    if (!detector) throw new CheckpointError(`${directory} has no detector. Add a detector/ folder, or leave the detector out of the graph.`);
    return buildDetector(detector.config, detector.weights, precision);
  },
} satisfies Record<string, Build>;

export type GraphId = keyof typeof builders;

export const graphIds = Object.keys(builders) as readonly GraphId[];

export interface WrittenGraph {
  /** The .onnx file. Its name changes whenever its content would. */
  readonly path: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

export interface GraphWriting {
  readonly precision?: Precision;
  /** Where graphs go when the pipeline's folder cannot take them. Weights are hard-linked into it. */
  readonly graphDir?: string;
}

/** The graph in memory. Throws a CheckpointError when a weight is missing or does not fit the config. */
export function buildPipelineGraph(pipeline: Pipeline, id: GraphId, precision: Precision = "float32"): GraphBuilder {
  return builders[id](pipeline, precision);
}

/**
 * Writes the graph beside the weights it points into, unless it is there already, and removes older ones of the same
 * kind. When the pipeline's folder is read-only, or its weights are links to files elsewhere (a Hugging Face cache),
 * the graph goes to `graphDir`. Throws a CheckpointError for a checkpoint that does not fit or has nowhere to write.
 */
export async function writePipelineGraph(pipeline: Pipeline, id: GraphId, options: GraphWriting = {}): Promise<WrittenGraph> {
  const precision = options.precision ?? "float32";
  const graph = buildPipelineGraph(pipeline, id, precision);
  const folder = canHold(pipeline.directory, graph) ? pipeline.directory : fallbackFolder(pipeline, graph, options.graphDir);
  const bytes = folder === pipeline.directory ? graph.encode(folder) : graph.encode(folder, linkInto(folder, graph.weightFiles(), pipeline));
  // The bytes follow from writer version, configs and weight headers, so their hash stands for all three.
  const kind = `${id}.${precision}`;
  const name = `${kind}-${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.onnx`;
  const path = join(folder, name);
  if (!existsSync(path)) {
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  }
  for (const file of readdirSync(folder)) {
    if (file !== name && file.startsWith(`${kind}-`) && file.endsWith(".onnx")) rmSync(join(folder, file), { force: true });
  }
  return { path, inputs: graph.inputs, outputs: graph.outputs };
}

/** ONNX Runtime reads weights only from real paths below the graph's folder. */
function canHold(folder: string, graph: GraphBuilder): boolean {
  if (graph.weightFiles().some((file) => relative(folder, file).startsWith(".."))) return false;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function fallbackFolder(pipeline: Pipeline, graph: GraphBuilder, graphDir: string | undefined): string {
  if (!graphDir) {
    throw new CheckpointError(
      `${graph.name}'s ONNX graph cannot be written into ${pipeline.directory}: the folder is read-only, or its weights are links to other folders. ` +
        "Make the folder writable, or set a folder for graphs on the same disk.",
    );
  }
  const folder = join(graphDir, createHash("sha256").update(pipeline.directory).digest("hex").slice(0, 16));
  mkdirSync(folder, { recursive: true });
  return realpathSync(folder);
}

/** Hard links cost no space; a copy is made only when `folder` is on another file system. */
function linkInto(folder: string, weightFiles: readonly string[], pipeline: Pipeline): (file: string) => string {
  for (const file of weightFiles) {
    const link = join(folder, linkName(file));
    if (existsSync(link)) continue;
    const temporary = `${link}.${process.pid}.tmp`;
    try {
      linkSync(file, temporary);
    } catch {
      copyFileSync(file, temporary);
    }
    renameSync(temporary, link);
  }
  // A link to weights that have been replaced would keep their space taken.
  const current = new Set(pipelineWeights(pipeline).flatMap(({ headers }) => headers.map(({ file }) => linkName(file))));
  for (const entry of readdirSync(folder)) if (entry.endsWith(".weights") && !current.has(entry)) rmSync(join(folder, entry), { force: true });
  return (file) => join(folder, linkName(file));
}

/** Named by what it is a link to, so that weights replaced in place get a new link. */
function linkName(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${createHash("sha256").update(`${file}:${size}:${mtimeMs}`).digest("hex").slice(0, 16)}.weights`;
}

function pipelineWeights({ t5, clip, bifrost, controlnet, transformer, autoencoder, detector }: Pipeline): Weights[] {
  return [t5, clip, bifrost, controlnet, transformer, autoencoder, ...(detector ? [detector] : [])].map(({ weights }) => weights);
}
