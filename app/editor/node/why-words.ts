/** Why a node ran, or did not have to, as a sentence. */
import type { NodeState, Why } from "@/nodes/run-events";

function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** `running`: the node is at it still. */
export function whySentence(why: Why, running: boolean): string {
  const ran = running ? "Runs" : "Ran";
  switch (why.kind) {
    case "first-time":
      return `${ran} for the first time`;
    case "changed":
      return why.what.length === 0 ? `${ran} because something it needs changed` : `${ran} because ${listed(why.what)} changed`;
    case "evicted":
      return `${ran} again because the files of its result were gone`;
    case "forced":
      return `${ran} because it was forced`;
    case "restarted":
      return `${running ? "Starts" : "Started"} again from its first step: the node, the checkpoint or what computes it changed since it was interrupted`;
    case "unchanged":
      return "Reused: unchanged since the last run";
    case "computed-before":
      return "Reused: computed before by another run";
  }
}

/** Null while there is nothing to explain, and for runs that say no reason. */
export function whyWords(node: NodeState | undefined): string | null {
  if (node?.status !== "done" && node?.status !== "running") return null;
  return node.why && whySentence(node.why, node.status === "running");
}
