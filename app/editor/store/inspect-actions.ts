/** What is looked at, and how. */
import type { Inspection, Other } from "@/app/inspector/inspection";
import type { InspectorLink } from "@/app/inspector/inspector-link";
import type { InspectedRun } from "@/app/inspector/subject";
import type { ViewOptions } from "@/app/inspector/views";
import { toast } from "@/app/ui/toast";
import type { EditorStore } from "./editor-store";

export function inspect(store: EditorStore, change: Partial<Inspection>): void {
  store.setState(({ inspection }) => ({ inspection: { ...inspection, ...change } }));
}

export function setViewOptions(store: EditorStore, change: Partial<ViewOptions>): void {
  store.setState(({ inspection }) => ({ inspection: { ...inspection, options: { ...inspection.options, ...change } } }));
}

/** Looks at what flowed along the edge just selected: what its source gave at that port. */
export function inspectFlow(store: EditorStore, port: string): void {
  store.setState(({ inspection }) => ({ step: null, playing: false, tab: "inspect", inspection: { ...inspection, port, tensor: null, other: null } }));
}

export function compareWith(store: EditorStore, other: Other): void {
  inspect(store, { other, large: true });
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
  if (!graph.nodes.some(({ id }) => id === link.nodeId)) {
    toast("The link names a node that is not in this workflow any more", { tone: "bad" });
    return;
  }
  const { other } = link;
  const otherRun = other && other.runId !== null ? await openRun(other.runId) : null;
  store.setState({
    selection: new Set([link.nodeId]),
    selectedEdges: new Set(),
    selectedAnnotations: new Set(),
    step: link.step,
    tab: "inspect",
    inspection: { ...link.inspection, other: other && { run: otherRun, nodeId: other.nodeId, port: other.port, tensor: other.tensor, step: other.step } },
  });
}
