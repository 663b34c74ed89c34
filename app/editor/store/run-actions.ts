/** The shown run: opened, fed with events, and the step of it that is looked at. */
import { afterEvent, type NodeState, type RunEvent, type StoredFrame, unstartedRun } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import type { EditorState, EditorStore, ShownRun } from "./editor-store";

export interface NumberedEvent {
  readonly number: number;
  readonly event: RunEvent;
}

export function showRun(store: EditorStore, run: Omit<ShownRun, "nodeStarts" | "earlier">, earlier: ShownRun["earlier"] = {}): void {
  store.setState({ run: { ...run, nodeStarts: {}, earlier }, step: null, playing: false });
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
    if (event.type === "node-started") nodeStarts = { ...nodeStarts, [event.nodeId]: Date.now() };
  }
  if (lastEvent !== before.lastEvent) store.setState({ run: { ...before, state, lastEvent, nodeStarts } });
}

export function isActive(run: ShownRun | null): boolean {
  return run !== null && (run.state.status === "queued" || run.state.status === "running");
}

export function nodeStateOf(state: EditorState, id: string): NodeState | undefined {
  return state.run?.state.nodes[id];
}

const none: readonly StoredFrame[] = [];

export function framesOf(node: NodeState | undefined): readonly StoredFrame[] {
  return node && "frames" in node ? node.frames : none;
}

const quiet: readonly string[] = [];

export function noticesOf(node: NodeState | undefined): readonly string[] {
  return node && "notices" in node ? node.notices : quiet;
}

/** The one selected node, if exactly one is. */
export function soleSelected(state: Pick<EditorState, "selection">): string | null {
  if (state.selection.size !== 1) return null;
  for (const id of state.selection) return id;
  return null;
}

/** The frame looked at: the chosen step, or the newest there is. */
export function currentFrame(state: EditorState, id: string): StoredFrame | undefined {
  const frames = framesOf(nodeStateOf(state, id));
  if (state.step === null || soleSelected(state) !== id) return frames.at(-1);
  return frames.find((frame) => frame.step === state.step) ?? frames.at(-1);
}

/** Looks at another step. Beyond the newest one the view follows the run again. */
export function scrub(store: EditorStore, by: number): void {
  const state = store.getState();
  const id = soleSelected(state);
  const frames = framesOf(id === null ? undefined : nodeStateOf(state, id));
  if (frames.length === 0) return;
  const at = state.step === null ? frames.length - 1 : frames.findIndex((frame) => frame.step === state.step);
  const next = Math.max(0, at + by);
  store.setState({ step: next >= frames.length ? null : (frames[next]?.step ?? null), playing: false });
}

export function togglePlay(store: EditorStore): void {
  const state = store.getState();
  const id = soleSelected(state);
  const frames = framesOf(id === null ? undefined : nodeStateOf(state, id));
  if (frames.length < 2) return;
  if (state.playing) store.setState({ playing: false });
  // At the end, playing starts over.
  else store.setState({ playing: true, step: state.step === null || state.step === frames.at(-1)?.step ? frames[0]!.step : state.step });
}

/** One tick of playing: the next step, and at the last one it stops. */
export function playOn(store: EditorStore): void {
  const state = store.getState();
  const id = soleSelected(state);
  const frames = framesOf(id === null ? undefined : nodeStateOf(state, id));
  const at = frames.findIndex((frame) => frame.step === state.step);
  const next = frames[at + 1];
  if (!next) store.setState({ playing: false, step: null });
  else store.setState({ step: next.step });
}
