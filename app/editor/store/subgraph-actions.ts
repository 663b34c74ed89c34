/** Subgraphs: folding and unfolding what is selected, and going from one level to another. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { toast } from "@/app/ui/toast";
import { isSubgraph } from "@/nodes/nesting";
import { deepestNesting, mostNodes, nestingProblem } from "@/nodes/workflow";
import { contentsOfFrames } from "../graph/annotations";
import { fold, unfold } from "../graph/folding";
import { type Level, levelOf, levelStillThere } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { edit } from "./document-actions";
import type { EditorState, EditorStore } from "./editor-store";
import { soleSelected } from "./run-actions";

/** The one selected subgraph, if exactly one is and it is one. */
export function selectedSubgraph(state: Pick<EditorState, "selection" | "graph">): string | null {
  const id = soleSelected(state);
  const node = id === null ? undefined : nodeOf(state.graph, id);
  return node && isSubgraph(node) ? node.id : null;
}

/** Folds the selected nodes into one card; a selected frame takes what it holds along. */
export function foldSelection(store: EditorStore): void {
  const { graph, level, selection, selectedAnnotations, sizes } = store.getState();
  const held = [...contentsOfFrames(graph, [...selectedAnnotations], sizes).values()];
  const ids = new Set([...selection, ...held.flatMap((contents) => [...contents.nodes])]);
  const annotations = new Set([...selectedAnnotations, ...held.flatMap((contents) => [...contents.annotations])]);
  const t = currentTranslator();
  const { workflow, id } = fold(graph, ids, annotations, level, t("subgraphs.untitled"));
  if (id === null) return;
  if (nestingProblem(workflow.nodes)) toast(t("subgraphs.refused.deep"), { detail: t("subgraphs.refused.deepDetail", { most: String(deepestNesting) }), about: "subgraph" });
  else if (workflow.nodes.length > mostNodes) toast(t("subgraphs.refused.many"), { detail: t("subgraphs.refused.manyDetail", { most: mostNodes.toLocaleString("en") }), about: "subgraph" });
  else edit(store, () => workflow, { select: [id] });
}

/** Takes the nodes of a subgraph out and selects them. Shows the level they come out on. */
export function unfoldSubgraph(store: EditorStore, id: string): void {
  const { graph } = store.getState();
  const card = nodeOf(graph, id);
  if (!card) return;
  const { workflow, ids, annotations } = unfold(graph, id);
  edit(store, () => workflow, { select: ids, selectAnnotations: annotations, level: levelOf(graph, card) });
}

/** Shows a level, with these of its nodes selected. */
export function showLevel(store: EditorStore, level: Level, selected: Iterable<string> = []): void {
  const state = store.getState();
  const next = levelStillThere(state.graph, level);
  if (next === state.level) return;
  store.setState({ level: next, selection: new Set(selected), selectedEdges: new Set(), selectedAnnotations: new Set(), search: null, hint: null, insertion: null });
}

/** To the level around the open subgraph, whose card is selected there. */
export function leaveSubgraph(store: EditorStore): void {
  const { graph, level } = store.getState();
  const card = level === null ? undefined : nodeOf(graph, level);
  if (card) showLevel(store, levelOf(graph, card), [card.id]);
}
