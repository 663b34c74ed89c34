/** What text from the clipboard becomes: nodes, or a word about why not. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { mostNodes } from "@/nodes/workflow";
import { toast } from "@/app/ui/toast";
import { readFragment } from "./graph/fragment-text";
import type { Point } from "./graph/operations";
import { insertFragment } from "./store/document-actions";
import type { EditorStore } from "./store/editor-store";

/**
 * Pastes around `at`, or a little beside where the nodes were copied; never exactly on top of others. `connected`: fed by
 * what feeds the originals, where they were copied in this workflow.
 */
export function pasteText(store: EditorStore, text: string, at: Point | null, connected = false): void {
  const t = currentTranslator();
  const read = readFragment(text);
  if (!read.ok) {
    toast(t("commands.said.nothingToPaste"), { detail: read.message, about: "paste" });
    return;
  }
  const { nodes, frames = [], notes = [] } = read.fragment;
  const { graph } = store.getState();
  const there = graph.nodes.length;
  if (there + nodes.length > mostNodes) {
    toast(t("commands.said.tooMany"), { detail: t("commands.said.tooManyDetail", { most: mostNodes, there, more: nodes.length }), about: "paste" });
    return;
  }
  const all = [...nodes, ...frames, ...notes].map(({ position }) => position);
  const left = Math.min(...all.map(({ x }) => x));
  const top = Math.min(...all.map(({ y }) => y));
  const offset = at ? { x: Math.round(at.x - left), y: Math.round(at.y - top) } : { x: 0, y: 0 };
  const taken = new Set([...graph.nodes, ...(graph.frames ?? []), ...(graph.notes ?? [])].map(({ position }) => `${position.x},${position.y}`));
  while (all.some(({ x, y }) => taken.has(`${x + offset.x},${y + offset.y}`))) {
    offset.x += 32;
    offset.y += 32;
  }
  const here = read.fragment.workflowId === store.getState().workflowId;
  if (connected && read.fragment.outside && !here) toast(t("editing.paste.unconnected"), { detail: t("editing.paste.elsewhere"), about: "paste" });
  insertFragment(store, read.fragment, offset, connected && here);
}
