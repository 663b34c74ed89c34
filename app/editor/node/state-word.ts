/** A node's state as people read it: words first, then a tone. */
import { formatBytes, formatSeconds } from "@/app/ui/quantity";
import type { LoadProgress, NodeState } from "@/nodes/run-events";
import type { SweepCount } from "../graph/sweep-cells";

export type Tone = "quiet" | "active" | "good" | "bad";
export interface StateWord {
  readonly text: string;
  readonly tone: Tone;
  /** More of it, for who asks: what there is no room for. */
  readonly detail?: string;
}

export function stateWord(node: NodeState | undefined, changed: boolean): StateWord {
  if (!node) return { text: "", tone: "quiet" };
  switch (node.status) {
    case "waiting":
      return { text: "waiting", tone: "quiet" };
    case "running": {
      if (node.loading !== null) {
        const text = ["loading", node.loading, loadWord(node.load)].filter(Boolean).join(" ");
        return node.load ? { text, tone: "active", detail: loadSentence(node.loading, node.load) } : { text, tone: "active" };
      }
      const frame = node.frames.at(-1);
      return { text: frame ? `${frame.step} / ${frame.total}` : "running", tone: "active" };
    }
    case "done":
      return changed ? { text: "changed", tone: "quiet" } : node.reused ? { text: "reused", tone: "good" } : { text: formatSeconds(node.seconds), tone: "good" };
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

/** "Loading T5: 9.5 GB of weights, 12 s so far, about 40 % there". */
function loadSentence(model: string, { seconds, bytes, progress }: LoadProgress): string {
  return `Loading ${model}: ${[bytes !== null && `${formatBytes(bytes)} of weights`, `${formatSeconds(seconds)} so far`, progress !== null && `about ${Math.floor(progress * 100)} % there`].filter(Boolean).join(", ")}`;
}

/** Of all the cells of a sweep together: "7 of 12", "7 of 12, 1 failed", at the end "1 of 12 failed". */
export function sweepWord({ total, done, reused, failed, running, notRun }: SweepCount, changed: boolean): StateWord {
  const ended = done + failed + notRun;
  if (ended === total && failed === 0 && notRun === 0) return changed ? { text: "changed", tone: "quiet" } : { text: reused === total ? `${total} reused` : `${done} of ${total}`, tone: "good" };
  // Short at the end, when what went wrong is what counts.
  if (ended === total && (failed > 0 || done > 0)) return failed > 0 ? { text: `${failed} of ${total} failed`, tone: "bad" } : { text: `${notRun} of ${total} not run`, tone: "quiet" };
  if (notRun === total) return { text: "not run", tone: "quiet" };
  if (ended === 0 && running === 0) return { text: "waiting", tone: "quiet" };
  const text = failed > 0 ? `${done} of ${total}, ${failed} failed` : `${done} of ${total}`;
  return { text, tone: failed > 0 ? "bad" : "active" };
}

export const toneClass: Record<Tone, string> = { quiet: "text-faint", active: "text-accent", good: "text-good", bad: "text-bad" };
