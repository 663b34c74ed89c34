/** Dots on edges, each one step of the history. */
import { edgeId, type WorkflowEdge } from "@/nodes/workflow";
import { edgesAt } from "../graph/level-edges";
import { nodeOf } from "../graph/lookup";
import { sizeOf } from "../graph/node-size";
import type { Point } from "../graph/operations";
import { addReroute, nearestPart } from "../graph/reroutes";
import { edit } from "./document-actions";
import type { EditorState, EditorStore } from "./editor-store";

/** A connection of the shown level as a line from card to card through its dots. Null for one that is gone, or leads to the border: its dots are outside. */
function shownEdge({ graph, level, sizes }: EditorState, id: string): { way: Point[]; edges: readonly WorkflowEdge[] } | null {
  const shown = edgesAt(graph, level).find((candidate) => candidate.id === id);
  const [source, target] = [nodeOf(graph, shown?.edge.source ?? ""), nodeOf(graph, shown?.edge.target ?? "")];
  if (!shown || !source || !target) return null;
  const [from, to] = [sizeOf(source, sizes), sizeOf(target, sizes)];
  const way = [{ x: source.position.x + from.width, y: source.position.y + from.height / 2 }, ...(shown.edge.via ?? []), { x: target.position.x, y: target.position.y + to.height / 2 }];
  return { way, edges: shown.edges };
}

/** Puts a dot where a connection was double-clicked, and selects it. */
export function addRerouteAt(store: EditorStore, id: string, at: Point): void {
  const state = store.getState();
  const shown = shownEdge(state, id);
  const [first] = shown?.edges ?? [];
  if (!shown || !first) return;
  const added = addReroute(state.graph, edgeId(first), nearestPart(shown.way, at), at, new Set(shown.edges.map(edgeId)));
  if (added) edit(store, () => added.workflow, { select: [], selectAnnotations: [added.key] });
}

/** Puts a dot half way along the longest part of the one selected edge. */
export function addRerouteToSelected(store: EditorStore): void {
  const state = store.getState();
  const [id] = state.selectedEdges;
  const way = id === undefined ? undefined : shownEdge(state, id)?.way;
  if (id === undefined || !way) return;
  const lengths = way.slice(1).map((to, index) => Math.hypot(to.x - way[index]!.x, to.y - way[index]!.y));
  const longest = lengths.indexOf(Math.max(...lengths));
  const [a, b] = [way[longest]!, way[longest + 1]!];
  addRerouteAt(store, id, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
}
