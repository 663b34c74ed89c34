/** Places for the cards of a workflow, left to right along its edges (docs/decisions/0015). */
import { Graph, layout } from "@dagrejs/dagre";
import { type Bounds, type Box, boundsOf } from "../graph/arrange";
import { grouped } from "../graph/lookup";
import type { Point } from "../graph/operations";

export interface LayoutRequest {
  /** As they lie now: the result starts at the same top left corner. */
  readonly boxes: readonly (Box & { readonly parent: string | null })[];
  /** Kept together and apart from the rest. Smaller ones before those around them. */
  readonly frames: readonly { readonly key: string; readonly parent: string | null }[];
  /** What lies there and stays: locked cards. No box is laid on one. */
  readonly obstacles?: readonly Bounds[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/** From here on the quicker of dagre's ways to rank nodes, whose edges are a little longer. */
const manyBoxes = 300;
/** Between parts that nothing connects, px. */
const partGap = 96;
/** Width to height of the whole, where there are parts to choose with. */
const shape = 1.6;

/** Boxes that hang together by edges or frames, part by part; parts and boxes in the order they came. */
function connectedParts({ boxes, frames, edges }: LayoutRequest): string[][] {
  const leader = new Map<string, string>();
  const find = (key: string): string => {
    let at = key;
    while (leader.get(at) !== undefined && leader.get(at) !== at) at = leader.get(at)!;
    leader.set(key, at);
    return at;
  };
  const known = new Set([...boxes.map(({ id }) => id), ...frames.map(({ key }) => key)]);
  const join = (a: string, b: string) => known.has(a) && known.has(b) && leader.set(find(a), find(b));
  for (const { source, target } of edges) join(source, target);
  for (const { id, parent } of boxes) if (parent !== null) join(id, parent);
  for (const { key, parent } of frames) if (parent !== null) join(key, parent);
  const parts = new Map<string, string[]>();
  for (const { id } of boxes) {
    const part = find(id);
    parts.set(part, [...(parts.get(part) ?? []), id]);
  }
  return [...parts.values()];
}

/** One part by dagre. Its places are its own; the area it takes counts frames. */
function layOutPart({ boxes, frames, edges }: LayoutRequest): { places: Map<string, Point>; area: Bounds } {
  const graph = new Graph({ compound: frames.length > 0 });
  // A frame's title needs room above its cards.
  graph.setGraph({ rankdir: "LR", nodesep: frames.length > 0 ? 64 : 32, ranksep: 72, edgesep: 16, ranker: boxes.length > manyBoxes ? "tight-tree" : "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { key } of frames) graph.setNode(key, {});
  for (const { key, parent } of [...frames, ...boxes.map(({ id, parent }) => ({ key: id, parent }))]) if (parent !== null) graph.setParent(key, parent);
  for (const { source, target } of edges) graph.setEdge(source, target);
  layout(graph);
  const at = (id: string) => graph.node(id) as unknown as Bounds;
  const placed = boxes.map(({ id, width, height }) => ({ id, width, height, x: at(id).x - width / 2, y: at(id).y - height / 2 }));
  const area = boundsOf(placed)!;
  // The frames close around their cards afterwards, by a margin and a title each.
  const margin = frames.length > 0 ? 48 : 0;
  return { places: new Map(placed.map(({ id, x, y }) => [id, { x: x - area.x, y: y - area.y }])), area: { ...area, width: area.width + margin, height: area.height + margin } };
}

/** Between a laid out card and one that stays. */
const obstacleGap = 32;

/** How far down boxes have to go together so that none lies on an obstacle. */
function sunkBy(boxes: readonly Bounds[], obstacles: readonly Bounds[]): number {
  let by = 0;
  const inTheWay = (box: Bounds, other: Bounds) =>
    box.x < other.x + other.width + obstacleGap && other.x < box.x + box.width + obstacleGap && box.y + by < other.y + other.height + obstacleGap && other.y < box.y + by + box.height + obstacleGap;
  // Each round clears at least one obstacle for good: what lies above stays above.
  for (;;) {
    const needed = boxes.flatMap((box) => obstacles.filter((other) => inTheWay(box, other)).map((other) => other.y + other.height + obstacleGap - box.y));
    if (needed.length === 0) return by;
    by = Math.max(...needed);
  }
}

/**
 * A place for every box. No two overlap, and every edge between them runs to the right unless it is part of a loop.
 * Parts that nothing connects lie in rows, none wider than makes the whole about as wide as a screen.
 */
export function autoLayout(request: LayoutRequest): Map<string, Point> {
  const before = boundsOf(request.boxes);
  if (!before) return new Map();
  const byId = new Map(request.boxes.map((box) => [box.id, box]));
  const frameParents = new Map(request.frames.map(({ key, parent }) => [key, parent]));
  const outgoing = grouped(request.edges, ({ source }) => source);
  const parts = connectedParts(request).map((ids) => {
    const own = new Set(ids);
    const frames = new Set<string>();
    for (const id of ids) for (let key = byId.get(id)!.parent; key !== null && !frames.has(key); key = frameParents.get(key) ?? null) frames.add(key);
    return layOutPart({
      boxes: ids.map((id) => byId.get(id)!),
      frames: request.frames.filter(({ key }) => frames.has(key)),
      edges: ids.flatMap((id) => outgoing.get(id) ?? []).filter(({ target }) => own.has(target)),
    });
  });
  const space = parts.reduce((sum, { area }) => sum + (area.width + partGap) * (area.height + partGap), 0);
  const widest = Math.max(Math.sqrt(space * shape), ...parts.map(({ area }) => area.width));
  const places = new Map<string, Point>();
  let [x, y, rowHeight] = [0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.area.width > widest) [x, y, rowHeight] = [0, y + rowHeight + partGap, 0];
    y += sunkBy([...part.places].map(([id, at]) => ({ ...byId.get(id)!, x: before.x + x + at.x, y: before.y + y + at.y })), request.obstacles ?? []);
    for (const [id, at] of part.places) places.set(id, { x: Math.round(before.x + x + at.x), y: Math.round(before.y + y + at.y) });
    x += part.area.width + partGap;
    rowHeight = Math.max(rowHeight, part.area.height);
  }
  return places;
}
