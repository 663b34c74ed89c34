import { describe, expect, test } from "vitest";
import { emptyWorkflow, type Workflow, type WorkflowEdge, type WorkflowNode, workflowSchema } from "@/nodes/workflow";
import { applyLayout, layoutPlan } from "../layout/layout-plan";
import { addFrame, contentsOfFrames, moveWithContents, pasteFragment, selectedFragment } from "./annotations";
import { fold, unfold } from "./folding";
import { insertInto } from "./insertion";
import { edgesAt } from "./level-edges";
import { withOutsideEdges } from "./outside-edges";
import { addNode, connect, deleteNodes, disconnect, newNode, reconnect } from "./operations";
import { addReroute, ledThrough, moveReroutes, nearestPart, removeReroutes, reroutesAt, reroutesOf } from "./reroutes";

const node = (id: string, type: string, x: number): WorkflowNode => ({ id, type, version: 1, position: { x, y: 0 }, params: {} });
const edge = (target: string, via?: [number, number][]): WorkflowEdge => ({ source: "p", sourcePort: "text", target, targetPort: "text", ...(via && { via: via.map(([x, y]) => ({ x, y })) }) });
const graph = (...edges: WorkflowEdge[]): Workflow => workflowSchema.parse({ ...emptyWorkflow, nodes: [node("p", "prompt", 0), node("a", "text-encoder", 900), node("b", "text-encoder", 900), node("u", "visual-branch-unmasker", 900)], edges });
const toA = "p.text→a.text";
const dots = (workflow: Workflow) => [...reroutesOf(workflow).values()].map(({ position: { x, y }, at }) => `${x},${y} in ${at.map(({ edge }) => edge.slice(7, 8)).join("")}`);
const keyAt = (workflow: Workflow, x: number) => [...reroutesOf(workflow).values()].find(({ position }) => position.x === x)!.key;

describe("dots", () => {
  test("at one place are shared by the edges of one output, and by no others", () => {
    const elsewhere: WorkflowEdge = { source: "a", sourcePort: "conditioning", target: "u", targetPort: "text", via: [{ x: 10, y: 5 }] };
    expect(dots(graph(edge("a", [[10, 5], [20, 5]]), edge("b", [[10, 5]]), elsewhere)).slice(0, 2)).toEqual(["10,5 in ab", "20,5 in a"]);
    expect(reroutesOf(graph(edge("a", [[10, 5], [20, 5]]), edge("b", [[10, 5]]), elsewhere)).size).toBe(3);
  });

  test("go where the edge was touched, into every edge that runs along there", () => {
    const shared = graph(edge("a", [[100, 0], [300, 0]]), edge("b", [[100, 0], [300, 0]]), edge("u"));
    expect(nearestPart([{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 300, y: 0 }, { x: 900, y: 0 }], { x: 210, y: 40 })).toBe(1);
    const between = addReroute(shared, toA, 1, { x: 200.4, y: 40 })!;
    expect(dots(between.workflow)).toEqual(["100,0 in ab", "200,40 in ab", "300,0 in ab"]);
    expect(reroutesOf(between.workflow).get(between.key)!.position).toEqual({ x: 200, y: 40 });
    expect(dots(addReroute(shared, toA, 2, { x: 500, y: 0 })!.workflow)).toEqual(["100,0 in ab", "300,0 in ab", "500,0 in a"]);
    expect(workflowSchema.safeParse(between.workflow).success).toBe(true);
  });

  test("are refused on an edge that is gone, full, or has one there", () => {
    expect(addReroute(graph(), toA, 0, { x: 1, y: 1 })).toBeNull();
    expect(addReroute(graph(edge("a", Array.from({ length: 64 }, (_, x) => [x, 0]))), toA, 0, { x: 1, y: 9 })).toBeNull();
    expect(addReroute(graph(edge("a", [[5, 5]])), toA, 0, { x: 5, y: 5 })).toBeNull();
  });

  test("move for all that share them, and never onto another of their output", () => {
    const shared = graph(edge("a", [[100, 0]]), edge("b", [[100, 0], [200, 0]]));
    const moved = moveReroutes(shared, new Map([[keyAt(shared, 100), { x: 150, y: 50 }]]));
    expect(dots(moved)).toEqual(["150,50 in ab", "200,0 in b"]);
    expect(keyAt(moved, 150)).toBe(keyAt(shared, 100));
    expect(moveReroutes(moved, new Map([[keyAt(moved, 150), { x: 200, y: 0 }]]))).toBe(moved);
    expect(moveReroutes(shared, new Map([["reroute:nothing#0", { x: 1, y: 1 }]]))).toBe(shared);
  });

  test("are taken away with no trace, and go with their edges", () => {
    const shared = graph(edge("a", [[100, 0]]), edge("b", [[100, 0]]));
    expect(removeReroutes(shared, new Set([keyAt(shared, 100)])).edges).toEqual([edge("a"), edge("b")]);
    expect(removeReroutes(shared, new Set(["reroute:x#0"]))).toBe(shared);
    expect(dots(disconnect(shared, new Set([toA])))).toEqual(["100,0 in b"]);
    expect(dots(deleteNodes(shared, new Set(["p"])))).toEqual([]);
  });
});

describe("what else changes edges", () => {
  test("an edge drawn from a dot runs through what lies before it", () => {
    const one = graph(edge("a", [[100, 0], [200, 0]]));
    const { source, sourcePort, via } = reroutesOf(one).get(keyAt(one, 100))!;
    expect(dots(connect(one, ledThrough({ source, sourcePort, target: "b", targetPort: "text" }, via)))).toEqual(["100,0 in ab", "200,0 in a"]);
  });

  test("an end that is moved leaves the way as it was", () => {
    expect(dots(reconnect(graph(edge("a", [[100, 0]])), toA, edge("b")))).toEqual(["100,0 in b"]);
  });

  test("a node put into an edge shares its dots out by side", () => {
    const whole = addNode(graph(edge("a", [[100, 0], [600, 0]])), { ...newNode(graph(), "prompt", { x: 300, y: 0 }), paramInputs: ["text"] });
    const into = insertInto(whole, "prompt", toA);
    // A prompt has no input by its type: it does not go in, and nothing is lost.
    expect(into).toBe(whole);
    const patches = workflowSchema.parse({ ...emptyWorkflow, nodes: [node("u", "visual-branch-unmasker", 0), node("m", "patch-mask", 300), node("d", "latent-downsampler", 900)], edges: [{ source: "u", sourcePort: "patches", target: "d", targetPort: "patches", via: [{ x: 100, y: 0 }, { x: 600, y: 0 }] }] });
    expect(insertInto(patches, "m", "u.patches→d.patches").edges.map(({ target, via }) => [target, via?.map(({ x }) => x)])).toEqual([["m", [100]], ["d", [600]]]);
  });

  test("copies have the dots of the edges among them, moved along; fed from outside, they branch off them", () => {
    const one = graph(edge("a", [[100, 0]]));
    const both = selectedFragment(one, new Set(["p", "a"]), new Set(), new Map());
    expect(pasteFragment(one, both, { x: 7, y: 9 }).workflow.edges.at(-1)!.via).toEqual([{ x: 107, y: 9 }]);
    const alone = selectedFragment(one, new Set(["a"]), new Set(), new Map());
    const pasted = pasteFragment(one, alone, { x: 7, y: 9 });
    expect(pasted.workflow.edges).toEqual(one.edges);
    const fed = withOutsideEdges(pasted.workflow, alone, pasted.renamed);
    expect(fed.edges).toEqual([...one.edges, { ...edge("text-encoder"), via: [{ x: 100, y: 0 }] }]);
    expect(withOutsideEdges(deleteNodes(pasted.workflow, new Set(["p"])), alone, pasted.renamed).edges).toEqual([]);
  });

  test("a frame takes the dots in it along", () => {
    const { workflow, key } = addFrame(graph(edge("a", [[400, 300], [800, 0]])), { x: 300, y: 200, width: 300, height: 200 });
    const moved = moveWithContents(workflow, new Map([[key, { x: 310, y: 220 }]]), contentsOfFrames(workflow, [key], new Map()));
    expect(dots(moved)).toEqual(["410,320 in a", "800,0 in a"]);
  });

  test("laying out straightens the edges of what it moves", () => {
    const led = graph(edge("a", [[100, 0]]), edge("b", [[100, 0]]));
    const plan = layoutPlan(led, new Map(), null);
    expect(dots(applyLayout(led, plan, new Map([["a", { x: 1, y: 1 }]])))).toEqual(["100,0 in b"]);
  });

  test("folded, dots lie where both ends of their edge do; unfolded, they come out with them", () => {
    const led = graph(edge("a", [[400, 50]]), edge("b", [[400, 50]]));
    const folded = fold(led, new Set(["p", "a"]), new Set(), null);
    const inside = reroutesAt(folded.workflow, folded.id);
    expect([...inside.values()].map(({ at }) => at.map(({ edge }) => edge))).toEqual([[toA]]);
    // The other edge leaves the card, and is led through its dot outside.
    expect([...reroutesAt(folded.workflow, null).values()].map(({ at }) => at.map(({ edge }) => edge))).toEqual([["p.text→b.text"]]);
    expect(edgesAt(folded.workflow, null).map(({ edge: { source, via } }) => [source, via])).toEqual([[folded.id, [{ x: 400, y: 50 }]]]);
    const card = moveReroutes({ ...folded.workflow, nodes: folded.workflow.nodes.map((one) => (one.id === folded.id ? { ...one, position: { x: one.position.x + 7, y: one.position.y + 9 } } : one)) }, new Map());
    expect(dots(unfold(card, folded.id!).workflow)).toEqual(["407,59 in a", "400,50 in b"]);
  });
});
