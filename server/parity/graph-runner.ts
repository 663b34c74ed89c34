/** Graphs over a parity bundle's weights, run on ONNX Runtime as the product runs its own. */
import { copyFileSync, linkSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { CheckpointError } from "@/models/checkpoints/checkpoint-error";
import type { GraphBuilder } from "@/models/graph/graph-builder";
import type { Tensors } from "@/models/tensor";
import { SessionPool } from "@/server/sessions/session-pool";

/**
 * Runs graphs on the CPU, where float32 is float32. Nothing is written into the bundle: graphs go to a scratch folder
 * with hard links to the weights, or copies where the disk is another.
 */
export class GraphRunner {
  private readonly pool = new SessionPool("cpu");
  private readonly folder = mkdtempSync(join(realpathSync(tmpdir()), "bifrost-parity-"));
  private readonly links = new Map<string, string>();
  private readonly sessions = new Map<GraphBuilder, Promise<InferenceSession>>();

  /** Throws a CheckpointError when ONNX Runtime does. */
  run = async (graph: GraphBuilder, feeds: Tensors): Promise<Tensors> => {
    try {
      let session = this.sessions.get(graph);
      if (!session) this.sessions.set(graph, (session = this.open(graph)));
      return await this.pool.run(await session, graph.name, feeds);
    } catch (error) {
      if (error instanceof CheckpointError) throw error;
      throw new CheckpointError(`ONNX Runtime could not compute ${graph.weights.source}'s ${graph.name}: ${(error as Error).message}. Check that the inputs were made with this config.json.`);
    }
  };

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private open(graph: GraphBuilder): Promise<InferenceSession> {
    const path = join(this.folder, `${graph.name}-${this.sessions.size}.onnx`);
    writeFileSync(path, graph.encode(this.folder, (file) => this.link(file)));
    return this.pool.open(path, graph.weightFiles().reduce((sum, file) => sum + statSync(file).size, 0));
  }

  private link(file: string): string {
    const known = this.links.get(file);
    if (known) return known;
    const link = join(this.folder, `${this.links.size}.safetensors`);
    try {
      linkSync(file, link);
    } catch {
      copyFileSync(file, link);
    }
    this.links.set(file, link);
    return link;
  }
}
