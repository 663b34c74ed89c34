import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { mergeContents } from "./document-merge";
import { afterOthers, amend, closeGroup, type EditorDocument, emptyHistory, type History, isInHand, record, redo, undo } from "./history";
import * as operations from "./operations";

const node = (id: string): WorkflowNode => ({ id, type: "prompt", version: 1, position: { x: 0, y: 0 }, params: { text: "" } });
const start: Workflow = { ...emptyWorkflow, nodes: ["a", "b", "c", "d"].map(node), edges: [{ source: "a", sourcePort: "out", target: "b", targetPort: "in" }] };
const documentOf = (graph: Workflow): EditorDocument => ({ name: "w", graph, selection: new Set(), selectedAnnotations: new Set(), level: null });
const textOf = (graph: Workflow, id: string) => graph.nodes.find((one) => one.id === id)?.params.text;
const idsOf = (graph: Workflow) => graph.nodes.map(({ id }) => id).sort();
const write = (id: string, text: string) => (graph: Workflow) => operations.setParam(graph, id, "text", text);
const add = (id: string) => (graph: Workflow) => operations.addNode(graph, node(id));
const remove = (id: string) => (graph: Workflow) => operations.deleteNodes(graph, new Set([id]));

/** One editor, in which edits are made here, and others' edits arrive. */
function editor() {
  let history: History = emptyHistory;
  let current = documentOf(start);
  return {
    here(change: (graph: Workflow) => Workflow, group: string | null = null) {
      const after = documentOf(change(current.graph));
      if (after.graph === current.graph) return;
      history = record(history, current, after, group, 0);
      current = after;
    },
    /** `renamed`: what taking theirs in had to call otherwise. */
    elsewhere(change: (graph: Workflow) => Workflow, renamed: ReadonlyMap<string, string> = new Map()) {
      current = documentOf(change(current.graph));
      history = afterOthers(history, renamed);
    },
    amended(change: (graph: Workflow) => Workflow) {
      const next = documentOf(change(current.graph));
      history = amend(history, current, next);
      current = next;
    },
    undo: () => {
      const step = undo(history, current);
      if (step) ({ history, document: current } = step);
      return step !== null;
    },
    redo: () => {
      const step = redo(history, current);
      if (step) ({ history, document: current } = step);
      return step !== null;
    },
    graph: () => current.graph,
  };
}

describe("undoing across what others did", () => {
  it("takes back only what was done here", () => {
    const one = editor();
    one.here(write("a", "mine"));
    one.elsewhere(write("b", "theirs"));
    one.here(add("new"));
    one.elsewhere(remove("d"));
    one.undo();
    one.undo();
    expect(textOf(one.graph(), "a")).toBe("");
    expect(textOf(one.graph(), "b")).toBe("theirs");
    expect(idsOf(one.graph())).toEqual(["a", "b", "c"]);
    one.redo();
    one.redo();
    expect(textOf(one.graph(), "a")).toBe("mine");
    expect(idsOf(one.graph())).toEqual(["a", "b", "c", "new"]);
  });

  it("leaves alone what others changed since, and goes on to the step before", () => {
    const one = editor();
    one.here(write("c", "earlier"));
    one.here(write("a", "mine"));
    one.elsewhere(write("a", "theirs"));
    one.undo();
    expect(textOf(one.graph(), "a")).toBe("theirs");
    expect(textOf(one.graph(), "c")).toBe("");
    expect(one.undo()).toBe(false);
  });

  it("keeps a node added here that others have used", () => {
    const one = editor();
    one.here(add("new"));
    one.elsewhere((graph) => ({ ...graph, edges: [...graph.edges, { source: "c", sourcePort: "out", target: "new", targetPort: "in" }] }));
    one.undo();
    expect(idsOf(one.graph())).toContain("new");
    expect(one.graph().edges).toHaveLength(2);
  });

  it("brings back a deleted node with its edges, unless their other ends are gone", () => {
    const one = editor();
    one.here(remove("a"));
    one.elsewhere(write("c", "theirs"));
    one.undo();
    expect(one.graph().edges).toEqual(start.edges);
    one.redo();
    one.elsewhere(remove("b"));
    one.undo();
    expect(idsOf(one.graph())).toEqual(["a", "c", "d"]);
    expect(one.graph().edges).toEqual([]);
  });

  it("knows whether something is in the hand", () => {
    const [typed, noted, resized] = ["param:a.text", "hold:write:note:a", "hold:resize"].map((group) => record(emptyHistory, documentOf(start), documentOf(start), group, 0));
    expect([emptyHistory, typed!, noted!, resized!, closeGroup(resized!)].map(isInHand)).toEqual([false, false, false, true, false]);
  });

  it("does not let a held edit that others interrupted take their work back", () => {
    const one = editor();
    const drag = (x: number) => one.here((graph) => operations.moveNodes(graph, new Map([["a", { x, y: 0 }]])), "hold:resize");
    drag(1);
    one.elsewhere(write("b", "theirs"));
    drag(2);
    one.undo();
    one.undo();
    expect(textOf(one.graph(), "b")).toBe("theirs");
    expect(one.graph().nodes.find(({ id }) => id === "a")!.position.x).toBe(0);
  });

  it("nor does what the program put in meanwhile", () => {
    const one = editor();
    one.here(write("a", "mine"));
    one.elsewhere(write("b", "theirs"));
    one.amended((graph) => operations.setParam(graph, "c", "seed", 7));
    one.undo();
    expect(textOf(one.graph(), "b")).toBe("theirs");
    expect(textOf(one.graph(), "a")).toBe("");
  });

  it("knows a node again that got another id", () => {
    const one = editor();
    one.here(add("new"));
    const theirs = { ...start, nodes: [...start.nodes, { ...node("new"), title: "theirs" }] };
    const base = documentOf(start);
    const { value, renamed } = mergeContents(base, documentOf(one.graph()), documentOf(theirs), () => "theirs");
    one.elsewhere(() => value.graph, renamed);
    expect(idsOf(one.graph())).toEqual(["a", "b", "c", "d", "new", "new-2"]);
    one.undo();
    expect(one.graph()).toEqual(theirs);
  });
});

/** Edits of one's own nodes, by side: a and c are mine, b and d theirs. */
const change = (ids: readonly string[]) =>
  fc.oneof(
    fc.record({ id: fc.constantFrom(...ids), text: fc.string({ maxLength: 2 }) }).map(({ id, text }) => write(id, text)),
    fc.record({ id: fc.constantFrom(...ids), x: fc.nat(9) }).map(({ id, x }) => (graph: Workflow) => operations.moveNodes(graph, new Map([[id, { x, y: 0 }]]))),
  );
const step = fc.oneof(
  change(["a", "c"]).map((edit) => ({ by: "here" as const, edit })),
  change(["b", "d"]).map((edit) => ({ by: "elsewhere" as const, edit })),
  fc.constantFrom({ by: "undo" as const }, { by: "redo" as const }),
);

test("whatever both do to different nodes: undoing all leaves exactly the others' work, redoing all gives exactly what there was", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const one = editor();
      let others = start;
      for (const action of steps) {
        if (action.by === "elsewhere") others = action.edit(others);
        if (action.by === "here") one.here(action.edit);
        else if (action.by === "elsewhere") one.elsewhere(action.edit);
        else one[action.by]();
      }
      while (one.redo());
      const last = JSON.stringify(one.graph());
      while (one.undo());
      expect(JSON.stringify(one.graph())).toBe(JSON.stringify(others));
      while (one.redo());
      expect(JSON.stringify(one.graph())).toBe(last);
    }),
    { numRuns: 300 },
  );
});
