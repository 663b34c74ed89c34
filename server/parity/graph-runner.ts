/** Graphs over a parity bundle's weights, run on ONNX Runtime as the product runs its own. */
import { linkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError } from "@/models/checkpoints/checkpoint-error";
import type { GraphBuilder } from "@/models/graph/graph-builder";
import type { Tensors } from "@/models/tensor";
import { SessionPool, type SessionLease } from "@/server/sessions/session-pool";
import { copyWithin, makeScratchFolder } from "./scratch-folder";

/** Bytes copied where no hard link can be made; a disk for temporary files, often memory, may hold little more. */
const mostCopied = 2 ** 30;

/**
 * Runs graphs on the CPU, where float32 is float32. Nothing is written into the bundle: graphs go to a scratch folder
 * with hard links to the weights, or copies of small ones where the disk is another.
 */
export class GraphRunner {
  private readonly pool = new SessionPool("cpu");
  private readonly folder = makeScratchFolder();
  private readonly links = new Map<string, string>();
  private readonly sessions = new Map<GraphBuilder, Promise<SessionLease>>();
  private copied = 0;

  /** `makeLink` makes a hard link, or throws. */
  constructor(private readonly makeLink: (file: string, link: string) => void = linkSync) {}

  /** Throws an Error with what ONNX Runtime says, a CheckpointError for weights that cannot be brought to it. */
  run = async (graph: GraphBuilder, feeds: Tensors): Promise<Tensors> => {
    try {
      let session = this.sessions.get(graph);
      if (!session) this.sessions.set(graph, (session = this.open(graph)));
      return await this.pool.run(await session, graph.name, feeds);
    } catch (error) {
      if (error instanceof CheckpointError) throw error;
      throw new Error(`ONNX Runtime refuses its ${graph.name} graph: ${runtimeReason((error as Error).message)}`, { cause: error });
    }
  };

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async open(graph: GraphBuilder): Promise<SessionLease> {
    const path = join(this.folder, `${graph.name}-${this.sessions.size}.onnx`);
    writeFileSync(path, graph.encode(this.folder, (file) => this.link(file)));
    return this.pool.open(path, graph.weightFiles().map((file) => ({ file, size: statSync(file).size })));
  }

  private link(file: string): string {
    const known = this.links.get(file);
    if (known) return known;
    const link = join(this.folder, `${this.links.size}.safetensors`);
    try {
      this.makeLink(file, link);
    } catch {
      this.copied += copyWithin(mostCopied - this.copied, file, link);
    }
    this.links.set(file, link);
    return link;
  }
}

/** Without the paths of ONNX Runtime's sources and of the graph, which is gone by the time anyone reads this. */
export function runtimeReason(message: string): string {
  return message
    .replace(/\s+/g, " ")
    .replace(/^Load model from .*?\.onnx failed: ?/, "")
    .replace(/Non-zero status code returned while running (\S+) node\. Name:'([^']*)' Status Message: /, "$1 of $2: ")
    .replace(/Node \(([^)]*)\) Op \((\w+)\) \[\w+\] /, "$2 of $1: ")
    .replace(/\/\S+\.(?:h|cc|cpp):\d+ (?:.*? was false\. )?/, "")
    .slice(0, 400)
    .replace(/[\s.]+$/, "");
}
