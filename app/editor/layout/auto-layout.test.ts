import { describe, expect, it } from "vitest";
import { presets } from "@/nodes/presets";
import type { Box } from "../graph/arrange";
import { autoLayout } from "./auto-layout";

const boxesOf = (nodes: readonly { id: string }[]): Box[] => nodes.map(({ id }, index) => ({ id, x: 300 - index, y: 50 + index, width: 180 + (index % 3) * 60, height: 80 + (index % 4) * 90 }));
const laidOut = (boxes: readonly Box[], edges: readonly { source: string; target: string }[]) => {
  const places = autoLayout({ boxes, edges });
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
    expect(autoLayout({ boxes: [], edges: [] }).size).toBe(0);
  });

  it("places many nodes without overlap too", () => {
    const nodes = Array.from({ length: 400 }, (_, index) => ({ id: `${index}` }));
    const edges = nodes.slice(1).flatMap(({ id }, index) => (index % 8 === 7 ? [] : [{ source: `${index}`, target: id }]));
    const placed = laidOut(boxesOf(nodes), edges);
    expect(placed.some((a, index) => placed.slice(index + 1).some((b) => overlap(a, b)))).toBe(false);
  });
});
