import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyWorkflow, type Workflow, workflowSchema } from "@/nodes/workflow";
import * as annotations from "./annotations";
import { setCollapsed, setColor, setLocked, unlocked } from "./decoration";
import { fragmentText, readFragment } from "./fragment-text";
import { addNode, newNode } from "./operations";

const sizes = new Map([["prompt", { width: 200, height: 100 }], ["text-encoder", { width: 200, height: 100 }], ["vae-decode", { width: 200, height: 100 }]]);
const cards = (["prompt", "text-encoder", "vae-decode"] as const).reduce((graph: Workflow, type, index) => addNode(graph, newNode(graph, type, { x: index * 300, y: 0 })), emptyWorkflow);

/** A frame around the first two cards, with a note in it and one outside. */
function furnished(): Workflow {
  const around = annotations.frameAround([{ x: 0, y: 0, width: 200, height: 100 }, { x: 300, y: 0, width: 200, height: 160 }])!;
  const framed = annotations.addFrame(cards, around).workflow;
  return annotations.addNote(annotations.addNote(framed, { x: 10, y: 10 }, "# inside").workflow, { x: 900, y: 900 }, "outside").workflow;
}

describe("frames and notes", () => {
  it("are saved, and a workflow without any is written as before", () => {
    const graph = furnished();
    expect(workflowSchema.parse(JSON.parse(JSON.stringify(graph)))).toEqual(graph);
    expect(annotations.annotationKeys(graph)).toEqual(["frame:frame", "note:note", "note:note-2"]);
    expect(annotations.deleteAnnotations(graph, new Set(annotations.annotationKeys(graph)))).toEqual(cards);
    expect(Object.keys(annotations.deleteAnnotations(graph, new Set(annotations.annotationKeys(graph))))).toEqual(Object.keys(cards));
  });

  it("two with one id are refused", () => {
    const graph = furnished();
    expect(workflowSchema.safeParse({ ...graph, notes: [graph.notes![0], graph.notes![0]] }).error?.issues[0]).toMatchObject({ path: ["notes"], message: "Two notes have the same id." });
  });

  it("a frame holds the nodes and notes whose centre lies in it, and smaller frames that lie in it", () => {
    const graph = annotations.addFrame(furnished(), { x: 0, y: 0, width: 200, height: 120 }).workflow;
    const [outer, inner] = graph.frames!;
    expect(annotations.contentsOf(graph, outer!, sizes)).toEqual({ nodes: new Set(["prompt", "text-encoder"]), annotations: new Set(["frame:frame-2", "note:note"]) });
    expect(annotations.contentsOf(graph, inner!, sizes)).toEqual({ nodes: new Set(["prompt"]), annotations: new Set(["note:note"]) });
  });

  it("moving a frame moves what it holds as far, however often it is moved", () => {
    const graph = furnished();
    fc.assert(
      fc.property(fc.array(fc.record({ x: fc.integer({ min: -5000, max: 5000 }), y: fc.integer({ min: -5000, max: 5000 }) }), { minLength: 1, maxLength: 6 }), (places) => {
        const held = annotations.contentsOfFrames(graph, ["frame:frame"], sizes);
        const moved = places.reduce((current, at) => annotations.moveWithContents(current, new Map([["frame:frame", at]]), held), graph);
        const [dx, dy] = [moved.frames![0]!.position.x - graph.frames![0]!.position.x, moved.frames![0]!.position.y - graph.frames![0]!.position.y];
        expect(moved.frames![0]!.position).toEqual(places.at(-1));
        expect(moved.nodes.map(({ position }) => position)).toEqual([{ x: dx, y: dy }, { x: 300 + dx, y: dy }, { x: 600, y: 0 }]);
        expect(moved.notes!.map(({ position }) => position)).toEqual([{ x: 10 + dx, y: 10 + dy }, { x: 900, y: 900 }]);
      }),
    );
  });

  it("a selected card in a dragged frame goes where it was dragged, not twice as far", () => {
    const graph = furnished();
    const { x, y } = graph.frames![0]!.position;
    const moved = annotations.moveWithContents(graph, new Map([["frame:frame", { x: x + 50, y }], ["prompt", { x: 50, y: 0 }]]), annotations.contentsOfFrames(graph, ["frame:frame"], sizes));
    expect(moved.nodes.map(({ position }) => position.x)).toEqual([50, 350, 600]);
  });

  it("the same workflow comes back when nothing changes", () => {
    const graph = furnished();
    const [frame] = graph.frames!;
    expect(annotations.moveWithContents(graph, new Map([["frame:frame", frame!.position]]), new Map())).toBe(graph);
    expect(annotations.resizeAnnotation(graph, "frame:frame", frame!.size)).toBe(graph);
    expect(annotations.renameFrame(graph, "frame:frame", "  Frame ")).toBe(graph);
    expect(annotations.setNoteText(graph, "note:note", "# inside")).toBe(graph);
    expect(annotations.colorFrames(graph, new Set(["frame:frame"]), null)).toBe(graph);
    expect(annotations.deleteAnnotations(graph, new Set(["note:absent", "prompt"]))).toBe(graph);
  });

  it("are resized to no less than what can be taken hold of, renamed and coloured", () => {
    const graph = furnished();
    expect(annotations.resizeAnnotation(graph, "note:note", { width: 3, height: 500.4 }).notes![0]!.size).toEqual({ width: 120, height: 500 });
    expect(annotations.renameFrame(graph, "frame:frame", " Drawing ").frames![0]!.title).toBe("Drawing");
    expect(workflowSchema.safeParse(annotations.setNoteText(graph, "note:note", `a\0${"\ud83d"}b`)).success).toBe(true);
    const painted = annotations.colorFrames(graph, new Set(["frame:frame", "note:note"]), "moss");
    expect(painted.frames![0]!.color).toBe("moss");
    expect(annotations.colorFrames(painted, new Set(["frame:frame"]), null)).toEqual(graph);
  });

  it("are copied with what a frame holds, as text, and pasted under fresh ids", () => {
    const graph = furnished();
    const copied = annotations.selectedFragment(graph, new Set(), new Set(["frame:frame"]), sizes);
    const read = readFragment(fragmentText(copied));
    if (!read.ok) throw new Error(read.message);
    const { workflow, ids, annotations: keys } = annotations.pasteFragment(graph, read.fragment, { x: 7, y: 9 });
    expect(ids).toEqual(["prompt-2", "text-encoder-2"]);
    expect(keys).toEqual(["frame:frame-2", "note:note-3"]);
    expect(workflow.frames![1]!.position).toEqual({ x: graph.frames![0]!.position.x + 7, y: graph.frames![0]!.position.y + 9 });
    expect(workflow.notes).toHaveLength(3);
    expect(workflowSchema.parse(workflow)).toEqual(workflow);
  });

  it("notes alone are a fragment, too", () => {
    const copied = annotations.selectedFragment(furnished(), new Set(), new Set(["note:note-2"]), sizes);
    expect(readFragment(fragmentText(copied))).toMatchObject({ ok: true, fragment: { nodes: [], notes: [{ text: "outside" }] } });
  });
});

describe("the look of cards", () => {
  const both = new Set(["prompt", "vae-decode"]);

  it.each([
    ["collapsed", (graph: Workflow, on: boolean) => setCollapsed(graph, both, on), true],
    ["locked", (graph: Workflow, on: boolean) => setLocked(graph, both, on), true],
    ["color", (graph: Workflow, on: boolean) => setColor(graph, both, on ? "plum" : null), "plum"],
  ] as const)("%s is written down, and leaves no trace when it is taken back", (name, set, value) => {
    const changed = set(cards, true);
    expect(changed.nodes.map((node) => node[name])).toEqual([value, undefined, value]);
    expect(workflowSchema.parse(changed)).toEqual(changed);
    expect(set(changed, true)).toBe(changed);
    expect(set(cards, false)).toBe(cards);
    expect(JSON.stringify(set(changed, false))).toBe(JSON.stringify(cards));
  });

  it("locked nodes are left out of what may be moved or deleted; their copies are not locked", () => {
    const graph = setLocked(cards, new Set(["prompt"]), true);
    expect([...unlocked(graph, both)]).toEqual(["vae-decode"]);
    const { workflow } = annotations.pasteFragment(graph, annotations.selectedFragment(graph, both, new Set(), sizes), { x: 1, y: 1 });
    expect(workflow.nodes.map(({ locked }) => locked)).toEqual([true, undefined, undefined, undefined, undefined]);
  });
});
