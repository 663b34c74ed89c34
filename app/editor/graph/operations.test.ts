import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NodeType, specs } from "@/nodes/specs";
import { isSubgraph } from "@/nodes/nesting";
import { emptyWorkflow, nestingProblem, type Sweep, type Workflow, workflowSchema } from "@/nodes/workflow";
import { closeGroup, type EditorDocument, emptyHistory, type History, record, redo, undo } from "./history";
import { exposeInput, exposeParam, moveExposed, renameExposed } from "./exposure";
import { fold, unfold } from "./folding";
import { connectOn, disconnectOn, edgesAt } from "./level-edges";
import { levelOf, lyingOn, nestingIn, nodesAt, portsAt } from "./levels";
import * as operations from "./operations";

const types = Object.keys(specs) as NodeType[];

function withNodes(...wanted: NodeType[]): Workflow {
  return wanted.reduce((graph, type, index) => operations.addNode(graph, operations.newNode(graph, type, { x: index * 300, y: 0 })), emptyWorkflow as Workflow);
}

const promptToEncoder = { source: "prompt", sourcePort: "text", target: "text-encoder", targetPort: "text" };

describe("operations", () => {
  it("adds a node of every type that the saved format accepts", () => {
    const graph = withNodes(...types, ...types);
    expect(workflowSchema.parse(graph)).toEqual(graph);
    expect(new Set(graph.nodes.map((node) => node.id)).size).toBe(types.length * 2);
  });

  it("replaces the edge that fed an input", () => {
    const graph = operations.connect(withNodes("prompt", "prompt", "text-encoder"), promptToEncoder);
    const next = operations.connect(graph, { ...promptToEncoder, source: "prompt-2" });
    expect(next.edges).toEqual([{ ...promptToEncoder, source: "prompt-2" }]);
  });

  it("gives the same object back when nothing changes", () => {
    const graph = operations.connect(withNodes("prompt", "text-encoder"), promptToEncoder);
    expect(operations.connect(graph, promptToEncoder)).toBe(graph);
    expect(operations.connect(graph, { ...promptToEncoder, sourcePort: "nothing" })).toBe(graph);
    expect(operations.setParam(graph, "prompt", "text", graph.nodes[0]!.params.text!)).toBe(graph);
    expect(operations.renameNode(graph, "prompt", "Prompt")).toBe(graph);
    expect(operations.deleteNodes(graph, new Set(["absent"]))).toBe(graph);
    expect(operations.moveNodes(graph, new Map([["prompt", { x: 0.2, y: 0 }]]))).toBe(graph);
  });

  it("mutes and bypasses nodes, and takes that back", () => {
    const graph = withNodes("prompt", "text-encoder", "flux-sampler");
    const muted = operations.setMode(graph, new Set(["prompt", "text-encoder", "absent"]), "muted");
    expect(muted.nodes.map(({ mode }) => mode)).toEqual(["muted", "muted", undefined]);
    expect(operations.setMode(muted, new Set(["prompt"]), "bypassed").nodes[0]!.mode).toBe("bypassed");
    expect(operations.setMode(muted, new Set(["prompt"]), "muted")).toBe(muted);
    expect(operations.setMode(muted, new Set(["prompt", "text-encoder"]), null)).toEqual(graph);
    expect(operations.setMode(graph, new Set(["prompt"]), null)).toBe(graph);
  });

  it("sets what becomes of a seed after a run; a fixed one is not written down", () => {
    const graph = withNodes("flux-sampler");
    const rising = operations.setSeedMode(graph, "flux-sampler", "increment");
    expect(rising.nodes[0]!.seedMode).toBe("increment");
    expect(operations.setSeedMode(rising, "flux-sampler", "increment")).toBe(rising);
    expect(operations.setSeedMode(rising, "flux-sampler", "fixed")).toEqual(graph);
    expect(operations.setSeedMode(graph, "flux-sampler", "fixed")).toBe(graph);
  });

  it("sweeps params one by one; the last sweep taken away leaves no trace", () => {
    const graph = withNodes("flux-sampler");
    const list = { kind: "list", values: [1, 2] } as const satisfies Sweep;
    const one = operations.setSweep(graph, "flux-sampler", "seed", { ...list, values: [...list.values] });
    const two = operations.setSweep(one, "flux-sampler", "steps", { kind: "range", from: 1, to: 9, step: 2 });
    expect(workflowSchema.parse(two).nodes[0]!.sweeps).toEqual({ seed: list, steps: { kind: "range", from: 1, to: 9, step: 2 } });
    expect(operations.setSweep(two, "flux-sampler", "steps", null)).toEqual(one);
    expect(operations.setSweep(one, "flux-sampler", "steps", null)).toBe(one);
    expect(operations.setSweep(one, "flux-sampler", "seed", null)).toEqual(graph);
    const zipped = operations.setSweepMode(one, "zip");
    expect(zipped.sweepMode).toBe("zip");
    expect(operations.setSweepMode(zipped, "grid")).toEqual(one);
    expect(operations.setSweepMode(one, "grid")).toBe(one);
  });

  it("deletes a node with its edges", () => {
    const graph = operations.connect(withNodes("prompt", "text-encoder"), promptToEncoder);
    const next = operations.deleteNodes(graph, new Set(["prompt"]));
    expect(next.nodes.map((node) => node.id)).toEqual(["text-encoder"]);
    expect(next.edges).toEqual([]);
  });

  it("pastes with fresh ids and the edges among the copied nodes only", () => {
    const graph = operations.connect(withNodes("prompt", "text-encoder", "flux-sampler"), promptToEncoder);
    const fragment = operations.fragmentOf(graph, new Set(["prompt", "text-encoder"]));
    const { workflow, ids } = operations.paste(graph, fragment, { x: 24, y: 24 });
    expect(ids).toEqual(["prompt-2", "text-encoder-2"]);
    expect(workflow.edges).toContainEqual({ ...promptToEncoder, source: "prompt-2", target: "text-encoder-2" });
    expect(workflow.nodes.at(-1)!.position).toEqual({ x: 324, y: 24 });
  });

  it("moves one end of an edge, or leaves it when refused", () => {
    const graph = operations.connect(withNodes("prompt", "text-encoder", "text-encoder"), promptToEncoder);
    const id = "prompt.text→text-encoder.text";
    expect(operations.reconnect(graph, id, { ...promptToEncoder, target: "text-encoder-2" }).edges).toHaveLength(1);
    expect(operations.reconnect(graph, id, { ...promptToEncoder, target: "absent" })).toBe(graph);
  });
});

type Edit = (graph: Workflow) => Workflow;

const nodeAt = (graph: Workflow, at: number) => graph.nodes[at % (graph.nodes.length || 1)];
const subgraphAt = (graph: Workflow, at: number) => {
  const subgraphs = graph.nodes.filter(isSubgraph);
  return subgraphs[at % (subgraphs.length || 1)];
};

/** Folding on any level, unfolding, and everything that is done to what lies in a subgraph, and to its card. */
const levelEdits: fc.Arbitrary<Edit>[] = [
  fc.record({ at: fc.nat(), count: fc.integer({ min: 1, max: 4 }) }).map(({ at, count }): Edit => (graph) => {
    const node = nodeAt(graph, at);
    if (!node) return graph;
    const level = levelOf(graph, node);
    const ids = new Set([node.id, ...nodesAt(graph, level).slice(0, count).map(({ id }) => id)]);
    const folded = fold(graph, ids, new Set(), level).workflow;
    return nestingProblem(folded.nodes) ? graph : folded;
  }),
  fc.nat().map((at): Edit => (graph) => unfold(graph, subgraphAt(graph, at)?.id ?? "").workflow),
  fc.record({ at: fc.nat(), type: fc.constantFrom(...types) }).map(({ at, type }): Edit => (graph) => {
    const level = subgraphAt(graph, at)?.id ?? null;
    return operations.addNode(graph, { ...operations.newNode(graph, type, { x: at % 999, y: 0 }), ...lyingOn(level) });
  }),
  fc.record({ at: fc.nat(), edge: fc.nat() }).map(({ at, edge }): Edit => (graph) => {
    const level = subgraphAt(graph, at)?.id ?? null;
    const edges = edgesAt(graph, level);
    return disconnectOn(graph, level, new Set([edges[edge % (edges.length || 1)]?.id ?? ""]));
  }),
  fc.record({ at: fc.nat(), inner: fc.nat(), text: fc.string() }).map(({ at, inner, text }): Edit => (graph) => {
    const card = subgraphAt(graph, at);
    if (!card) return graph;
    const contents = graph.nodes.filter(({ id }) => nestingIn(graph).contentsOf(card.id).has(id));
    const node = contents[inner % (contents.length || 1)];
    const ports = node && portsAt(graph, node.id);
    if (!node || !ports || isSubgraph(node)) return graph;
    const shown = Object.keys(ports.inputs).reduce((current, port) => exposeInput(current, card.id, { node: node.id, port }), exposeParam(graph, card.id, node.id, "seed"));
    return renameExposed(moveExposed(shown, card.id, "inputs", 0, 1), card.id, "inputs", inner % 3, text);
  }),
  fc.record({ at: fc.nat(), mode: fc.constantFrom("muted" as const, null) }).map(({ at, mode }): Edit => (graph) => operations.setMode(graph, new Set([subgraphAt(graph, at)?.id ?? ""]), mode)),
  fc.nat().map((at): Edit => (graph) => operations.paste(graph, operations.fragmentOf(graph, new Set([subgraphAt(graph, at)?.id ?? ""])), { x: 40, y: 40 }, subgraphAt(graph, at + 1)?.id ?? null).workflow),
];

/** Any edit, aimed at whichever node the number hits when it is applied. */
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  ...levelEdits,
  fc.record({ type: fc.constantFrom(...types), x: fc.integer(), y: fc.integer() }).map(({ type, x, y }): Edit => (graph) => operations.addNode(graph, operations.newNode(graph, type, { x, y }))),
  fc.record({ at: fc.nat(), x: fc.double(), y: fc.integer() }).map(({ at, x, y }): Edit => (graph) => {
    const node = graph.nodes[at % (graph.nodes.length || 1)];
    return node ? operations.moveNodes(graph, new Map([[node.id, { x: Number.isFinite(x) ? x : 0, y }]])) : graph;
  }),
  fc.record({ at: fc.nat(), text: fc.string() }).map(({ at, text }): Edit => (graph) => {
    const node = graph.nodes[at % (graph.nodes.length || 1)];
    return node ? operations.setParam(graph, node.id, "text", text) : graph;
  }),
  fc.record({ at: fc.nat(), text: fc.string() }).map(({ at, text }): Edit => (graph) => operations.renameNode(graph, graph.nodes[at % (graph.nodes.length || 1)]?.id ?? "", text)),
  fc.record({ from: fc.nat(), to: fc.nat(), out: fc.nat(), into: fc.nat() }).map(({ from, to, out, into }): Edit => (graph) => {
    const source = graph.nodes[from % (graph.nodes.length || 1)];
    const target = graph.nodes[to % (graph.nodes.length || 1)];
    if (!source || !target) return graph;
    const outputs = Object.keys(portsAt(graph, source.id)!.outputs);
    const inputs = Object.keys(portsAt(graph, target.id)!.inputs);
    return connectOn(graph, {
      source: source.id,
      sourcePort: outputs[out % outputs.length] ?? "",
      target: target.id,
      targetPort: inputs[into % (inputs.length || 1)] ?? "",
    });
  }),
  fc.nat().map((at): Edit => (graph) => operations.deleteNodes(graph, new Set([graph.nodes[at % (graph.nodes.length || 1)]?.id ?? ""]))),
  fc.nat().map((at): Edit => (graph) => operations.paste(graph, operations.fragmentOf(graph, new Set(graph.nodes.slice(at % 5).map((node) => node.id))), { x: 10, y: 10 }).workflow),
);

describe("history", () => {
  const document = (graph: Workflow): EditorDocument => ({ name: "Test", graph, selection: new Set(), selectedAnnotations: new Set(), level: null });

  it("gives the first state back exactly after any edits, and the last one again", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ edit: anyEdit, group: fc.constantFrom(null, "a", "hold:b"), wait: fc.nat(2000), close: fc.boolean() }), { maxLength: 40 }), (steps) => {
        const first = withNodes("prompt", "text-encoder", "flux-sampler");
        const bytes = JSON.stringify(first);
        let current = document(first);
        let history: History = emptyHistory;
        let now = 0;
        for (const { edit, group, wait, close } of steps) {
          now += wait;
          const graph = edit(current.graph);
          if (graph.nodes.length > 60) break;
          if (nestingProblem(graph.nodes)) continue;
          expect(workflowSchema.safeParse(graph).success).toBe(true);
          if (graph === current.graph) continue;
          const after = document(graph);
          history = record(history, current, after, group, now);
          if (close) history = closeGroup(history);
          current = after;
        }
        const last = current;
        for (let step = undo(history, current); step; step = undo(history, current)) ({ history, document: current } = step);
        expect(current.graph).toBe(first === last.graph ? current.graph : first);
        expect(JSON.stringify(current.graph)).toBe(bytes);
        for (let step = redo(history, current); step; step = redo(history, current)) ({ history, document: current } = step);
        expect(current.graph).toBe(last.graph);
      }),
      { numRuns: 200 },
    );
  });

  it("undoes a word typed in one step, and a word after a pause in another", () => {
    const start = withNodes("prompt");
    let history: History = emptyHistory;
    let current = document(start);
    for (const [text, at] of [["a", 0], ["a c", 200], ["a ca", 400], ["a cat", 5000]] as const) {
      const after = document(operations.setParam(current.graph, "prompt", "text", text));
      history = record(history, current, after, "param:prompt.text", at);
      current = after;
    }
    const step = undo(history, current)!;
    expect(step.document.graph.nodes[0]!.params.text).toBe("a ca");
    expect(undo(step.history, step.document)!.document.graph).toBe(start);
  });
});
