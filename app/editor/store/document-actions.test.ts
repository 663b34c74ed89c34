import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { asField, asInput, inputsOf } from "@/nodes/param-inputs";
import { presets } from "@/nodes/presets";
import { findSpec, type NodeType, specs } from "@/nodes/specs";
import { edgeId, emptyWorkflow, markColors, nodeModes, seedModes, type Sweep, type Workflow, type WorkflowNode, workflowSchema } from "@/nodes/workflow";
import { annotationKeys, annotationKeysOn } from "../graph/annotations";
import { fragmentText, readFragment } from "../graph/fragment-text";
import { edgesAt } from "../graph/level-edges";
import { nodesAt, portsAt } from "../graph/levels";
import * as operations from "../graph/operations";
import { replacementsOf } from "../graph/replacement";
import { ledThrough, reroutesOf } from "../graph/reroutes";
import { applyLayout, layoutPlan } from "../layout/layout-plan";
import { addFrame, addNote, deleteWithContents, endWriting, paint, toggleCollapsed, toggleLocked, writeNote } from "./annotation-actions";
import { alignSelection, distributeSelection } from "./arrange-actions";
import * as actions from "./document-actions";
import { connectToParam, makeConnection } from "./connection-actions";
import { createEditorStore, type EditorStore } from "./editor-store";
import { addRerouteAt, addRerouteToSelected } from "./reroute-actions";
import { foldSelection, leaveSubgraph, showLevel, unfoldSubgraph } from "./subgraph-actions";

/** As many as a person makes in an hour of work. */
const edits = 200;
/** Below this many nodes every edit costs little, and most of them still meet one another. */
const crowd = 80;

/** fast-check prints the seed and the shortest sequence that fails. A slow machine tries fewer of them. */
const budget = { interruptAfterTimeLimit: 6000, markInterruptAsFailure: false } as const;

const types = Object.keys(specs) as NodeType[];

function storeOf(graph: Workflow): EditorStore {
  return createEditorStore({ id: "w", name: "Test", graph, version: 1, updatedAt: 0 });
}

/** What is saved, byte for byte. */
const bytes = (store: EditorStore) => JSON.stringify({ name: store.getState().name, graph: store.getState().graph });

/** What holds after every action: the workflow can be saved, every edge has its ends, every input one edge. */
function expectSound(store: EditorStore): void {
  const { name, graph, level, selection, selectedEdges, selectedAnnotations } = store.getState();
  expect(name).toBe(name.trim().slice(0, 120));
  expect(name).not.toMatch(/\0|\p{Surrogate}/u);
  expect(workflowSchema.parse(JSON.parse(JSON.stringify(graph)))).toEqual(graph);
  const ids = new Set(graph.nodes.map(({ id }) => id));
  expect(ids.size).toBe(graph.nodes.length);
  expect(graph.edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
  expect(new Set(graph.edges.map(({ target, targetPort }) => `${target}.${targetPort}`)).size).toBe(graph.edges.length);
  expect([...selection].filter((id) => !ids.has(id))).toEqual([]);
  const edges = new Set(edgesAt(graph, level).map(({ id }) => id));
  expect([...selectedEdges].filter((id) => !edges.has(id))).toEqual([]);
  const annotations = new Set([...annotationKeys(graph), ...reroutesOf(graph).keys()]);
  expect([...selectedAnnotations].filter((key) => !annotations.has(key))).toEqual([]);
}

/** One thing a person does, aimed when it is done at the nodes of the level there are by then. */
interface Step {
  readonly name: string;
  readonly act: (store: EditorStore) => void;
}

const nodeAt = (store: EditorStore, at: number) => {
  const { graph, level } = store.getState();
  const nodes = nodesAt(graph, level);
  return nodes[at % (nodes.length || 1)];
};
const paramsOf = (node: WorkflowNode | undefined) => Object.keys(findSpec(node?.type ?? "")?.params.shape ?? {});
const portsOf = (store: EditorStore, node: WorkflowNode, side: "inputs" | "outputs") => Object.keys(portsAt(store.getState().graph, node.id)?.[side] ?? {});
const idAt = (store: EditorStore, at: number) => nodeAt(store, at)?.id ?? "absent";

const edgeHere = (store: EditorStore, at: number) => {
  const { graph, level } = store.getState();
  const edges = edgesAt(graph, level);
  return edges[at % (edges.length || 1)]?.id;
};

const step = <T>(name: string, drawn: fc.Arbitrary<T>, act: (store: EditorStore, value: T) => void): fc.Arbitrary<Step> =>
  drawn.map((value) => ({ name: `${name} ${fc.stringify(value)}`, act: (store) => act(store, value) }));

const at = fc.nat(1000);
const far = fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.constantFrom(0.5, -1e9, 1e308, -0, Number.NaN));
const words = fc.oneof(fc.string({ unit: "binary", maxLength: 100 }), fc.constantFrom("a\0b", `a${"😀".repeat(80)}`, `${"a".repeat(79)} b`, "\ud83d"));
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.nat(9), { maxLength: 3 }));
const param = fc.constantFrom("text", "seed", "steps", "constructor");
const sweep: fc.Arbitrary<Sweep | null> = fc.oneof(
  fc.constant(null),
  fc.array(fc.integer(), { minLength: 1, maxLength: 3 }).map((values) => ({ kind: "list" as const, values })),
  fc.record({ kind: fc.constant("range" as const), from: fc.integer(), to: fc.integer(), step: fc.integer({ min: 1 }) }),
);

const building = [
  step("add", fc.record({ type: fc.constantFrom(...types), x: far, y: far }), (store, { type, x, y }) => {
    if (store.getState().graph.nodes.length < crowd) actions.addNode(store, type, { x, y });
  }),
  step("connect", fc.record({ from: at, to: at, out: at, into: at }), (store, { from, to, out, into }) => {
    const [source, target] = [nodeAt(store, from), nodeAt(store, to)];
    if (!source || !target) return;
    const outputs = [...portsOf(store, source, "outputs"), "constructor"];
    const inputs = [...portsOf(store, target, "inputs"), "constructor"];
    makeConnection(store, { source: source.id, sourcePort: outputs[out % outputs.length]!, target: target.id, targetPort: inputs[into % inputs.length]! });
  }),
  step("turn into an input", fc.record({ n: at, name: at }), (store, { n, name }) => {
    const params = paramsOf(nodeAt(store, n));
    actions.edit(store, (graph) => asInput(graph, idAt(store, n), params[name % (params.length || 1)] ?? "absent"));
  }),
  step("turn back into a field", fc.record({ n: at, name: at }), (store, { n, name }) => {
    const params = nodeAt(store, n)?.paramInputs ?? [];
    actions.edit(store, (graph) => asField(graph, idAt(store, n), params[name % (params.length || 1)] ?? "absent"));
  }),
  step("feed a param", fc.record({ from: at, to: at, name: at }), (store, { from, to, name }) => {
    const [source, target] = [nodeAt(store, from), nodeAt(store, to)];
    if (!source || !target) return;
    const [port = "absent"] = portsOf(store, source, "outputs");
    const params = paramsOf(target);
    connectToParam(store, { nodeId: source.id, port, side: "output" }, target.id, params[name % (params.length || 1)] ?? "absent");
  }),
  step("disconnect", at, (store, n) => {
    const { edges } = store.getState().graph;
    const edge = edges[n % (edges.length || 1)];
    if (edge) actions.edit(store, (graph) => operations.disconnect(graph, new Set([edgeId(edge)])));
  }),
  step("paste", fc.record({ from: fc.nat(presets.length - 1), x: far }), (store, { from, x }) => {
    const read = readFragment(fragmentText(presets[from]!.graph));
    if (read.ok && store.getState().graph.nodes.length < crowd) actions.insertFragment(store, read.fragment, { x, y: 7 });
  }),
  step("insert", fc.record({ type: fc.constantFrom(...types), into: at }), (store, { type, into }) => {
    const edge = edgeHere(store, into);
    if (edge && store.getState().graph.nodes.length < crowd) actions.insertNode(store, type, { x: 0, y: 0 }, edge);
  }),
  step("replace", fc.record({ n: at, by: at }), (store, { n, by }) => {
    const id = idAt(store, n);
    const offers = replacementsOf(store.getState().graph, id);
    const offer = offers[by % (offers.length || 1)];
    if (offer) actions.replaceNode(store, id, offer.spec.type);
  }),
  step("duplicate", fc.boolean(), (store, connected) => {
    if (store.getState().graph.nodes.length < crowd) actions.duplicateSelection(store, connected);
  }),
  step("lead through", fc.record({ n: at, x: far, y: far }), (store, { n, x, y }) => {
    const edge = edgeHere(store, n);
    if (edge) addRerouteAt(store, edge, { x, y });
  }),
  step("lead the selected through", fc.constant(null), (store) => addRerouteToSelected(store)),
  step("lead elsewhere", fc.record({ n: at, x: far, y: far }), (store, { n, x, y }) => {
    const keys = [...reroutesOf(store.getState().graph).keys()];
    if (keys.length > 0) actions.moveThings(store, new Map([[keys[n % keys.length]!, { x, y }]]), "hold:drag");
  }),
  step("draw from a dot", fc.record({ n: at, to: at, into: at }), (store, { n, to, into }) => {
    const dots = [...reroutesOf(store.getState().graph).values()];
    const [dot, target] = [dots[n % (dots.length || 1)], nodeAt(store, to)];
    const inputs = Object.keys(inputsOf(target) ?? {});
    if (dot && target && inputs.length > 0) makeConnection(store, ledThrough({ source: dot.source, sourcePort: dot.sourcePort, target: target.id, targetPort: inputs[into % inputs.length]! }, dot.via));
  }),
];

const changing = [
  step("move", fc.record({ n: at, x: far, y: far }), (store, { n, x, y }) => actions.edit(store, (graph) => operations.moveNodes(graph, new Map([[idAt(store, n), { x, y }]])), { group: "hold:drag" })),
  step("let go", fc.constant(null), (store) => actions.closeGroup(store)),
  step("nudge", fc.record({ x: fc.constantFrom(-10, 0, 10), y: fc.constantFrom(-10, 10) }), (store, { x, y }) => actions.nudgeSelection(store, x, y)),
  step("set", fc.record({ n: at, param, value }), (store, { n, param, value }) => actions.setParam(store, idAt(store, n), param, value)),
  step("title", fc.record({ n: at, title: words }), (store, { n, title }) => actions.edit(store, (graph) => operations.renameNode(graph, idAt(store, n), title))),
  step("name", words, (store, name) => actions.renameWorkflow(store, name)),
  step("mode", fc.constantFrom(...nodeModes), (store, mode) => actions.toggleMode(store, mode)),
  step("seed mode", fc.record({ n: at, mode: fc.constantFrom(...seedModes) }), (store, { n, mode }) => actions.edit(store, (graph) => operations.setSeedMode(graph, idAt(store, n), mode))),
  step("sweep", fc.record({ n: at, param, sweep }), (store, { n, param, sweep }) => actions.edit(store, (graph) => operations.setSweep(graph, idAt(store, n), param, sweep))),
  step("sweep mode", fc.constantFrom("grid", "zip"), (store, mode) => actions.edit(store, (graph) => operations.setSweepMode(graph, mode))),
];

const arranging = [
  step("fold", fc.constant(null), (store) => foldSelection(store)),
  step("unfold", at, (store, n) => unfoldSubgraph(store, idAt(store, n))),
  step("frame", fc.record({ x: far, y: far }), (store, place) => addFrame(store, place)),
  step("note", fc.record({ x: far, y: far, text: words }), (store, { x, y, text }) => {
    addNote(store, { x, y });
    const { writing } = store.getState();
    if (writing !== null) writeNote(store, writing, text);
  }),
  step("end writing", fc.option(words), (store, text) => {
    const { writing } = store.getState();
    if (writing !== null) endWriting(store, writing, text);
  }),
  step("colour", fc.option(fc.constantFrom(...markColors)), (store, color) => paint(store, color)),
  step("collapse", fc.constant(null), (store) => toggleCollapsed(store)),
  step("lock", fc.constant(null), (store) => toggleLocked(store)),
  step("align", fc.constantFrom("left", "centre", "right", "top", "middle", "bottom"), (store, side) => alignSelection(store, side)),
  step("distribute", fc.constantFrom("x", "y"), (store, axis) => distributeSelection(store, axis)),
  step("delete with contents", fc.constant(null), (store) => deleteWithContents(store)),
  // What the worker would answer, whatever it is: the edit is what is put in.
  step("lay out", fc.record({ x: far, y: far, all: fc.boolean() }), (store, { x, y, all }) => {
    const { graph, sizes, level, selection } = store.getState();
    const plan = layoutPlan(graph, sizes, all ? null : selection, level);
    actions.edit(store, (current) => applyLayout(current, plan, new Map(plan.boxes.map(({ id }, index) => [id, { x: x + 300 * index, y }]))));
  }),
];

const choosing = [
  step("select", fc.array(at, { maxLength: 3 }), (store, some) => actions.select(store, some.flatMap((n) => nodeAt(store, n)?.id ?? []), edgesAt(store.getState().graph, store.getState().level).slice(0, 1).map(({ id }) => id))),
  step("select a frame or note", at, (store, n) => {
    const keys = [...annotationKeysOn(store.getState().graph, store.getState().level)];
    if (keys.length > 0) actions.select(store, store.getState().selection, [], [keys[n % keys.length]!]);
  }),
  step("open", at, (store, n) => showLevel(store, idAt(store, n))),
  step("leave", fc.constant(null), (store) => leaveSubgraph(store)),
  step("select a dot", at, (store, n) => {
    const keys = [...reroutesOf(store.getState().graph).keys()];
    if (keys.length > 0) actions.select(store, [], [], [keys[n % keys.length]!]);
  }),
  step("select all", fc.constant(null), (store) => actions.selectAll(store)),
];
const removing = step("delete", fc.constant(null), (store) => actions.deleteSelection(store));
const travelling = [step("undo", fc.constant(null), (store) => actions.undo(store)), step("redo", fc.constant(null), (store) => actions.redo(store))];
const waiting = step("wait", fc.constantFrom(10, 2000), (_, ms) => vi.advanceTimersByTime(ms));

const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...building) },
  { weight: 8, arbitrary: fc.oneof(...changing) },
  { weight: 4, arbitrary: fc.oneof(...arranging) },
  { weight: 3, arbitrary: fc.oneof(...choosing) },
  { weight: 1, arbitrary: removing },
  { weight: 2, arbitrary: fc.oneof(...travelling) },
  { weight: 1, arbitrary: waiting },
);

const starts = fc.constantFrom(emptyWorkflow as Workflow, ...presets.map(({ graph }) => graph));

function undoAll(store: EditorStore): void {
  while (store.getState().history.past.length > 0) actions.undo(store);
}
function redoAll(store: EditorStore): void {
  while (store.getState().history.future.length > 0) actions.redo(store);
}

describe("any edits", () => {
  // The clock of groups that end with a pause.
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it(`undone, give the first state byte for byte, and redone the last: ${edits} at a time`, () => {
    fc.assert(
      fc.property(starts, fc.array(anyStep, { minLength: edits, maxLength: edits }), (graph, steps) => {
        const store = storeOf(graph);
        const first = bytes(store);
        for (const { act } of steps) act(store);
        // What was undone on the way and not done anew belongs to the last state too.
        redoAll(store);
        const last = bytes(store);
        undoAll(store);
        expect(bytes(store)).toBe(first);
        redoAll(store);
        expect(bytes(store)).toBe(last);
        expectSound(store);
      }),
      { numRuns: 40, ...budget },
    );
  });

  it("leave a workflow that can be saved, after every single one", () => {
    fc.assert(
      fc.property(starts, fc.array(anyStep, { maxLength: 40 }), (graph, steps) => {
        const store = storeOf(graph);
        for (const { act } of steps) {
          act(store);
          expectSound(store);
        }
      }),
      { numRuns: 40, ...budget },
    );
  });

  it("are undone one by one through the same states that led there", () => {
    fc.assert(
      fc.property(starts, fc.array(anyStep, { maxLength: 60 }), (graph, steps) => {
        const store = storeOf(graph);
        for (const { act } of steps) act(store);
        const states = [bytes(store)];
        while (store.getState().history.past.length > 0) {
          actions.undo(store);
          states.push(bytes(store));
        }
        for (const state of states.toReversed().slice(1)) {
          actions.redo(store);
          expect(bytes(store)).toBe(state);
        }
      }),
      { numRuns: 30, ...budget },
    );
  });
});

describe("what is selected", () => {
  it("is brought back with frames, notes and dots, by undo and redo", () => {
    const store = storeOf(presets[0]!.graph);
    addFrame(store, { x: 0, y: 0 });
    const [frame] = store.getState().selectedAnnotations;
    endWriting(store, frame!, "Mine");
    addRerouteAt(store, edgeId(store.getState().graph.edges[0]!), { x: 5, y: 6 });
    const [dot] = store.getState().selectedAnnotations;
    expect([frame, dot].map((key) => key!.split(":")[0])).toEqual(["frame", "reroute"]);
    actions.select(store, [], [], [frame!, dot!]);
    actions.deleteSelection(store);
    expect(store.getState().selectedAnnotations).toEqual(new Set());
    actions.undo(store);
    expect(store.getState().selectedAnnotations).toEqual(new Set([frame, dot]));
    actions.redo(store);
    expect(store.getState().selectedAnnotations).toEqual(new Set());
    actions.undo(store);
    actions.undo(store);
    // Before the dot was there, the frame was selected.
    expect(store.getState().selectedAnnotations).toEqual(new Set([frame]));
  });
});
