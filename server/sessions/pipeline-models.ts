/** A checkpoint's models for the nodes: graphs are written and sessions opened when a node first asks for one. */
import { changeMark } from "@/models/checkpoints/fingerprint";
import { openPipeline, type Pipeline } from "@/models/checkpoints/pipeline";
import { pipelineFolders } from "@/models/checkpoints/pipeline-folders";
import { CheckpointError } from "@/models/checkpoints/safetensors";
import type { Weights } from "@/models/checkpoints/weights";
import { writePipelineGraph, type GraphId } from "@/models/pipeline-graphs";
import { quoted, said } from "@/models/said";
import type { Tensors } from "@/models/tensor";
import { NodeError, type Models } from "@/nodes/define-node";
import { graphTitles } from "@/nodes/model-titles";
import { weightBytes } from "./session-memory";
import type { SessionLease, SessionPool } from "./session-pool";

/** Whose weights a graph reads. */
const weightsOf: Readonly<Record<GraphId, (pipeline: Pipeline) => readonly (Weights | undefined)[]>> = {
  "t5-encoder": ({ t5 }) => [t5.weights],
  "clip-text": ({ clip }) => [clip.weights],
  "qwen-vision": ({ bifrost }) => [bifrost.weights],
  "qwen-text": ({ bifrost }) => [bifrost.weights],
  "qwen-language": ({ bifrost }) => [bifrost.weights],
  "visual-branch": ({ bifrost }) => [bifrost.weights],
  "visual-branch-authors": ({ bifrost }) => [bifrost.weights],
  "visual-branch-attention": ({ bifrost }) => [bifrost.weights],
  resampler: ({ controlnet }) => [controlnet.weights],
  "flux-transformer": ({ transformer }) => [transformer.weights],
  "flux-transformer-controlnet": ({ transformer, controlnet }) => [transformer.weights, controlnet.weights],
  "flux-attention": ({ transformer }) => [transformer.weights],
  "flux-attention-controlnet": ({ transformer, controlnet }) => [transformer.weights, controlnet.weights],
  "vae-encoder": ({ autoencoder }) => [autoencoder.weights],
  "vae-decoder": ({ autoencoder }) => [autoencoder.weights],
  detector: ({ detector }) => [detector?.weights],
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
    onLoading(graphTitles[graph]);
    const { pipeline } = this;
    const weights = weightsOf[graph](pipeline).flatMap((found) => found?.headers ?? []);
    // A loading message must reach the parent, and a cancellation this process, before the thread blocks.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    const written = await writePipelineGraph(pipeline, graph, { graphDir: this.graphDir, precision: this.pool.precision(weightBytes(weights)) });
    this.paths.set(graph, written.path);
    try {
      return await this.pool.open(written.path, weights);
    } catch (error) {
      throw new CheckpointError(
        said("The {title} could not be loaded from {files}: {why}. Download that file again; when it is whole, free some memory.", { title: graphTitles[graph], files: weights.map(({ file }) => file).join(" and "), why: quoted(brief(error)) }),
        { cause: error },
      );
    }
  }

  private async runSession(lease: SessionLease, graph: GraphId, feeds: Tensors): Promise<Tensors> {
    try {
      return await this.pool.run(lease, graph, feeds);
    } catch (error) {
      if (/alloc|memory/i.test(String(error))) {
        throw Object.assign(new NodeError(said("There is not enough memory to run the {title}.", { title: graphTitles[graph] }), said("Make the picture smaller, or close other programs.")), { cause: error });
      }
      throw new Error(`The ${graphTitles[graph]} could not be run: ${brief(error)}`, { cause: error });
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
