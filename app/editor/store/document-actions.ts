/** Edits of the workflow, each one step of the history. */
import { edgeId, type NodeMode, type Workflow } from "@/nodes/workflow";
import { amend, closeGroup as closeGroupIn, type EditorDocument, record, redo as redoIn, undo as undoIn } from "../graph/history";
import { insertInto } from "../graph/insertion";
import * as operations from "../graph/operations";
import { replaceNode as replace } from "../graph/replacement";
import type { EditorState, EditorStore } from "./editor-store";

interface EditOptions {
  /** See history.ts. */
  group?: string;
  /** What is selected afterwards; left as it is by default. */
  select?: Iterable<string>;
}

const documentOf = ({ name, graph, selection }: EditorState): EditorDocument => ({ name, graph, selection });

/** Selected things that are still there. The same sets come back when nothing left. */
function keepExisting(graph: Workflow, selection: ReadonlySet<string>, selectedEdges: ReadonlySet<string>) {
  const nodeIds = new Set(graph.nodes.map((node) => node.id));
  const edgeIds = new Set(graph.edges.map(edgeId));
  const keep = (ids: ReadonlySet<string>, existing: ReadonlySet<string>) => ([...ids].every((id) => existing.has(id)) ? ids : new Set([...ids].filter((id) => existing.has(id))));
  return { selection: keep(selection, nodeIds), selectedEdges: keep(selectedEdges, edgeIds) };
}

function commit(store: EditorStore, after: { name?: string; graph?: Workflow }, options: EditOptions = {}): void {
  const state = store.getState();
  const name = after.name ?? state.name;
  const graph = after.graph ?? state.graph;
  if (name === state.name && graph === state.graph) return;
  const wanted = options.select ? new Set(options.select) : state.selection;
  const kept = keepExisting(graph, wanted, options.select ? new Set() : state.selectedEdges);
  const document = { name, graph, selection: kept.selection };
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
  const { selectedEdges } = keepExisting(step.document.graph, step.document.selection, store.getState().selectedEdges);
  store.setState({ ...step.document, history: step.history, selectedEdges });
}

export const undo = (store: EditorStore) => travel(store, undoIn(store.getState().history));
export const redo = (store: EditorStore) => travel(store, redoIn(store.getState().history));

/** Replaces the workflow by another version of it; what could be undone belonged to the old one. */
export function replaceDocument(store: EditorStore, name: string, graph: Workflow): void {
  const { selection, selectedEdges } = store.getState();
  store.setState({ name, graph, ...keepExisting(graph, selection, selectedEdges), history: { past: [], future: [] } });
}

export function setParam(store: EditorStore, id: string, name: string, value: operations.ParamValue): void {
  edit(store, (graph) => operations.setParam(graph, id, name, value), { group: `param:${id}.${name}` });
}

/** Adds a node, selects it and gives its id. With `from`, it is connected to that port as well, in the same step. */
export function addNode(store: EditorStore, type: string, position: operations.Point, connection?: (id: string) => Parameters<typeof operations.connect>[1] | null): string {
  const node = operations.newNode(store.getState().graph, type, position);
  edit(
    store,
    (graph) => {
      const added = operations.addNode(graph, node);
      const edge = connection?.(node.id);
      return edge ? operations.connect(added, edge) : added;
    },
    { select: [node.id] },
  );
  return node.id;
}

/** Adds a node and puts it into an edge, in one step. */
export function insertNode(store: EditorStore, type: string, position: operations.Point, into: string): void {
  const node = operations.newNode(store.getState().graph, type, position);
  edit(store, (graph) => insertInto(operations.addNode(graph, node), node.id, into), { select: [node.id] });
}

/** Another type in a node's place, in one step. */
export function replaceNode(store: EditorStore, id: string, type: string): void {
  const replaced = replace(store.getState().graph, id, type);
  edit(store, () => replaced.workflow, { select: [replaced.id] });
}

export function select(store: EditorStore, nodes: Iterable<string>, edges: Iterable<string> = []): void {
  store.setState({ selection: new Set(nodes), selectedEdges: new Set(edges) });
}

export function selectAll(store: EditorStore): void {
  const { graph } = store.getState();
  select(store, graph.nodes.map((node) => node.id), graph.edges.map(edgeId));
}

export function deleteSelection(store: EditorStore): void {
  const { selection, selectedEdges } = store.getState();
  edit(store, (graph) => operations.deleteNodes(operations.disconnect(graph, selectedEdges), selection), { select: [] });
}

/** How far each copy lies from what it copies. */
const copyOffset = { x: 32, y: 32 };

export function insertFragment(store: EditorStore, fragment: operations.Fragment, offset: operations.Point = copyOffset): void {
  const { workflow, ids } = operations.paste(store.getState().graph, fragment, offset);
  edit(store, () => workflow, { select: ids });
}

export function duplicateSelection(store: EditorStore): void {
  const { graph, selection } = store.getState();
  insertFragment(store, operations.fragmentOf(graph, selection));
}

export function nudgeSelection(store: EditorStore, dx: number, dy: number): void {
  const { graph, selection } = store.getState();
  const moved = graph.nodes.filter((node) => selection.has(node.id)).map((node) => [node.id, { x: node.position.x + dx, y: node.position.y + dy }] as const);
  edit(store, (current) => operations.moveNodes(current, new Map(moved)), { group: `nudge:${[...selection].join()}` });
}

/** Mutes or bypasses the selection; when all of it is so already, it runs again as usual. */
export function toggleMode(store: EditorStore, mode: NodeMode): void {
  const { graph, selection } = store.getState();
  const all = graph.nodes.every((node) => !selection.has(node.id) || node.mode === mode);
  edit(store, (current) => operations.setMode(current, selection, all ? null : mode));
}

/** Puts in what a run was given (seeds). No step to undo: undoing takes back the edit before it, with the seed of that time. */
export function amendGraph(store: EditorStore, graph: Workflow): void {
  const { history } = store.getState();
  store.setState({ graph, history: amend(history, (document) => ({ ...document, graph })) });
}

let focusKey = 0;
/** Selects a node and brings it into view. */
export function goToNode(store: EditorStore, nodeId: string): void {
  store.setState({ selection: new Set([nodeId]), selectedEdges: new Set(), focus: { nodeId, key: ++focusKey } });
}
