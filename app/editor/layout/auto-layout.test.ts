import { describe, expect, it } from "vitest";
import { presets } from "@/nodes/presets";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { addFrame, contentsOf, frameAround } from "../graph/annotations";
import { type Box, boundsOf } from "../graph/arrange";
import { moveNodes } from "../graph/operations";
import { autoLayout } from "./auto-layout";
import { applyLayout, layoutPlan } from "./layout-plan";

const boxesOf = (nodes: readonly { id: string }[]) => nodes.map(({ id }, index) => ({ id, parent: null, x: 300 - index, y: 50 + index, width: 180 + (index % 3) * 60, height: 80 + (index % 4) * 90 }));
const laidOut = (boxes: ReturnType<typeof boxesOf>, edges: readonly { source: string; target: string }[]) => {
  const places = autoLayout({ boxes, frames: [], edges });
  return boxes.map((box) => ({ ...box, ...places.get(box.id) }));
};
const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe("auto-layout", () => {
  it.each(presets.map(({ id, graph }) => [id, graph] as const))("of %s: edges run to the right and no cards overlap", (_, { nodes, edges }) => {
    const placed = laidOut(boxesOf(nodes), edges);
    const box = (id: string) => placed.find((candidate) => candidate.id === id)!;
    for (const { source, target } of edges) expect(box(source).x + box(source).width).toBeLessThan(box(target).x);
    placed.forEach((a, index) => placed.slice(index + 1).forEach((b) => expect(overlap(a, b), `${a.id} and ${b.id}`).toBe(false)));
  });

  it("begins where the nodes were, on whole pixels, and gives the same again", () => {
    const { nodes, edges } = presets[0]!.graph;
    const once = laidOut(boxesOf(nodes), edges);
    expect(Math.min(...once.map(({ x }) => x))).toBe(Math.min(...boxesOf(nodes).map(({ x }) => x)));
    expect(Math.min(...once.map(({ y }) => y))).toBe(Math.min(...boxesOf(nodes).map(({ y }) => y)));
    expect(once.every(({ x, y }) => Number.isInteger(x) && Number.isInteger(y))).toBe(true);
    expect(laidOut(once, edges)).toEqual(once);
  });

  it("takes loops, edges to nodes it does not place, and nothing at all", () => {
    const boxes = boxesOf([{ id: "a" }, { id: "b" }]);
    const placed = laidOut(boxes, [{ source: "a", target: "b" }, { source: "b", target: "a" }, { source: "b", target: "elsewhere" }]);
    expect(overlap(placed[0]!, placed[1]!)).toBe(false);
    expect(autoLayout({ boxes: [], frames: [], edges: [] }).size).toBe(0);
  });

  it("places many nodes without overlap too", () => {
    const nodes = Array.from({ length: 400 }, (_, index) => ({ id: `${index}` }));
    const edges = nodes.slice(1).flatMap(({ id }, index) => (index % 8 === 7 ? [] : [{ source: `${index}`, target: id }]));
    const placed = laidOut(boxesOf(nodes), edges);
    // 50 pipelines: side by side as well as below each other, like a screen and not like a roll.
    const { width, height } = boundsOf(placed)!;
    expect(width / height).toBeGreaterThan(0.8);
    expect(width / height).toBeLessThan(3);
    expect(placed.some((a, index) => placed.slice(index + 1).some((b) => overlap(a, b)))).toBe(false);
  });

  it("keeps what frames hold together, with nothing else in them", () => {
    const { nodes, edges } = presets[0]!.graph;
    const sizes = new Map(boxesOf(nodes).map(({ id, width, height }) => [id, { width, height }]));
    // Far apart at first, so that each frame holds only its own.
    const spread: Workflow = { ...emptyWorkflow, nodes: nodes.map((node, index) => ({ ...node, position: { x: 300 - index, y: 50 + index } })), edges };
    const held = [nodes.slice(0, 2), nodes.slice(4, 6)].map((group) => group.map(({ id }) => id));
    const apart = moveNodes(spread, new Map(held.flatMap((ids, group) => ids.map((id, index) => [id, { x: 5000 * (group + 1), y: index * 900 }] as const))));
    const boxes = (graph: Workflow) => graph.nodes.map(({ id, position }) => ({ id, ...position, ...sizes.get(id)! }));
    const graph = held.reduce((current, ids) => addFrame(current, frameAround(boxes(current).filter(({ id }) => ids.includes(id)))!).workflow, apart);
    const plan = layoutPlan(graph, sizes, null);
    const after = applyLayout(graph, plan, autoLayout(plan));
    after.frames!.forEach((frame, group) => {
      expect([...contentsOf(after, frame, sizes).nodes].sort()).toEqual([...held[group]!].sort());
      const area = { id: frame.id, ...frame.position, ...frame.size };
      for (const box of boxes(after)) expect(overlap(area, box), `${box.id} in ${frame.id}`).toBe(held[group]!.includes(box.id));
    });
  });

  it("leaves locked nodes, and frames that hold some", () => {
    const { nodes, edges } = presets[0]!.graph;
    const graph = addFrame({ ...emptyWorkflow, nodes: nodes.map((node, index) => (index === 0 ? { ...node, locked: true as const } : node)), edges }, { ...nodes[0]!.position, width: 300, height: 300 }).workflow;
    const plan = layoutPlan(graph, new Map(), null);
    expect(plan.boxes.map(({ id }) => id)).not.toContain(nodes[0]!.id);
    expect(plan.frames).toEqual([]);
  });

  it("lays no card on a locked one, which stays where it is", () => {
    const { graph } = presets[0]!;
    const locked = graph.nodes[2]!.id;
    const workflow: Workflow = { ...graph, nodes: graph.nodes.map((node) => (node.id === locked ? { ...node, locked: true as const, position: { x: 300, y: 40 } } : node)) };
    const plan = layoutPlan(workflow, new Map(), null);
    const after = applyLayout(workflow, plan, autoLayout(plan));
    expect(after.nodes.find(({ id }) => id === locked)!.position).toEqual({ x: 300, y: 40 });
    const placed = layoutPlan({ ...after, nodes: after.nodes.map(({ locked: _, ...node }) => node) }, new Map(), null).boxes;
    const stays = placed.find(({ id }) => id === locked)!;
    expect(placed.filter((box) => box !== stays && overlap(box, stays)).map(({ id }) => id)).toEqual([]);
  });
});

it("a frame whose only card belongs to a smaller one that reaches out of it stays as it is, within a third", () => {
  const graph: Workflow = { ...presets[0]!.graph, nodes: presets[0]!.graph.nodes.slice(0, 1), edges: [] };
  const [card] = layoutPlan(graph, new Map(), null).boxes;
  const [x, y] = [card!.x + card!.width / 2, card!.y + card!.height / 2];
  const frames = [{ x: x - 150, y: y - 150, width: 300, height: 300 }, { x: x - 20, y: y - 20, width: 400, height: 400 }, { x: x - 900, y: y - 900, width: 1800, height: 1800 }];
  const framed = frames.reduce((workflow, bounds) => addFrame(workflow, bounds).workflow, graph);
  const plan = layoutPlan(framed, new Map(), null);
  const [small, reached, great] = plan.frames;
  expect([small!.parent, reached!.parent, great!.parent]).toEqual([great!.key, great!.key, null]);
  const after = applyLayout(framed, plan, autoLayout(plan));
  expect(after.frames![1]).toEqual(framed.frames![1]);
  expect(after.frames![0]).not.toEqual(framed.frames![0]);
});
