/** Every graph of a pipeline: which builder makes it, and over which parts. */
import { buildDecoder, buildEncoder } from "./architectures/autoencoder";
import { buildClipText } from "./architectures/clip-text";
import { buildDetector } from "./architectures/detector";
import { buildFluxAttention } from "./architectures/flux-attention";
import { buildFluxTransformerControlnet, buildResampler } from "./architectures/flux-controlnet";
import { buildFluxTransformer } from "./architectures/flux-transformer";
import { buildQwenLanguage } from "./architectures/qwen-language";
import { buildQwenText } from "./architectures/qwen-text";
import { buildQwenVision } from "./architectures/qwen-vision";
import { windowKind } from "./architectures/qwen-vision-windows";
import { buildT5Encoder } from "./architectures/t5-encoder";
import { buildVisualBranch, buildVisualBranchAttention } from "./architectures/visual-branch";
import { buildVisualBranchAuthors } from "./architectures/visual-branch-authors";
import type { Pipeline } from "./checkpoints/pipeline";
import { CheckpointError } from "./checkpoints/safetensors";
import type { Weights } from "./checkpoints/weights";
import type { GraphBuilder, Precision } from "./graph/graph-builder";
import { writeGraph, type GraphCheckpoint, type WrittenGraph } from "./graph-files";
import { said } from "./said";

export type { WrittenGraph } from "./graph-files";

type Part = Pipeline["bifrost"] | { readonly config: unknown; readonly weights: Weights };

interface PipelineGraph {
  parts(pipeline: Pipeline): readonly Part[];
  build(pipeline: Pipeline, precision: Precision): GraphBuilder;
}

const bifrost = ({ bifrost }: Pipeline) => [bifrost];
const visualBranchConfig = ({ bifrost, geometry }: Pipeline) => ({ ...bifrost.text, num_visual_gen_tokens: geometry.patchGrid ** 2 });

const graphs = {
  "t5-encoder": { parts: ({ t5 }) => [t5], build: ({ t5 }, precision) => buildT5Encoder(t5.config, t5.weights, precision) },
  "clip-text": { parts: ({ clip }) => [clip], build: ({ clip }, precision) => buildClipText(clip.config, clip.weights, precision) },
  "qwen-vision": {
    parts: bifrost,
    build: ({ bifrost: { vision, weights }, geometry }, precision) => {
      const grid = geometry.patchGrid * vision.spatial_merge_size;
      return buildQwenVision(vision, weights, windowKind(grid, grid, vision), precision);
    },
  },
  "qwen-text": { parts: bifrost, build: ({ bifrost: { text, weights } }, precision) => buildQwenText(text, weights, precision) },
  "qwen-language": { parts: bifrost, build: ({ bifrost: { text, weights } }, precision) => buildQwenLanguage(text, weights, precision) },
  "visual-branch": { parts: bifrost, build: (pipeline, precision) => buildVisualBranch(visualBranchConfig(pipeline), pipeline.bifrost.weights, precision) },
  "visual-branch-authors": { parts: bifrost, build: (pipeline, precision) => buildVisualBranchAuthors(visualBranchConfig(pipeline), pipeline.bifrost.weights, precision) },
  "visual-branch-attention": { parts: bifrost, build: (pipeline, precision) => buildVisualBranchAttention(visualBranchConfig(pipeline), pipeline.bifrost.weights, precision) },
  resampler: { parts: ({ controlnet }) => [controlnet], build: ({ controlnet }, precision) => buildResampler(controlnet.config, controlnet.weights, precision) },
  "flux-transformer": { parts: ({ transformer }) => [transformer], build: ({ transformer }, precision) => buildFluxTransformer(transformer.config, transformer.weights, precision) },
  "flux-transformer-controlnet": {
    parts: ({ transformer, controlnet }) => [transformer, controlnet],
    build: ({ transformer, controlnet }, precision) => buildFluxTransformerControlnet(transformer, controlnet, precision),
  },
  "flux-attention": { parts: ({ transformer }) => [transformer], build: ({ transformer }, precision) => buildFluxAttention(transformer, null, precision) },
  "flux-attention-controlnet": {
    parts: ({ transformer, controlnet }) => [transformer, controlnet],
    build: ({ transformer, controlnet }, precision) => buildFluxAttention(transformer, controlnet, precision),
  },
  "vae-encoder": { parts: ({ autoencoder }) => [autoencoder], build: ({ autoencoder }, precision) => buildEncoder(autoencoder.config, autoencoder.weights, precision) },
  "vae-decoder": { parts: ({ autoencoder }) => [autoencoder], build: ({ autoencoder }, precision) => buildDecoder(autoencoder.config, autoencoder.weights, precision) },
  detector: {
    parts: (pipeline) => [detectorOf(pipeline)],
    build: (pipeline, precision) => {
      const { config, weights } = detectorOf(pipeline);
      return buildDetector(config, weights, precision);
    },
  },
} satisfies Record<string, PipelineGraph>;

export type GraphId = keyof typeof graphs;

export const graphIds = Object.keys(graphs) as readonly GraphId[];

export interface GraphWriting {
  readonly precision?: Precision;
  /** Where graphs go when the pipeline's folders cannot take them. Weights are hard-linked into it. */
  readonly graphDir?: string;
}

/** The graph in memory. Throws a CheckpointError when a weight is missing or does not fit the config. */
export function buildPipelineGraph(pipeline: Pipeline, id: GraphId, precision: Precision = "float32"): GraphBuilder {
  return graphs[id].build(pipeline, precision);
}

/** Writes the graph beside its weights unless it is there already; see `writeGraph`. */
export async function writePipelineGraph(pipeline: Pipeline, id: GraphId, options: GraphWriting = {}): Promise<WrittenGraph> {
  const precision = options.precision ?? "float32";
  const parts: readonly Part[] = graphs[id].parts(pipeline);
  const plan = {
    id, precision,
    config: parts.map(configOf),
    weights: parts.map(({ weights }) => weights),
    build: () => buildPipelineGraph(pipeline, id, precision),
  };
  return writeGraph(checkpointOf(pipeline), plan, options.graphDir);
}

/** Equal to a single component's config, so that a graph that several pipelines share is one file. The geometry follows from it and the headers. */
function configOf(part: Part): unknown {
  return "config" in part ? part.config : { text: part.text, vision: part.vision };
}

function checkpointOf(pipeline: Pipeline): GraphCheckpoint {
  const { t5, clip, bifrost, controlnet, transformer, autoencoder, detector } = pipeline;
  const parts = [t5, clip, bifrost, controlnet, transformer, autoencoder, ...(detector ? [detector] : [])];
  return { folders: [pipeline.directory, ...pipeline.folders], weights: parts.map(({ weights }) => weights) };
}

function detectorOf({ detector, directory }: Pipeline): NonNullable<Pipeline["detector"]> {
  if (!detector) throw new CheckpointError(said("{directory} has no detector. Add a detector/ folder, or leave the detector out of the graph.", { directory }));
  return detector;
}
