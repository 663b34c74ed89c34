import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { english } from "@/app/i18n/translator";
import { presets } from "@/nodes/presets";
import { type NodeType, specs } from "@/nodes/specs";
import { type CanvasFrame, edgeId, emptyWorkflow, type Workflow, type WorkflowNode, workflowSchema } from "@/nodes/workflow";
import { conflictWords } from "./conflict-words";
import { type Content, mergeContents } from "./document-merge";
import { type Conflict, conflictKey, merge, type Side } from "./merge";
import * as operations from "./operations";
import { sharing } from "./shared-parts";

const theirs = () => "theirs" as const;
const mine = () => "mine" as const;
const content = (graph: Workflow, name = "Test"): Content => ({ name, graph });
const join = (base: Workflow, a: Workflow, b: Workflow, choose: (conflict: Conflict) => Side = theirs) => {
  const { value, conflicts, renamed } = mergeContents(content(base), content(a), content(b), choose);
  return { graph: value.graph, conflicts, renamed, keys: conflicts.map(conflictKey) };
};

const node = (id: string, params: WorkflowNode["params"] = {}): WorkflowNode => ({ id, type: "prompt", version: 1, position: { x: 0, y: 0 }, params });
const edge = (source: string, target: string, targetPort = "in") => ({ source, sourcePort: "out", target, targetPort });
const three: Workflow = { ...emptyWorkflow, nodes: [node("a", { text: "cat" }), node("b"), node("c")], edges: [edge("a", "b")] };
const without = (graph: Workflow, id: string) => operations.deleteNodes(graph, new Set([id]));
const setText = (graph: Workflow, id: string, text: string) => operations.setParam(graph, id, "text", text);
const move = (graph: Workflow, id: string, x: number) => operations.moveNodes(graph, new Map([[id, { x, y: 0 }]]));
const connected = (graph: Workflow, ...edges: Workflow["edges"]) => ({ ...graph, edges: [...graph.edges, ...edges] });
const frame = (id: string, title: string): CanvasFrame => ({ id, title, position: { x: 0, y: 0 }, size: { width: 300, height: 200 } });

/** One edit each of a part of its own: which node it touches, and what of it. */
const types = Object.keys(specs) as NodeType[];
const fields = fc.constantFrom("text", "title", "position", "mode", "seedMode", "sweep", "delete", "disconnect");
type Edit = { field: string; value: number };

function apply(graph: Workflow, at: number, { field, value }: Edit): Workflow {
  const id = graph.nodes[at]?.id;
  if (id === undefined) return graph;
  switch (field) {
    case "text":
      return setText(graph, id, `text ${value}`);
    case "title":
      return operations.renameNode(graph, id, `title ${value}`);
    case "position":
      return move(graph, id, value);
    case "mode":
      return operations.setMode(graph, new Set([id]), value % 2 ? "muted" : "bypassed");
    case "seedMode":
      return operations.setSeedMode(graph, id, value % 2 ? "random" : "increment");
    case "sweep":
      return operations.setSweep(graph, id, `p${value % 3}`, { kind: "list", values: [value] });
    case "disconnect":
      return operations.disconnect(graph, new Set(graph.edges.filter(({ target }) => target === id).map(edgeId)));
    default:
      return graph;
  }
}

const starts = fc.constantFrom(...presets.map(({ graph }) => graph)).filter(({ nodes }) => nodes.length >= 4);
const edits = fc.array(fc.record({ at: fc.nat(40), field: fields, value: fc.nat(999) }), { maxLength: 12 });
const added = fc.array(fc.record({ type: fc.constantFrom(...types), x: fc.nat(999) }), { maxLength: 4 });

/** Even nodes are one side's to edit, odd ones the other's; each side adds nodes of its own. Ids may be the same on both. */
function edited(graph: Workflow, parity: 0 | 1, changes: readonly (Edit & { at: number })[], additions: readonly { type: NodeType; x: number }[]): Workflow {
  const ids = graph.nodes.map(({ id }) => id);
  const own = ids.filter((_, index) => index % 2 === parity);
  let next = graph;
  for (const { at, ...edit } of changes) {
    const id = own[at % own.length];
    // A deletion takes edges of neighbours along, which are nobody else's to change here.
    next = edit.field === "delete" ? next : apply(next, next.nodes.findIndex((one) => one.id === id), edit);
  }
  for (const { type, x } of additions) next = operations.addNode(next, operations.newNode(next, type, { x: x + parity * 5000, y: parity }));
  return next;
}

/** Nodes without their ids, which a merge may change. */
const facts = (graph: Workflow) => graph.nodes.map(({ id: _, ...rest }) => JSON.stringify(rest)).sort();
const sound = (graph: Workflow) => {
  expect(workflowSchema.safeParse(graph).error?.issues ?? []).toEqual([]);
  const ids = new Set(graph.nodes.map(({ id }) => id));
  expect(ids.size).toBe(graph.nodes.length);
  expect(graph.edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
  expect(new Set(graph.edges.map(({ target, targetPort }) => `${target}.${targetPort}`)).size).toBe(graph.edges.length);
};

describe("any edits of different things", () => {
  it("are joined without a question, without loss, in either order the same", () => {
    fc.assert(
      fc.property(starts, edits, edits, added, added, (base, some, others, more, still) => {
        const [a, b] = [edited(base, 0, some, more), edited(base, 1, others, still)];
        const [forth, back] = [join(base, a, b), join(base, b, a)];
        expect(forth.keys).toEqual([]);
        expect(back.keys).toEqual([]);
        sound(forth.graph);
        expect(facts(back.graph)).toEqual(facts(forth.graph));
        expect(back.graph.edges.length).toBe(forth.graph.edges.length);
        // Doing both one after the other is what should come out.
        const after = edited(edited(base, 0, some, []), 1, others, []);
        const kept = new Set(base.nodes.map(({ id }) => id));
        expect({ ...forth.graph, nodes: forth.graph.nodes.filter(({ id }) => kept.has(id)) }).toEqual(after);
        expect(forth.graph.nodes.length).toBe(base.nodes.length + more.length + still.length);
      }),
      { numRuns: 300 },
    );
  });

  it("give exactly the same in either order when nothing was added under one id", () => {
    fc.assert(
      fc.property(starts, edits, edits, added, (base, some, others, more) => {
        const [a, b] = [edited(base, 0, some, more), edited(base, 1, others, [])];
        expect(join(base, a, b).graph).toEqual(join(base, b, a).graph);
      }),
      { numRuns: 150 },
    );
  });
});

describe("any edits at all", () => {
  const anything = fc.array(fc.record({ at: fc.nat(40), field: fields, value: fc.nat(4) }), { maxLength: 10 });
  const all = (graph: Workflow, changes: readonly (Edit & { at: number })[]) =>
    changes.reduce((next, { at, ...edit }) => (next.nodes.length === 0 ? next : edit.field === "delete" ? without(next, next.nodes[at % next.nodes.length]!.id) : apply(next, at % next.nodes.length, edit)), graph);

  it("give a workflow that can be saved, whoever is chosen", () => {
    fc.assert(
      fc.property(starts, anything, anything, added, added, fc.infiniteStream(fc.constantFrom<Side>("mine", "theirs")), (base, some, others, more, still, choices) => {
        const plus = (graph: Workflow, extra: typeof more) => extra.reduce((next, { type, x }) => operations.addNode(next, operations.newNode(next, type, { x, y: 0 })), graph);
        const [a, b] = [plus(all(base, some), more), plus(all(base, others), still)];
        sound(join(base, a, b, () => choices.next().value).graph);
      }),
      { numRuns: 300 },
    );
  });

  it("of one side only come out as they are, and nothing is asked", () => {
    fc.assert(
      fc.property(starts, anything, (base, some) => {
        const changed = all(base, some);
        expect(join(base, changed, base)).toMatchObject({ graph: changed, keys: [] });
        expect(join(base, base, changed).graph).toBe(changed);
        expect(join(base, changed, structuredClone(changed)).keys).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the same thing changed in both", () => {
  test.each([
    ["a param", setText(three, "a", "dog"), setText(three, "a", "bus"), "graph/nodes/a/params/text"],
    ["a place", move(three, "a", 10), move(three, "a", 20), "graph/nodes/a/position"],
    ["an input", connected(three, edge("a", "c")), connected(three, edge("b", "c")), "graph/edges/c.in"],
    ["one end of an edge and the other", { ...three, edges: [{ ...edge("a", "b"), source: "c" }] }, { ...three, edges: [{ ...edge("a", "b"), sourcePort: "other" }] }, "graph/edges/b.in"],
    ["deleted and changed", without(three, "a"), setText(three, "a", "dog"), "graph/nodes/a"],
    ["changed and deleted", setText(three, "a", "dog"), without(three, "a"), "graph/nodes/a"],
    ["deleted and connected", without(three, "c"), connected(three, edge("b", "c")), "graph/nodes/c"],
    ["connected and deleted", connected(three, edge("b", "c")), without(three, "c"), "graph/nodes/c"],
  ])("%s is asked for, and either can be had", (_, a, b, key) => {
    const [own, other] = [join(three, a, b, mine), join(three, a, b, theirs)];
    expect(own.keys).toEqual([key]);
    expect(own.graph).toEqual(a);
    expect(other.graph).toEqual(b);
  });

  test("only what both changed is chosen; the rest of both is kept", () => {
    const a = move(setText(three, "a", "dog"), "b", 50);
    const b = setText(setText(three, "a", "bus"), "c", "theirs");
    for (const choose of [mine, theirs]) expect(join(three, a, b, choose).graph.nodes).toMatchObject([{ params: { text: choose === mine ? "dog" : "bus" } }, { position: { x: 50 } }, { params: { text: "theirs" } }]);
  });

  test("a node that stays keeps the edges that went with it", () => {
    const a = without(three, "a");
    const b = setText(three, "a", "dog");
    expect(join(three, a, b, theirs).graph.edges).toEqual([edge("a", "b")]);
    expect(join(three, a, connected(b, edge("a", "c")), mine).graph.edges).toEqual([]);
  });

  test("the name of the workflow too", () => {
    const { value, conflicts } = mergeContents(content(three, "A"), content(three, "B"), content(setText(three, "a", "x"), "C"), mine);
    expect(conflicts.map(conflictKey)).toEqual(["name"]);
    expect(value).toMatchObject({ name: "B", graph: { nodes: [{ params: { text: "x" } }, {}, {}] } });
  });
});

test("nodes and frames that both added under one id are both kept, mine under another", () => {
  const add = (text: string, title: string): Workflow => ({ ...connected(three, edge("prompt", "c", text)), nodes: [...three.nodes, node("prompt", { text })], edges: [...three.edges, edge("prompt", "c", text)], frames: [frame("frame", title)] });
  const { graph, keys, renamed } = join(three, add("mine", "Mine"), add("theirs", "Theirs"));
  expect(keys).toEqual([]);
  expect([...renamed]).toEqual([["prompt", "prompt-2"]]);
  expect(graph.nodes.slice(3)).toEqual(expect.arrayContaining([node("prompt", { text: "theirs" }), node("prompt-2", { text: "mine" })]));
  expect(graph.edges.slice(1)).toEqual(expect.arrayContaining([edge("prompt", "c", "theirs"), edge("prompt-2", "c", "mine")]));
  expect(graph.frames!.map(({ id, title }) => `${id} ${title}`).sort()).toEqual(["frame Theirs", "frame-2 Mine"]);
});

test("more nodes together than a workflow can hold are one choice", () => {
  const many = (from: number): Workflow => ({ ...emptyWorkflow, nodes: Array.from({ length: 3000 }, (_, index) => node(`n${from + index}`)) });
  const { keys, graph } = join(emptyWorkflow, many(0), many(5000), mine);
  expect(keys).toEqual(["graph"]);
  expect(graph.nodes).toHaveLength(3000);
});

describe("fields that nobody knows yet", () => {
  const inner = (text: string, more: object[] = []) => ({ id: "s", title: "Sub", nodes: [node("a", { text }), ...more], edges: [edge("a", "b")], exposed: ["x"] });
  const later = (fields: object) => ({ name: "n", graph: { ...three, ...fields } as unknown as Workflow });
  const joined = (base: object, a: object, b: object) => {
    const { value, conflicts } = merge(later(base), later(a), later(b), theirs);
    return { graph: value.graph as unknown as Record<string, unknown>, keys: conflicts.map(conflictKey) };
  };

  test("are merged by name, id or input, inside of graphs within graphs as well", () => {
    const { graph, keys } = joined(
      { subgraphs: { s: inner("cat", [node("b")]) }, options: { grid: 1 } },
      { subgraphs: { s: inner("dog", [node("b")]), mine: inner("1") }, options: { grid: 1, snap: true }, list: ["p", "q"] },
      { subgraphs: { s: { ...inner("cat", [node("b"), node("c")]), exposed: ["x", "y"] }, theirs: inner("2") }, options: { grid: 2 } },
    );
    expect(keys).toEqual([]);
    expect(graph).toMatchObject({ options: { grid: 2, snap: true }, list: ["p", "q"] });
    expect(graph.subgraphs).toEqual({ s: { ...inner("dog", [node("b"), node("c")]), exposed: ["x", "y"] }, mine: inner("1"), theirs: inner("2") });
  });

  test("are asked for where two things share a name", () => {
    expect(joined({}, { subgraphs: { s: inner("1") } }, { subgraphs: { s: inner("2") } }).keys).toEqual(["graph/subgraphs/s"]);
  });

  test("names that every object has are names like any", () => {
    const odd = JSON.parse('{"options": {"__proto__": 1, "constructor": 2}}') as object;
    const { graph, keys } = joined({ options: {} }, odd, { options: { own: 3 } });
    expect(keys).toEqual([]);
    expect(JSON.parse(JSON.stringify(graph.options))).toEqual(JSON.parse('{"own": 3, "__proto__": 1, "constructor": 2}'));
    expect(Object.getPrototypeOf(graph.options)).toBe(Object.prototype);
  });
});

test("what did not change stays the same object, whatever the order of its fields", () => {
  const { position, params, ...rest } = three.nodes[1]!;
  const sent = { ...structuredClone(setText(three, "a", "dog")), nodes: [setText(three, "a", "dog").nodes[0]!, { params, position, ...rest }, structuredClone(three.nodes[2]!)] };
  const shared = sharing(three, sent);
  expect(shared).toEqual(sent);
  expect(shared.nodes[1]).toBe(three.nodes[1]);
  expect(shared.nodes[0]!.position).toBe(three.nodes[0]!.position);
  expect(shared.edges).toBe(three.edges);
  expect(sharing(three, structuredClone(three))).toBe(three);
});

test("conflicts are said in words", () => {
  const base: Workflow = { ...emptyWorkflow, nodes: [node("p", { text: "a" }), { ...node("q"), title: "Second" }], edges: [], frames: [frame("f", "Group")] };
  const a = connected(without(setText(base, "p", `${"long ".repeat(30)}cat`), "q"), edge("p", "p", "x"));
  const b = connected(setText(move(base, "q", 7), "p", `${"long ".repeat(30)}dog`), edge("q", "p", "x"));
  const words = join(base, a, b).conflicts.map((conflict) => conflictWords(conflict, [a, b], english));
  expect(words).toEqual([
    { thing: "Prompt", field: "Prompt", mine: expect.stringMatching(/^….*cat$/), theirs: expect.stringMatching(/^….*dog$/) },
    { thing: "Second", field: "", mine: "deleted", theirs: "kept and changed" },
    { thing: "Prompt", field: "Connection to x", mine: "from Prompt", theirs: "from Second" },
  ]);
});

test("what a subgraph's card shows of a node follows the node to its new id", () => {
  const card: WorkflowNode = { ...node("card"), type: "subgraph", exposed: { inputs: [], outputs: [{ node: "new", port: "text" }], params: [{ node: "new", param: "text" }] } };
  const own = { ...three, nodes: [...three.nodes, { ...node("new", { text: "mine" }), inside: "card" }, card] };
  const other = { ...three, nodes: [...three.nodes, node("new", { text: "theirs" })] };
  const { graph, renamed } = join(three, own, other);
  const id = renamed.get("new")!;
  expect(graph.nodes.find(({ type }) => type === "subgraph")!.exposed).toEqual({ inputs: [], outputs: [{ node: id, port: "text" }], params: [{ node: id, param: "text" }] });
  expect(graph.nodes.find((one) => one.id === id)).toMatchObject({ inside: "card", params: { text: "mine" } });
});
