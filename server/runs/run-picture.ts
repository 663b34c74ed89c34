import type { RunEvent } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import { nodeIdOf } from "@/nodes/sweeps";
import type { Workflow } from "@/nodes/workflow";

/** Chooses the picture that stands for a run: a sink's, before any image, before a projection of latents; the newest of each. */
export class RunPicture {
  private rank = 0;

  constructor(private readonly graph: Workflow) {}

  /** The sha256 of the picture to show from this event on, when it changes. */
  after(event: RunEvent): string | undefined {
    if (event.type !== "node-done" && event.type !== "node-reused") return undefined;
    const nodeId = nodeIdOf(event.nodeId);
    const node = this.graph.nodes.find(({ id }) => id === nodeId);
    const isSink = node !== undefined && findSpec(node.type)?.sink === true;
    let chosen: string | undefined;
    for (const output of Object.values(event.outputs)) {
      const rank = isSink ? 3 : output.type === "image" ? 2 : 1;
      if (!output.picture || rank < this.rank) continue;
      this.rank = rank;
      chosen = output.picture.hash;
    }
    return chosen;
  }
}
