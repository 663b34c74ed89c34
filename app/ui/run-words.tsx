import { useTranslations } from "use-intl";
import type { RunStatus } from "@/nodes/run-events";
import { formatSeconds } from "./quantity";

interface RunWordsProps {
  status: RunStatus;
  seconds: number | null;
}

const tones: Record<RunStatus, string> = { queued: "text-muted", running: "text-accent", paused: "text-muted", done: "text-good", failed: "text-bad", cancelled: "text-muted" };
const timed = { done: "common.run.doneIn", failed: "common.run.failedAfter", cancelled: "common.run.cancelledAfter" } as const;

const isTimed = (status: RunStatus): status is keyof typeof timed => Object.hasOwn(timed, status);

/** A run's state in words: "done in 14 s". */
export function RunWords({ status, seconds }: RunWordsProps) {
  const t = useTranslations();
  const words = isTimed(status) && seconds !== null && seconds !== 0 ? t(timed[status], { time: formatSeconds(seconds, t) }) : t(`common.run.${status}`);
  return <span className={`number whitespace-nowrap ${tones[status]}`}>{words}</span>;
}
