/** Places for the cards of a workflow, left to right along its edges (docs/decisions/0015). */
import { Graph, layout } from "@dagrejs/dagre";
import { type Box, boundsOf } from "../graph/arrange";
import type { Point } from "../graph/operations";

export interface LayoutRequest {
  /** As they lie now: the result starts at the same top left corner. */
  readonly boxes: readonly (Box & { readonly parent: string | null })[];
  /** Kept together and apart from the rest. Smaller ones before those around them. */
  readonly frames: readonly { readonly key: string; readonly parent: string | null }[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/** From here on the quicker of dagre's ways to rank nodes, whose edges are a little longer. */
const manyBoxes = 300;

/** A place for every box. No two overlap, and every edge between them runs to the right unless it is part of a loop. */
export function autoLayout({ boxes, frames, edges }: LayoutRequest): Map<string, Point> {
  const before = boundsOf(boxes);
  if (!before) return new Map();
  const graph = new Graph({ compound: frames.length > 0 });
  // A frame's title needs room above its cards.
  graph.setGraph({ rankdir: "LR", nodesep: frames.length > 0 ? 64 : 32, ranksep: 72, edgesep: 16, ranker: boxes.length > manyBoxes ? "tight-tree" : "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(boxes.map(({ id }) => id));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { key } of frames) graph.setNode(key, {});
  for (const { key, parent } of [...frames, ...boxes.map(({ id, parent }) => ({ key: id, parent }))]) if (parent !== null) graph.setParent(key, parent);
  for (const { source, target } of edges) if (known.has(source) && known.has(target)) graph.setEdge(source, target);
  layout(graph);
  const placed = boxes.map(({ id, width, height }) => {
    const { x, y } = graph.node(id) as unknown as Point;
    return { id, width, height, x: x - width / 2, y: y - height / 2 };
  });
  const after = boundsOf(placed)!;
  return new Map(placed.map(({ id, x, y }) => [id, { x: Math.round(x - after.x + before.x), y: Math.round(y - after.y + before.y) }]));
}
