/** Why a node ran, or did not have to, as a sentence. */
import type { Translate } from "@/app/i18n/translate";
import { spoken } from "@/app/i18n/vocabulary";
import { joined } from "@/app/ui/quantity";
import type { NodeState, Why } from "@/nodes/run-events";

function listed([first = "", ...rest]: readonly string[], t: Translate): string {
  const last = rest.pop();
  return last === undefined ? first : t("common.and", { first: joined([first, ...rest], t), last });
}

/** What else than a param or an input may have changed, as the server calls it. */
const otherCauses = { "node type": "cards.why.causes.type", "node version": "cards.why.causes.version", checkpoint: "cards.why.causes.checkpoint", "numeric mode": "cards.why.causes.numericMode" } as const;

const isOther = (cause: string): cause is keyof typeof otherCauses => Object.hasOwn(otherCauses, cause);
const causeWords = (cause: string, t: Translate) => (isOther(cause) ? t(otherCauses[cause]) : spoken(cause, t));

/** `running`: the node is at it still. */
export function whySentence(why: Why, running: boolean, t: Translate): string {
  const still = String(running);
  switch (why.kind) {
    case "first-time":
      return t("cards.why.firstTime", { still });
    case "changed":
      return why.what.length === 0 ? t("cards.why.somethingChanged", { still }) : t("cards.why.changed", { still, what: listed(why.what.map((cause) => causeWords(cause, t)), t) });
    case "evicted":
      return t("cards.why.evicted", { still });
    case "damaged":
      return t("cards.why.damaged", { still });
    case "forced":
      return t("cards.why.forced", { still });
    case "restarted":
      return t("cards.why.restarted", { still });
    case "unchanged":
      return t("cards.why.unchanged");
    case "computed-before":
      return t("cards.why.computedBefore");
  }
}

/** Null while there is nothing to explain, and for runs that say no reason. */
export function whyWords(node: NodeState | undefined, t: Translate): string | null {
  if (node?.status !== "done" && node?.status !== "running") return null;
  return node.why && whySentence(node.why, node.status === "running", t);
}
