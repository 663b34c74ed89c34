/** Gathers from a run's events what each node gave, until it is a result that can be kept. */
import type { SaidMessage } from "@/models/said";
import type { Recipe } from "@/nodes/recipe";
import { type NodeState, type RunEvent, type RunState, type StoredFrame, thinned, withFrame } from "@/nodes/run-events";
import type { NodeResult } from "./result-store";

interface Making {
  readonly key: string;
  readonly recipe: Recipe;
  frames: StoredFrame[];
  readonly notices: SaidMessage[];
}

export class NodeResults {
  private readonly making = new Map<string, Making>();
  /** Frames an interrupted attempt left, which a node that goes on after them has too. */
  private readonly earlier: ReadonlyMap<string, readonly StoredFrame[]>;

  constructor(before: RunState) {
    this.earlier = new Map(Object.entries(before.nodes).flatMap(([id, node]) => framesLeft(id, node)));
  }

  /** The node's result when `event` is its end. */
  after(event: RunEvent, recipe: Recipe | undefined): NodeResult | undefined {
    switch (event.type) {
      case "node-started": {
        const { nodeId, key, after = 0 } = event;
        if (key === undefined || !recipe) return void this.making.delete(nodeId);
        const frames = (this.earlier.get(nodeId) ?? []).filter(({ step }) => step <= after);
        this.making.set(nodeId, { key, recipe, frames, notices: [] });
        return undefined;
      }
      case "frame":
        return this.change(event.nodeId, (frames) => withFrame(frames, event.frame));
      case "frames-thinned":
        return this.change(event.nodeId, (frames) => thinned(frames, event.steps));
      case "notice":
        return void this.making.get(event.nodeId)?.notices.push({ message: event.message, ...(event.said && { said: event.said }) });
      case "node-done": {
        const made = this.making.get(event.nodeId);
        this.making.delete(event.nodeId);
        if (!made) return undefined;
        const { key, recipe: from, frames, notices } = made;
        return { nodeId: event.nodeId, key, recipe: from, computed: { outputs: event.outputs, frames, notices, seconds: event.seconds } };
      }
      case "node-reused":
        return recipe && { nodeId: event.nodeId, key: event.key, recipe };
      default:
        return undefined;
    }
  }

  private change(nodeId: string, change: (frames: readonly StoredFrame[]) => StoredFrame[]): undefined {
    const made = this.making.get(nodeId);
    if (made) made.frames = change(made.frames);
  }
}

function framesLeft(id: string, node: NodeState): [string, readonly StoredFrame[]][] {
  if (node.status === "waiting") return node.partial ? [[id, node.partial.frames]] : [];
  return node.status === "running" ? [[id, node.frames]] : [];
}
