/** What is looked at, and how. */
import { currentTranslator } from "@/app/i18n/current-translator";
import type { Inspection, Other } from "@/app/inspector/inspection";
import type { InspectorLink } from "@/app/inspector/inspector-link";
import type { InspectedRun } from "@/app/inspector/subject";
import { wholePicture } from "@/app/inspector/zoom-surface";
import type { ViewOptions } from "@/app/inspector/views";
import { toast } from "@/app/ui/toast";
import { levelOf } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import type { EditorState, EditorStore } from "./editor-store";
import { lookedNode } from "./run-actions";

const nothingSelected = { selection: new Set<string>(), selectedEdges: new Set<string>(), selectedAnnotations: new Set<string>() };

export function inspect(store: EditorStore, change: Partial<Inspection>): void {
  store.setState(({ inspection }) => ({ inspection: { ...inspection, ...change } }));
}

export function setViewOptions(store: EditorStore, change: Partial<ViewOptions>): void {
  store.setState(({ inspection }) => ({ inspection: { ...inspection, options: { ...inspection.options, ...change } } }));
}

/** Looks at what flowed along the edge just selected (lookedPort says which output that is). Before a run nothing has, and the params stay in sight. */
export function inspectFlow(store: EditorStore): void {
  store.setState(({ inspection, run, tab }) => ({ step: null, playing: false, tab: run ? "inspect" : tab, inspection: withoutSource(inspection) }));
}

export function compareWith(store: EditorStore, other: Other): void {
  inspect(store, { other, large: true });
}

/** What becomes of the step and the way of looking when something else is selected, whatever selected it. */
export function afterSelecting(state: EditorState, before: EditorState): Partial<EditorState> | null {
  // Whoever sets these together with the selection means them.
  const leaves = state.absentNode !== null && state.absentNode === before.absentNode ? { absentNode: null } : null;
  const moved = lookedNode({ ...state, ...leaves }) !== lookedNode(before);
  if (!moved || state.step !== before.step || state.inspection !== before.inspection) return leaves;
  return { ...leaves, step: null, playing: false, zoom: wholePicture, inspection: withoutSource(state.inspection) };
}

/** Looks at a node that the shown run has and the canvas has not. */
export function lookAtAbsent(store: EditorStore, absentNode: string): void {
  store.setState(({ inspection }) => ({ ...nothingSelected, absentNode, step: null, playing: false, tab: "inspect", zoom: wholePicture, inspection: withoutSource(inspection) }));
}

/** For another node: the way of looking stays, what was looked at does not. */
export function withoutSource(inspection: Inspection): Inspection {
  if (inspection.port === null && inspection.tensor === null && inspection.other === null) return inspection;
  return { ...inspection, port: null, tensor: null, other: null };
}

/** Shows what a link names, of the run that is shown already. */
export async function openLink(store: EditorStore, link: InspectorLink, openRun: (id: string) => Promise<InspectedRun>): Promise<void> {
  const { run, graph } = store.getState();
  if (!run || run.id !== link.runId) return;
  const node = nodeOf(graph, link.nodeId);
  if (!node && !nodeOf(run.graph, link.nodeId)) {
    toast(currentTranslator()("inspect.link.nodeGone"), { tone: "bad" });
    return;
  }
  const { other } = link;
  let otherRun: InspectedRun | null = null;
  let lost = false;
  if (other && other.runId !== null) {
    otherRun = await openRun(other.runId).catch(() => null);
    lost = otherRun === null;
  }
  if (lost) toast(currentTranslator()("inspect.link.runGone"), { tone: "bad" });
  store.setState({
    ...nothingSelected,
    ...(node ? { level: levelOf(graph, node), selection: new Set([link.nodeId]) } : { absentNode: link.nodeId }),
    step: link.step,
    cell: link.cell,
    tab: "inspect",
    zoom: link.zoom,
    inspection: { ...link.inspection, other: other && !lost ? { run: otherRun, nodeId: other.nodeId, port: other.port, tensor: other.tensor, cell: other.cell, step: other.step } : null },
  });
}
