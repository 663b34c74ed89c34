import type { RunStatus } from "@/nodes/run-events";
import { formatSeconds } from "./quantity";

interface RunWordsProps {
  status: RunStatus;
  seconds: number | null;
}

const tones: Record<RunStatus, string> = { queued: "text-muted", running: "text-accent", paused: "text-muted", done: "text-good", failed: "text-bad", cancelled: "text-muted" };

/** A run's state in words: "done in 14 s". */
export function RunWords({ status, seconds }: RunWordsProps) {
  const took = seconds === null || seconds === 0 ? "" : formatSeconds(seconds);
  const words: Record<RunStatus, string> = {
    queued: "Queued",
    running: "Running",
    paused: "Paused",
    done: took ? `Done in ${took}` : "Done",
    failed: took ? `Failed after ${took}` : "Failed",
    cancelled: took ? `Cancelled after ${took}` : "Cancelled",
  };
  return <span className={`number whitespace-nowrap ${tones[status]}`}>{words[status]}</span>;
}
