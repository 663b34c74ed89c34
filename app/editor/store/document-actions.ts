/** Edits of the workflow, each one step of the history. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { toast } from "@/app/ui/toast";
import { deepestNesting, nestingProblem, type NodeMode, type Workflow } from "@/nodes/workflow";
import { afterOthers, amend, closeGroup as closeGroupIn, type EditorDocument, record, redo as redoIn, undo as undoIn } from "../graph/history";
import { annotationBoxes, annotationKeys, annotationKeysOn, contentsOfFrames, deleteAnnotations, type Held, moveWithContents, pasteFragment, selectedFragment } from "../graph/annotations";
import { unlocked } from "../graph/decoration";
import { insertInto } from "../graph/insertion";
import { connectOn, disconnectOn, edgesAt } from "../graph/level-edges";
import { type Level, levelOf, levelStillThere, lyingOn, nodesAt } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import * as operations from "../graph/operations";
import { withOutsideEdges } from "../graph/outside-edges";
import { isRerouteKey, removeReroutes, rerouteBoxes, reroutesAt, reroutesOf } from "../graph/reroutes";
import { replaceNode as replace } from "../graph/replacement";
import type { EditorState, EditorStore } from "./editor-store";

interface EditOptions {
  /** See history.ts. */
  group?: string;
  /** What is selected afterwards; left as it is by default. */
  select?: Iterable<string>;
  /** Keys of frames and notes selected afterwards; none when only `select` is given. */
  selectAnnotations?: Iterable<string>;
  /** The level shown afterwards. */
  level?: Level;
}

const documentOf = ({ name, graph, selection, selectedAnnotations, level }: EditorState): EditorDocument => ({ name, graph, selection, selectedAnnotations, level });

/** Selected things that are still there. The same sets come back when nothing left. */
function keepExisting(graph: Workflow, level: Level, selection: ReadonlySet<string>, selectedEdges: ReadonlySet<string>, selectedAnnotations: ReadonlySet<string>) {
  const keep = (ids: ReadonlySet<string>, existing: () => Iterable<string>) => {
    // Asked at every edit: with nothing selected, nothing is gone through.
    const all = new Set(ids.size > 0 ? existing() : []);
    return [...ids].every((id) => all.has(id)) ? ids : new Set([...ids].filter((id) => all.has(id)));
  };
  return {
    selection: keep(selection, () => nodesAt(graph, level).map(({ id }) => id)),
    selectedEdges: keep(selectedEdges, () => edgesAt(graph, level).map(({ id }) => id)),
    selectedAnnotations: keep(selectedAnnotations, () => [...annotationKeys(graph), ...reroutesOf(graph).keys()]),
  };
}

function commit(store: EditorStore, after: { name?: string; graph?: Workflow }, options: EditOptions = {}): void {
  const state = store.getState();
  const name = after.name ?? state.name;
  const graph = after.graph ?? state.graph;
  if (name === state.name && graph === state.graph) return;
  const wanted = options.select ? new Set(options.select) : state.selection;
  const wantedAnnotations = options.selectAnnotations ?? (options.select ? [] : null);
  const level = levelStillThere(graph, options.level === undefined ? state.level : options.level);
  const kept = keepExisting(graph, level, wanted, options.select ? new Set() : state.selectedEdges, wantedAnnotations ? new Set(wantedAnnotations) : state.selectedAnnotations);
  const document = { name, graph, selection: kept.selection, selectedAnnotations: kept.selectedAnnotations, level };
  const history = record(state.history, documentOf(state), document, options.group ?? null, Date.now());
  store.setState({ ...document, selectedEdges: kept.selectedEdges, history });
}

export function edit(store: EditorStore, change: (graph: Workflow) => Workflow, options?: EditOptions): void {
  commit(store, { graph: change(store.getState().graph) }, options);
}

export function renameWorkflow(store: EditorStore, name: string): void {
  const own = operations.nameOf(name, 120);
  if (own !== "") commit(store, { name: own });
}

export function closeGroup(store: EditorStore): void {
  store.setState({ history: closeGroupIn(store.getState().history) });
}

function travel(store: EditorStore, step: ReturnType<typeof undoIn>): void {
  if (!step) return;
  const state = store.getState();
  const { name, graph, selection, selectedAnnotations } = step.document;
  const level = levelStillThere(graph, step.document.level);
  store.setState({ name, graph, level, history: step.history, ...keepExisting(graph, level, selection, state.selectedEdges, selectedAnnotations) });
}

export const undo = (store: EditorStore) => travel(store, undoIn(store.getState().history, documentOf(store.getState())));
export const redo = (store: EditorStore) => travel(store, redoIn(store.getState().history, documentOf(store.getState())));

/** Takes in what others did. It is no step of the history: undoing takes back what was done here, and only that. */
export function takeIn(store: EditorStore, { name, graph }: Pick<EditorDocument, "name" | "graph">, renamed: ReadonlyMap<string, string> = new Map()): void {
  const { selection, selectedEdges, selectedAnnotations, history, ...state } = store.getState();
  const level = levelStillThere(graph, state.level === null ? null : (renamed.get(state.level) ?? state.level));
  const selected = renamed.size === 0 ? selection : new Set([...selection].map((id) => renamed.get(id) ?? id));
  store.setState({ name, graph, level, ...keepExisting(graph, level, selected, selectedEdges, selectedAnnotations), history: afterOthers(history, renamed) });
}

/** Replaces the workflow by another version of it; what could be undone belonged to the old one. */
export function replaceDocument(store: EditorStore, name: string, graph: Workflow): void {
  const state = store.getState();
  const level = levelStillThere(graph, state.level);
  store.setState({ name, graph, level, ...keepExisting(graph, level, state.selection, state.selectedEdges, state.selectedAnnotations), history: { past: [], future: [] } });
}

export function setParam(store: EditorStore, id: string, name: string, value: operations.ParamValue): void {
  edit(store, (graph) => operations.setParam(graph, id, name, value), { group: `param:${id}.${name}` });
}

/** A new node on the level that is shown. */
function newNodeHere({ graph, level }: EditorState, type: string, position: operations.Point) {
  return { ...operations.newNode(graph, type, position), ...lyingOn(level) };
}

/** Adds a node, selects it and gives its id. With `from`, it is connected to that port as well, in the same step. */
export function addNode(store: EditorStore, type: string, position: operations.Point, connection?: (id: string) => Parameters<typeof operations.connect>[1] | null): string {
  const node = newNodeHere(store.getState(), type, position);
  edit(
    store,
    (graph) => {
      const added = operations.addNode(graph, node);
      const edge = connection?.(node.id);
      return edge ? connectOn(added, edge) : added;
    },
    { select: [node.id] },
  );
  return node.id;
}

/** Adds a node and puts it into an edge, in one step. */
export function insertNode(store: EditorStore, type: string, position: operations.Point, into: string): void {
  const node = newNodeHere(store.getState(), type, position);
  const { level } = store.getState();
  edit(store, (graph) => insertInto(operations.addNode(graph, node), node.id, into, level), { select: [node.id] });
}

/** Another type in a node's place, in one step. */
export function replaceNode(store: EditorStore, id: string, type: string): void {
  const replaced = replace(store.getState().graph, id, type);
  edit(store, () => replaced.workflow, { select: [replaced.id] });
}

export function select(store: EditorStore, nodes: Iterable<string>, edges: Iterable<string> = [], annotations: Iterable<string> = []): void {
  store.setState({ selection: new Set(nodes), selectedEdges: new Set(edges), selectedAnnotations: new Set(annotations) });
}

export function selectAll(store: EditorStore): void {
  const { graph, level } = store.getState();
  select(store, nodesAt(graph, level).map((node) => node.id), edgesAt(graph, level).map(({ id }) => id), [...annotationKeysOn(graph, level), ...reroutesAt(graph, level).keys()]);
}

/** Whether anything is selected that can be copied or moved. */
export const hasSelected = ({ selection, selectedAnnotations }: EditorState) => selection.size + selectedAnnotations.size > 0;

/** Whether anything is selected that can be copied: dots are part of their edges. */
export const hasCopyable = ({ selection, selectedAnnotations }: EditorState) => selection.size > 0 || [...selectedAnnotations].some((key) => !isRerouteKey(key));

/** The selection as it is copied. */
export function copied(store: EditorStore): operations.Fragment {
  const { workflowId, graph, selection, selectedAnnotations, sizes } = store.getState();
  return { ...selectedFragment(graph, selection, selectedAnnotations, sizes), workflowId };
}

/** Locked nodes stay, and stay selected. */
export function deleteSelection(store: EditorStore): void {
  const { graph, level, selection, selectedEdges, selectedAnnotations } = store.getState();
  const leaving = unlocked(graph, selection);
  const without = deleteAnnotations(operations.deleteNodes(disconnectOn(removeReroutes(graph, selectedAnnotations), level, selectedEdges), leaving), selectedAnnotations);
  const staying = [...selection].filter((id) => !leaving.has(id));
  edit(store, () => without, { select: staying });
  if (staying.length > 0) toast(currentTranslator()("canvas.locked", { count: staying.length }), { detail: currentTranslator()("canvas.lockedDetail"), about: "locked" });
}

/** How far each copy lies from what it copies. */
const copyOffset = { x: 32, y: 32 };

/** `connected`: fed by what feeds the originals. */
export function insertFragment(store: EditorStore, fragment: operations.Fragment, offset: operations.Point = copyOffset, connected = false): void {
  const { workflow, ids, annotations, renamed } = pasteFragment(store.getState().graph, fragment, offset, store.getState().level);
  if (nestingProblem(workflow.nodes)) {
    const t = currentTranslator();
    toast(t("subgraphs.refused.deep"), { detail: t("subgraphs.refused.deepDetail", { most: String(deepestNesting) }), about: "paste" });
    return;
  }
  edit(store, () => (connected ? withOutsideEdges(workflow, fragment, renamed) : workflow), { select: ids, selectAnnotations: annotations });
}

export function duplicateSelection(store: EditorStore, connected = false): void {
  insertFragment(store, copied(store), copyOffset, connected);
}

/** Moves nodes, frames and notes; frames take along what they hold (`held`, or what they hold now) unless it is moved itself. */
export function moveThings(store: EditorStore, positions: ReadonlyMap<string, operations.Point>, group?: string, held = heldBy(store, [...positions.keys()])): void {
  edit(store, (graph) => moveWithContents(graph, positions, held), group === undefined ? {} : { group });
}

/** What the frames among these hold. */
export function heldBy(store: EditorStore, keys: readonly string[]): Held {
  const { graph, sizes } = store.getState();
  return contentsOfFrames(graph, keys, sizes);
}

export function nudgeSelection(store: EditorStore, dx: number, dy: number): void {
  const { graph, selection, selectedAnnotations } = store.getState();
  const nodes = graph.nodes.filter((node) => selection.has(node.id) && !node.locked).map(({ id, position }) => ({ id, ...position }));
  const boxes = [...nodes, ...annotationBoxes(graph, selectedAnnotations), ...rerouteBoxes(graph, selectedAnnotations)];
  moveThings(store, new Map(boxes.map(({ id, x, y }) => [id, { x: x + dx, y: y + dy }])), `nudge:${[...selection, ...selectedAnnotations].join()}`);
}

/** Mutes or bypasses the selection; when all of it is so already, it runs again as usual. */
export function toggleMode(store: EditorStore, mode: NodeMode): void {
  const { graph, selection } = store.getState();
  const all = graph.nodes.every((node) => !selection.has(node.id) || node.mode === mode);
  edit(store, (current) => operations.setMode(current, selection, all ? null : mode));
}

/** Puts in what a run was given (seeds). No step to undo: undoing takes back the edit before it, with the seed of that time. */
export function amendGraph(store: EditorStore, graph: Workflow): void {
  const current = documentOf(store.getState());
  store.setState({ graph, history: amend(store.getState().history, current, { ...current, graph }) });
}

let focusKey = 0;
/** Selects a node and brings it into view, opening the subgraph it lies in. */
export function goToNode(store: EditorStore, nodeId: string): void {
  const { graph } = store.getState();
  const node = nodeOf(graph, nodeId);
  store.setState({ level: node ? levelOf(graph, node) : null, selection: new Set([nodeId]), selectedEdges: new Set(), selectedAnnotations: new Set(), focus: { nodeId, key: ++focusKey } });
}
