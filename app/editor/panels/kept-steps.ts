/** Which steps of a node still have their tensors, in words. */
import type { Translate } from "@/app/i18n/translate";
import { joined } from "@/app/ui/quantity";
import type { StoredFrame } from "@/nodes/run-events";

/** So many are named before the rest is left to the filmstrip. */
const mostNamed = 8;

/** "1, 5, 9, 13 and 16"; of many, the first few and the last. Empty when none has. */
export function keptSteps(frames: readonly Pick<StoredFrame, "step" | "tensors">[], t: Translate): string {
  const kept = frames.flatMap(({ step, tensors }) => (tensors ? [String(step)] : []));
  const last = kept.at(-1);
  if (last === undefined) return "";
  if (kept.length === 1) return last;
  if (kept.length <= mostNamed) return t("common.and", { first: joined(kept.slice(0, -1), t), last });
  return t("panels.steps.keptMany", { first: joined(kept.slice(0, mostNamed - 2), t), last });
}
