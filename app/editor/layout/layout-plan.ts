/** What of a workflow is laid out, and the workflow afterwards. Frames keep what they hold, and close around it again. */
import { edgeId, type Workflow } from "@/nodes/workflow";
import { annotationBoxes, contentsOf, frameAround, frameKey, moveAnnotations, resizeAnnotation } from "../graph/annotations";
import type { Box } from "../graph/arrange";
import { edgesAt } from "../graph/level-edges";
import { borderOf, type Level, levelOf, nodesAt } from "../graph/levels";
import { sizeOf } from "../graph/node-size";
import { moveNodes, type Point } from "../graph/operations";
import { straightened } from "../graph/reroutes";
import type { Size } from "../store/editor-store";
import type { LayoutRequest } from "./auto-layout";

/** These nodes of a level, or all; never locked ones. A frame takes part when all the nodes it holds do, and then its notes as well. */
export function layoutPlan(workflow: Workflow, sizes: ReadonlyMap<string, Size>, ids: ReadonlySet<string> | null, level: Level = null): LayoutRequest {
  const nodes = nodesAt(workflow, level).filter(({ id, locked }) => !locked && (ids === null || ids.has(id)));
  const moving = new Set(nodes.map(({ id }) => id));
  const frames = (workflow.frames ?? [])
    .filter((frame) => levelOf(workflow, frame) === level)
    .map((frame) => ({ key: frameKey(frame.id), area: frame.size.width * frame.size.height, holds: contentsOf(workflow, frame, sizes) }))
    .filter(({ holds }) => holds.nodes.size > 0 && [...holds.nodes].every((id) => moving.has(id)))
    .sort((a, b) => a.area - b.area);
  // The smallest frame around something is the one it belongs to.
  const parent = (id: string) => frames.find(({ holds }) => holds.nodes.has(id) || holds.annotations.has(id))?.key ?? null;
  const notes = annotationBoxes(workflow, new Set(frames.flatMap(({ holds }) => [...holds.annotations].filter((key) => !key.startsWith("frame:")))));
  const cards: Box[] = nodes.map((node) => ({ id: node.id, ...node.position, ...sizeOf(node, sizes) }));
  return {
    boxes: [...cards, ...notes].map((box) => ({ ...box, parent: parent(box.id) })),
    frames: frames.map(({ key }) => ({ key, parent: parent(key) })),
    obstacles: nodesAt(workflow, level).filter(({ locked }) => locked).map((node) => ({ ...node.position, ...sizeOf(node, sizes) })),
    edges: edgesAt(workflow, level).flatMap(({ edge: { source, target } }) => (borderOf(source) || borderOf(target) ? [] : [{ source, target }])),
  };
}

/** The edges of cards, by id; all of them lie on one level. */
function edgesOf(workflow: Workflow, cards: ReadonlyMap<string, Point>): ReadonlySet<string> {
  const first = workflow.nodes.find(({ id }) => cards.has(id));
  const edges = edgesAt(workflow, first ? levelOf(workflow, first) : null).filter(({ edge }) => cards.has(edge.source) || cards.has(edge.target));
  return new Set(edges.flatMap((shown) => shown.edges.map(edgeId)));
}

/** Everything at its place, and the edges of what was moved no longer led through dots. Inner frames close before the frames around them. */
export function applyLayout(workflow: Workflow, { boxes, frames }: LayoutRequest, places: ReadonlyMap<string, Point>): Workflow {
  const moved = straightened(moveAnnotations(moveNodes(workflow, places), places), edgesOf(workflow, places));
  // Without a frame all of whose cards belong to smaller ones that reach out of it: it stays as it is.
  const around = new Map<string, Box>();
  return frames.reduce((current, { key }) => {
    const inside = [...boxes.filter(({ parent }) => parent === key).map((box) => ({ ...box, ...places.get(box.id) })), ...frames.flatMap((frame) => (frame.parent === key ? (around.get(frame.key) ?? []) : []))];
    const bounds = frameAround(inside);
    if (!bounds) return current;
    around.set(key, { id: key, ...bounds });
    return resizeAnnotation(moveAnnotations(current, new Map([[key, bounds]])), key, bounds);
  }, moved);
}
