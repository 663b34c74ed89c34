/**
 * Which steps of a run keep their tensors: all of them, up to so many bytes; then evenly fewer. What is let go is said in
 * an event; numbers and previews stay.
 */
import type { NodeState, RunEvent, RunState, StoredFrame } from "@/nodes/run-events";
import type { ResultChange } from "./result-store";

/** Of the room beside first and last steps, which stay: so much may be used after thinning, so that the next step fits. */
const targetShare = 0.75;

interface Kept {
  readonly step: number;
  readonly bytes: number;
}

interface NodeFrames {
  /** Of the result they lead to. */
  key: string | null;
  done: boolean;
  kept: Kept[];
}

export interface Thinning {
  readonly event: Extract<RunEvent, { type: "frames-thinned" }>;
  /** The stored result that lets these steps go too; absent while the node is not done. */
  readonly result?: ResultChange;
}

/** Keeps count over one run's events, in order. Steps of results that were reused take no room of this run's. */
export class FramePolicy {
  private readonly nodes = new Map<string, NodeFrames>();
  private bytes = 0;
  /** Every how many steps' tensors stay, once there were too many. */
  private stride = 1;

  /** `limit` in bytes of safetensors files. */
  constructor(
    private readonly limit: number,
    before: RunState,
  ) {
    for (const [id, node] of Object.entries(before.nodes)) this.take(id, framesMade(node));
  }

  /** What is let go because of `event`. */
  after(event: RunEvent): Thinning[] {
    switch (event.type) {
      case "node-started": {
        const { after = 0 } = event;
        this.take(event.nodeId, { key: event.key ?? null, done: false, kept: (this.nodes.get(event.nodeId)?.kept ?? []).filter(({ step }) => step <= after) });
        return [];
      }
      case "node-done": {
        const node = this.nodes.get(event.nodeId);
        if (node) node.done = true;
        return [];
      }
      case "frame":
        return this.afterFrame(event.nodeId, event.frame);
      default:
        return [];
    }
  }

  private afterFrame(nodeId: string, { step, tensors }: StoredFrame): Thinning[] {
    const node = this.nodes.get(nodeId) ?? { key: null, done: false, kept: [] };
    const earlier = node.kept.filter((frame) => frame.step < step);
    this.take(nodeId, { ...node, kept: tensors ? [...earlier, { step, bytes: tensors.bytes }] : earlier });
    return this.bytes > this.limit ? this.thin() : [];
  }

  private take(nodeId: string, frames: NodeFrames | null): void {
    this.bytes -= bytesOf(this.nodes.get(nodeId)?.kept ?? []);
    if (!frames) return void this.nodes.delete(nodeId);
    this.nodes.set(nodeId, frames);
    this.bytes += bytesOf(frames.kept);
  }

  /** First what came since the last time is thinned like the rest; then of all that is left every second step goes, and again. */
  private thin(): Thinning[] {
    const gone = new Map<string, number[]>();
    const ends = [...this.nodes.values()].reduce((sum, { kept }) => sum + bytesOf(kept.length > 2 ? [kept[0]!, kept.at(-1)!] : kept), 0);
    const target = ends + Math.max(0, this.limit - ends) * targetShare;
    for (this.stride = Math.max(2, this.stride); ; this.stride *= 2) {
      for (const [id, node] of this.nodes) {
        const loose = node.kept.filter(({ step }, index) => index > 0 && index < node.kept.length - 1 && (step - 1) % this.stride !== 0);
        if (loose.length === 0) continue;
        gone.set(id, [...(gone.get(id) ?? []), ...loose.map(({ step }) => step)]);
        this.take(id, { ...node, kept: node.kept.filter((frame) => !loose.includes(frame)) });
      }
      const isSpent = [...this.nodes.values()].every(({ kept }) => kept.length <= 2);
      if (isSpent || this.bytes <= target) break;
    }
    return [...gone].map(([nodeId, steps]): Thinning => {
      const { key, done } = this.nodes.get(nodeId)!;
      const event = { type: "frames-thinned", nodeId, steps: steps.sort((a, b) => a - b) } as const;
      return done && key !== null ? { event, result: { key, thinned: steps } } : { event };
    });
  }
}

function framesMade(node: NodeState): NodeFrames | null {
  const found = node.status === "waiting" ? node.partial : node.status === "running" || (node.status === "done" && !node.reused) ? node : null;
  if (!found) return null;
  return { key: found.key, done: node.status === "done", kept: found.frames.flatMap(({ step, tensors }) => (tensors ? [{ step, bytes: tensors.bytes }] : [])) };
}

const bytesOf = (kept: readonly Kept[]) => kept.reduce((sum, { bytes }) => sum + bytes, 0);
