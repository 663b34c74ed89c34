/** The shown run: opened, fed with events, and the step of it that is looked at. */
import type { SaidMessage } from "@/nodes/said";
import type { PortPlace } from "@/nodes/card-ports";
import { indexUpTo } from "@/app/inspector/subject";
import { afterEvent, framesOf, type NodeState, type RunEvent, type StoredFrame, unstartedRun } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import { edgesAt, placesBehind } from "../graph/level-edges";
import { borderOf } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { faceOf, innerNodes } from "../graph/subgraph-state";
import { cellsInOrder, lookedInstance } from "../graph/sweep-cells";
import type { EditorState, EditorStore, ShownRun } from "./editor-store";

export interface NumberedEvent {
  readonly number: number;
  readonly event: RunEvent;
}

export function showRun(store: EditorStore, run: Omit<ShownRun, "nodeStarts" | "earlier">, earlier: ShownRun["earlier"] = {}): void {
  store.setState(({ absentNode }) => ({
    run: { ...run, nodeStarts: {}, earlier },
    step: null,
    playing: false,
    cell: null,
    absentNode: absentNode !== null && nodeOf(run.graph, absentNode) ? absentNode : null,
  }));
}

/** A run that was just started here. */
export function showNewRun(store: EditorStore, id: string, graph: Workflow, earlier: ShownRun["earlier"]): void {
  showRun(store, { id, graph, state: unstartedRun, lastEvent: 0, startedAt: Date.now() }, earlier);
}

/** Folds events in. Those the state already holds (a repeated delivery) are passed over. */
export function receiveEvents(store: EditorStore, runId: string, events: readonly NumberedEvent[]): void {
  const before = store.getState().run;
  if (before?.id !== runId) return;
  let { state, lastEvent, nodeStarts } = before;
  for (const { number, event } of events) {
    if (number <= lastEvent) continue;
    lastEvent = number;
    state = afterEvent(state, event);
    // One that goes on was at work before as well, as far as was shown: it let a probe go first.
    const goesOn = event.type === "node-started" && event.after !== undefined && before.state.nodes[event.nodeId]?.status === "running";
    if (event.type === "node-started" && !goesOn) nodeStarts = { ...nodeStarts, [event.nodeId]: Date.now() };
  }
  if (lastEvent !== before.lastEvent) store.setState({ run: { ...before, state, lastEvent, nodeStarts } });
}

/** Whether the run has not ended: it waits, runs, or is paused. */
export function isActive(run: ShownRun | null): run is ShownRun {
  return run !== null && (run.state.status === "queued" || run.state.status === "running" || run.state.status === "paused");
}

/** Which instance of a node is looked at: itself, or the one of a sweep's chosen or newest cell. Undefined when the run does not hold the node. */
export function instanceOf(state: EditorState, id: string): string | undefined {
  return state.run ? lookedInstance(state.run.state, id, state.cell) : undefined;
}

/** The state of a node, or of the cell of it that is looked at. */
export function nodeStateOf(state: EditorState, id: string): NodeState | undefined {
  const instance = instanceOf(state, id);
  return instance === undefined ? undefined : state.run?.state.nodes[instance];
}

/** When what is looked at of a running node was seen to start; undefined when it does not run. */
export function startOf(state: EditorState, id: string): number | undefined {
  const instance = instanceOf(state, id);
  if (instance === undefined || state.run?.state.nodes[instance]?.status !== "running") return undefined;
  return state.run.nodeStarts[instance];
}

/** Looks at one cell of the shown sweep; null at the newest. */
export function lookAtCell(store: EditorStore, cell: readonly number[] | null): void {
  store.setState({ cell, step: null, playing: false });
}

/** Looks at the cell `by` further on, in the order they are made. */
export function moveCell(store: EditorStore, by: number): void {
  const { run, cell } = store.getState();
  if (!run) return;
  const cells = cellsInOrder(run.state.axes, run.graph.sweepMode === "zip");
  if (cells.length === 0) return;
  const at = cell === null ? (by > 0 ? -1 : cells.length) : cells.findIndex((other) => other.join() === cell.join());
  const next = cells[at + by];
  if (next) lookAtCell(store, next);
}

const quiet: readonly SaidMessage[] = [];

export function noticesOf(node: NodeState | undefined): readonly SaidMessage[] {
  return node && "notices" in node ? node.notices : quiet;
}

/** The one selected node, if exactly one is. */
export function soleSelected(state: Pick<EditorState, "selection">): string | null {
  if (state.selection.size !== 1) return null;
  for (const id of state.selection) return id;
  return null;
}

type Selected = Pick<EditorState, "selection" | "selectedEdges" | "graph" | "level" | "run" | "cell" | "absentNode">;

/** What is looked at of a card: a node itself; of a subgraph the node at work, else one with steps, else the one it stands for. */
function lookedIn({ graph, run, cell }: Selected, id: string): string | null {
  const face = faceOf(graph, id);
  if (face === id || !run) return face;
  const inner = innerNodes(graph, id);
  const stateAt = (each: string) => run.state.nodes[lookedInstance(run.state, each, cell) ?? ""];
  const stepped = (each: string | null) => each !== null && framesOf(stateAt(each)).length > 0;
  return inner.find((each) => stateAt(each)?.status === "running") ?? (stepped(face) ? face : (inner.findLast(stepped) ?? face));
}

/** Where what flows along the one selected connection comes from. */
function lookedPlace({ selection, selectedEdges, graph, level }: Selected): PortPlace | null {
  if (selection.size > 0 || selectedEdges.size !== 1) return null;
  const found = edgesAt(graph, level).find(({ id }) => selectedEdges.has(id));
  if (!found) return null;
  const { edge, edges } = found;
  if (edges[0]) return { node: edges[0].source, port: edges[0].sourcePort };
  return borderOf(edge.source) ? null : (placesBehind(graph, edge.source, "outputs", edge.sourcePort)[0] ?? null);
}

/** The node whose steps and tensors are looked at: the selected one, of a subgraph one in it, or where the selected connection comes from; or one that only the run has. */
export function lookedNode(state: Selected): string | null {
  if (state.absentNode !== null) return state.absentNode;
  const sole = soleSelected(state);
  return sole === null ? (lookedPlace(state)?.node ?? null) : lookedIn(state, sole);
}

/** The output that flows along the selected edge; null when a node is looked at. */
export function lookedPort(state: Selected): string | null {
  return lookedPlace(state)?.port ?? null;
}

/** The frame looked at: the chosen step, or the newest there is. */
export function currentFrame(state: EditorState, id: string): StoredFrame | undefined {
  const frames = framesOf(nodeStateOf(state, id));
  if (state.step === null || lookedNode(state) !== id) return frames.at(-1);
  return frames[indexUpTo(frames, state.step)];
}

/** Looks at the first step, or at the newest and those that come. */
export function scrubTo(store: EditorStore, end: "first" | "newest"): void {
  const state = store.getState();
  const id = lookedNode(state);
  const frames = framesOf(id === null ? undefined : nodeStateOf(state, id));
  if (frames.length > 0) store.setState({ step: end === "first" ? frames[0]!.step : null, playing: false });
}

/** Looks at another step. Beyond the newest one the view follows the run again. */
export function scrub(store: EditorStore, by: number): void {
  const state = store.getState();
  const id = lookedNode(state);
  const frames = framesOf(id === null ? undefined : nodeStateOf(state, id));
  if (frames.length === 0) return;
  const next = Math.max(0, indexUpTo(frames, state.step) + by);
  store.setState({ step: next >= frames.length ? null : (frames[next]?.step ?? null), playing: false });
}

export function togglePlay(store: EditorStore): void {
  const state = store.getState();
  const id = lookedNode(state);
  const frames = framesOf(id === null ? undefined : nodeStateOf(state, id));
  if (frames.length < 2) return;
  if (state.playing) store.setState({ playing: false });
  // At the end, playing starts over.
  else store.setState({ playing: true, step: state.step === null || state.step === frames.at(-1)?.step ? frames[0]!.step : state.step });
}

/** One tick of playing: the next step, and at the last one it stops. */
export function playOn(store: EditorStore): void {
  const state = store.getState();
  const id = lookedNode(state);
  const frames = framesOf(id === null ? undefined : nodeStateOf(state, id));
  const next = frames[indexUpTo(frames, state.step) + 1];
  if (!next) store.setState({ playing: false, step: null });
  else store.setState({ step: next.step });
}
