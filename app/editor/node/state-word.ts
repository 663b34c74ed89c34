/** A node's state as people read it: words first, then a tone. */
import type { Translate } from "@/app/i18n/translate";
import { spoken } from "@/app/i18n/vocabulary";
import { factsOf, formatBytes, formatSeconds } from "@/app/ui/quantity";
import { framesOf, type LoadProgress, type NodeState, type StoredFrame } from "@/nodes/run-events";
import type { SweepCount } from "../graph/sweep-cells";

export type Tone = "quiet" | "active" | "good" | "bad";
export interface StateWord {
  readonly text: string;
  readonly tone: Tone;
  /** More of it, for who asks: what there is no room for. */
  readonly detail?: string;
}

export function stateWord(node: NodeState | undefined, changed: boolean, t: Translate): StateWord {
  if (!node) return { text: "", tone: "quiet" };
  switch (node.status) {
    case "waiting": {
      const frame = framesOf(node).at(-1);
      return { text: frame ? countOf(frame) : t("cards.state.waiting"), tone: "quiet" };
    }
    case "running": {
      if (node.loading !== null) {
        const model = spoken(node.loading, t);
        const text = loadWord(model, node.load, t);
        return node.load ? { text, tone: "active", detail: loadSentence(model, node.load, t) } : { text, tone: "active" };
      }
      const frame = node.frames.at(-1);
      return { text: frame ? countOf(frame) : t("cards.state.running"), tone: "active" };
    }
    case "done":
      return changed ? { text: t("cards.state.changed"), tone: "quiet" } : node.reused ? { text: t("cards.state.reused"), tone: "good" } : { text: formatSeconds(node.seconds, t), tone: "good" };
    case "failed":
      return { text: t("cards.state.failed"), tone: "bad" };
    case "not-run": {
      const frame = framesOf(node).at(-1);
      return { text: frame ? t("cards.state.stopped", { steps: countOf(frame) }) : t("cards.state.notRun"), tone: "quiet" };
    }
  }
}

const countOf = ({ step, total }: StoredFrame) => `${step} / ${total}`;

const percent = (progress: number) => String(Math.floor(progress * 100));

function loadWord(model: string, load: LoadProgress | null, t: Translate): string {
  if (!load) return t("cards.state.loading", { model });
  return load.progress === null ? t("cards.state.loadingSince", { model, time: formatSeconds(load.seconds, t) }) : t("cards.state.loadingPart", { model, percent: percent(load.progress) });
}

/** "Loading T5: 9.5 GB of weights, 12 s so far, about 40 % there". */
function loadSentence(model: string, { seconds, bytes, progress }: LoadProgress, t: Translate): string {
  const facts = [bytes !== null && t("cards.state.loadBytes", { bytes: formatBytes(bytes) }), t("cards.state.loadSeconds", { time: formatSeconds(seconds, t) }), progress !== null && t("cards.state.loadPart", { percent: percent(progress) })];
  return t("cards.state.loads", { model, facts: factsOf(facts.filter((fact) => fact !== false), t) });
}

/** Of all the cells of a sweep together: "7 of 12", "7 of 12, 1 failed", at the end "1 of 12 failed". */
export function sweepWord({ total, done, reused, failed, running, notRun }: SweepCount, changed: boolean, t: Translate): StateWord {
  const ended = done + failed + notRun;
  const counts = { total: String(total), done: String(done), failed: String(failed), notRun: String(notRun) };
  if (ended === total && failed === 0 && notRun === 0) return changed ? { text: t("cards.state.changed"), tone: "quiet" } : { text: t(reused === total ? "cards.sweep.reused" : "cards.sweep.done", counts), tone: "good" };
  // Short at the end, when what went wrong is what counts.
  if (ended === total && (failed > 0 || done > 0)) return failed > 0 ? { text: t("cards.sweep.failed", counts), tone: "bad" } : { text: t("cards.sweep.notRun", counts), tone: "quiet" };
  if (notRun === total) return { text: t("cards.state.notRun"), tone: "quiet" };
  if (ended === 0 && running === 0) return { text: t("cards.state.waiting"), tone: "quiet" };
  const text = t(failed > 0 ? "cards.sweep.doneAndFailed" : "cards.sweep.done", counts);
  return { text, tone: failed > 0 ? "bad" : "active" };
}

export const toneClass: Record<Tone, string> = { quiet: "text-faint", active: "text-accent", good: "text-good", bad: "text-bad" };
