/** A checkpoint's models for the nodes: graphs are written and sessions opened when a node first asks for one. */
import { changeMark } from "@/models/checkpoints/fingerprint";
import { openPipeline, type Pipeline } from "@/models/checkpoints/pipeline";
import { pipelineFolders } from "@/models/checkpoints/pipeline-folders";
import { CheckpointError } from "@/models/checkpoints/safetensors";
import type { Weights } from "@/models/checkpoints/weights";
import { writePipelineGraph, type GraphId } from "@/models/pipeline-graphs";
import type { Tensors } from "@/models/tensor";
import { NodeError, type Models } from "@/nodes/define-node";
import { weightBytes } from "./session-memory";
import type { SessionLease, SessionPool } from "./session-pool";

interface GraphModel {
  /** As people call it. */
  readonly title: string;
  weights(pipeline: Pipeline): readonly (Weights | undefined)[];
}

export const graphModels: Readonly<Record<GraphId, GraphModel>> = {
  "t5-encoder": { title: "T5 text encoder", weights: ({ t5 }) => [t5.weights] },
  "clip-text": { title: "CLIP text encoder", weights: ({ clip }) => [clip.weights] },
  "qwen-vision": { title: "Qwen visual encoder", weights: ({ bifrost }) => [bifrost.weights] },
  "qwen-text": { title: "Qwen text branch", weights: ({ bifrost }) => [bifrost.weights] },
  "qwen-language": { title: "Qwen language model", weights: ({ bifrost }) => [bifrost.weights] },
  "visual-branch": { title: "visual generation branch", weights: ({ bifrost }) => [bifrost.weights] },
  "visual-branch-authors": { title: "visual generation branch, the authors' way", weights: ({ bifrost }) => [bifrost.weights] },
  "visual-branch-attention": { title: "visual generation branch with its attention", weights: ({ bifrost }) => [bifrost.weights] },
  resampler: { title: "latent downsampler", weights: ({ controlnet }) => [controlnet.weights] },
  "flux-transformer": { title: "FLUX transformer", weights: ({ transformer }) => [transformer.weights] },
  "flux-transformer-controlnet": { title: "FLUX transformer with ControlNet", weights: ({ transformer, controlnet }) => [transformer.weights, controlnet.weights] },
  "flux-attention": { title: "FLUX transformer with its attention", weights: ({ transformer }) => [transformer.weights] },
  "flux-attention-controlnet": { title: "FLUX transformer with ControlNet and its attention", weights: ({ transformer, controlnet }) => [transformer.weights, controlnet.weights] },
  "vae-encoder": { title: "autoencoder's encoder", weights: ({ autoencoder }) => [autoencoder.weights] },
  "vae-decoder": { title: "autoencoder's decoder", weights: ({ autoencoder }) => [autoencoder.weights] },
  detector: { title: "detector", weights: ({ detector }) => [detector?.weights] },
};

export class PipelineModels {
  private opened: Pipeline | undefined;
  /** Of the checkpoint's files when they were last looked at; null before they could be. */
  private mark: string | null = null;
  private looking: Promise<boolean> | null = null;
  /** Where each graph was written last. Whether its session is still open, the pool knows. */
  private readonly paths = new Map<GraphId, string>();
  private readonly kept = new Map<string, Promise<unknown>>();

  constructor(
    private readonly checkpointDir: string,
    /** Where graphs go when the checkpoint's own folder cannot take them. */
    private readonly graphDir: string,
    private readonly pool: SessionPool,
  ) {}

  /** Opened on first use. Throws a CheckpointError; the next use tries again, because a person may have mended it. */
  get pipeline(): Pipeline {
    return (this.opened ??= this.open());
  }

  /**
   * Looks whether the checkpoint's files were replaced; if so, nothing of what was opened is used any more, and it resolves
   * with true. Only between runs: nobody may be using a session.
   */
  lookAgain(): Promise<boolean> {
    return (this.looking ??= this.look().finally(() => (this.looking = null)));
  }

  private async look(): Promise<boolean> {
    const mark = this.readMark();
    // A disk that does not answer says nothing of what was read from it.
    if (mark === null || mark === this.mark) return false;
    this.mark = mark;
    this.opened = undefined;
    this.paths.clear();
    this.kept.clear();
    // A graph of the same name may belong to other weights now.
    await this.pool.releaseIdle();
    return true;
  }

  private open(): Pipeline {
    // Before anything is read: what changes while it is, the next look notices.
    this.mark = this.readMark();
    return openPipeline(this.checkpointDir);
  }

  private readMark(): string | null {
    try {
      return changeMark(pipelineFolders(this.checkpointDir));
    } catch {
      return null;
    }
  }

  /** The models for one node. Between two sessions a cancelled run stops by throwing the signal's reason. */
  forNode(onLoading: (model: string) => void, signal: AbortSignal): Models {
    const models = this;
    return {
      get pipeline() {
        return models.pipeline;
      },
      async run(graph, feeds) {
        signal.throwIfAborted();
        const lease = await models.lease(graph, onLoading, signal);
        try {
          signal.throwIfAborted();
          return await models.runSession(lease, graph, feeds);
        } finally {
          lease.close();
        }
      },
      once: (key, load) => models.once(key, load),
    };
  }

  private async lease(graph: GraphId, onLoading: (model: string) => void, signal: AbortSignal): Promise<SessionLease> {
    const path = this.paths.get(graph);
    const open = path === undefined ? null : this.pool.lease(path);
    if (open) return open;
    onLoading(graphModels[graph].title);
    const { pipeline } = this;
    const weights = graphModels[graph].weights(pipeline).flatMap((found) => found?.headers ?? []);
    // A loading message must reach the parent, and a cancellation this process, before the thread blocks.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    const written = await writePipelineGraph(pipeline, graph, { graphDir: this.graphDir, precision: this.pool.precision(weightBytes(weights)) });
    this.paths.set(graph, written.path);
    try {
      return await this.pool.open(written.path, weights);
    } catch (error) {
      throw new CheckpointError(
        `The ${graphModels[graph].title} could not be loaded from ${weights.map(({ file }) => file).join(" and ")}: ${brief(error)}. ` +
          "Download that file again; when it is whole, free some memory.",
        { cause: error },
      );
    }
  }

  private async runSession(lease: SessionLease, graph: GraphId, feeds: Tensors): Promise<Tensors> {
    try {
      return await this.pool.run(lease, graph, feeds);
    } catch (error) {
      if (/alloc|memory/i.test(String(error))) {
        throw Object.assign(new NodeError(`There is not enough memory to run the ${graphModels[graph].title}.`, "Make the picture smaller, or close other programs."), { cause: error });
      }
      throw new Error(`The ${graphModels[graph].title} could not be run: ${brief(error)}`, { cause: error });
    }
  }

  private once<T>(key: string, load: () => Promise<T>): Promise<T> {
    const found = this.kept.get(key);
    if (found) return found as Promise<T>;
    const loading = load();
    this.kept.set(key, loading);
    loading.catch(() => this.kept.delete(key));
    return loading;
  }
}

function brief(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!.replace(/[.\s]+$/, "");
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
