/** NaN and infinite values a node computed: black pictures begin with them. */
import type { Translate } from "@/app/i18n/translate";
import { type NodeState, framesOf } from "@/nodes/run-events";

/** How many there are; `step`: in the first bad one, null when they are in what the node gave. */
export interface NotFinite {
  readonly count: number;
  readonly step: number | null;
}

/** Null when every value is finite. */
export function notFinite(node: NodeState | undefined): NotFinite | null {
  if (!node) return null;
  const first = framesOf(node).find(({ tensors }) => tensors?.notFinite !== undefined);
  const outputs = node.status === "done" ? Object.values(node.outputs).reduce((sum, { tensors }) => sum + (tensors.notFinite ?? 0), 0) : 0;
  if (first) return { count: first.tensors!.notFinite!, step: first.step };
  return outputs === 0 ? null : { count: outputs, step: null };
}

/** Where they are, as a sentence. */
export function notFiniteWords({ count, step }: NotFinite, t: Translate): string {
  return step === null ? t("cards.notFinite.given", { count }) : t("cards.notFinite.atStep", { count, step: String(step) });
}
