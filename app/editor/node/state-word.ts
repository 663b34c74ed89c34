/** A node's state as people read it: words first, then a tone. */
import { formatSeconds } from "@/app/ui/quantity";
import type { LoadProgress, NodeState } from "@/nodes/run-events";

export type Tone = "quiet" | "active" | "good" | "bad";
export interface StateWord {
  readonly text: string;
  readonly tone: Tone;
}

export function stateWord(node: NodeState | undefined, changed: boolean): StateWord {
  if (!node) return { text: "", tone: "quiet" };
  switch (node.status) {
    case "waiting":
      return { text: "waiting", tone: "quiet" };
    case "running": {
      if (node.loading !== null) return { text: ["loading", node.loading, loadWord(node.load)].filter(Boolean).join(" "), tone: "active" };
      const frame = node.frames.at(-1);
      return { text: frame ? `${frame.step} / ${frame.total}` : "running", tone: "active" };
    }
    case "done":
      return changed ? { text: "changed", tone: "quiet" } : { text: formatSeconds(node.seconds), tone: "good" };
    case "failed":
      return { text: "failed", tone: "bad" };
    case "not-run":
      return { text: "not run", tone: "quiet" };
  }
}

function loadWord(load: LoadProgress | null): string {
  if (!load) return "";
  return load.progress === null ? formatSeconds(load.seconds) : `${Math.floor(load.progress * 100)} %`;
}

export const toneClass: Record<Tone, string> = { quiet: "text-faint", active: "text-accent", good: "text-good", bad: "text-bad" };
