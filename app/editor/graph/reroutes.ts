/**
 * Places that edges are led through, as pure functions like those of operations.ts. Edges of one output share a dot where
 * they are led through the same place: it is shown, moved and taken away once (docs/decisions/0017). Decoration: no
 * result depends on them.
 */
import { commonHolder } from "@/nodes/nesting";
import { edgeId, mostVia, type Workflow, type WorkflowEdge } from "@/nodes/workflow";
import type { Box } from "./arrange";
import { type Level, nestingIn } from "./levels";
import { remembered } from "./lookup";
import { place, type Point } from "./operations";

export interface Reroute {
  /** The subgraph it is seen in, where the ends of its edges stand on different cards; null on top. */
  readonly level: Level;
  /** Not that of any node, frame or note. It stays while the dot is moved. */
  readonly key: string;
  readonly position: Point;
  readonly source: string;
  readonly sourcePort: string;
  /** Its places in the edges that run through it, at least one. */
  readonly at: readonly { readonly edge: string; readonly index: number }[];
  /** What an edge runs through that begins at this dot: the dots before it, and itself. */
  readonly via: readonly Point[];
}

const prefix = "reroute:";
export const isRerouteKey = (key: string) => key.startsWith(prefix);

const outputOf = ({ source, sourcePort }: Pick<WorkflowEdge, "source" | "sourcePort">) => `${source}.${sourcePort}`;
const placeOf = (level: Level, output: string, { x, y }: Point) => `${level ?? ""} ${output} ${x},${y}`;

function findDots({ edges }: Workflow, levelOf: (edge: WorkflowEdge) => Level): ReadonlyMap<string, Reroute> {
  const found = new Map<string, Omit<Reroute, "at"> & { at: { edge: string; index: number }[] }>();
  for (const edge of edges) {
    if (!edge.via) continue;
    const [id, level, { source, sourcePort }] = [edgeId(edge), levelOf(edge), edge];
    edge.via.forEach((position, index) => {
      const there = placeOf(level, outputOf(edge), position);
      const known = found.get(there);
      if (known) known.at.push({ edge: id, index });
      else found.set(there, { key: `${prefix}${id}#${index}`, level, position, source, sourcePort, at: [{ edge: id, index }], via: edge.via!.slice(0, index + 1) });
    });
  }
  return new Map([...found.values()].map((dot) => [dot.key, dot]));
}

const known = new WeakMap<Workflow["edges"], { nodes: Workflow["nodes"]; dots: ReadonlyMap<string, Reroute> }>();
const none: ReadonlyMap<string, Reroute> = new Map();
const isLed = remembered((edges: Workflow["edges"]) => edges.some(({ via }) => via));

/** By key. */
export function reroutesOf(workflow: Workflow): ReadonlyMap<string, Reroute> {
  const { nodes, edges } = workflow;
  if (!isLed(edges)) return none;
  const before = known.get(edges);
  if (before?.nodes === nodes) return before.dots;
  const nesting = nestingIn(workflow);
  const dots = findDots(workflow, (edge) => commonHolder(nesting, edge));
  known.set(edges, { nodes, dots });
  return dots;
}

/** Those seen on a level. */
export function reroutesAt(workflow: Workflow, level: Level): ReadonlyMap<string, Reroute> {
  const dots = reroutesOf(workflow);
  return dots.size === 0 ? dots : new Map([...dots].filter(([, dot]) => dot.level === level));
}

/** As boxes without extent, for what lines things up or moves them. */
export function rerouteBoxes(workflow: Workflow, keys: ReadonlySet<string>): Box[] {
  return [...reroutesOf(workflow).values()].filter(({ key }) => keys.has(key)).map(({ key, position }) => ({ id: key, ...position, width: 0, height: 0 }));
}

/** The edge led through these places; through none, nothing is written down. */
export function ledThrough({ via: _, ...edge }: WorkflowEdge, via: readonly Point[]): WorkflowEdge {
  return via.length > 0 ? { ...edge, via: [...via] } : edge;
}

/** Each edge with its places changed; the same workflow when none is. */
function changeVia(workflow: Workflow, change: (edge: WorkflowEdge, id: string) => readonly Point[] | undefined): Workflow {
  let changed = false;
  const edges = workflow.edges.map((edge) => {
    const via = change(edge, edgeId(edge));
    if (via === undefined || via === edge.via) return edge;
    changed = true;
    return ledThrough(edge, via);
  });
  return changed ? { ...workflow, edges } : workflow;
}

/** The part of the way, counted from the source, that is nearest to a point. `way`: from port to port, with the dots between. */
export function nearestPart(way: readonly Point[], { x, y }: Point): number {
  let best = { part: 0, distance: Infinity };
  for (let part = 0; part + 1 < way.length; part++) {
    const [a, b] = [way[part]!, way[part + 1]!];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    const distance = Math.hypot(x - a.x - along * dx, y - a.y - along * dy);
    if (distance < best.distance) best = { part, distance };
  }
  return best.part;
}

const same = (a: Point | undefined, b: Point | undefined) => a !== undefined && b !== undefined && a.x === b.x && a.y === b.y;

/**
 * Puts a dot into one part of an edge; edges that run along this part with it are led through it, too, and so are
 * `together` with it those that a card shows as one. Null when the edge is gone, holds as many as it can, or has one there.
 */
export function addReroute(workflow: Workflow, id: string, part: number, at: Point, together: ReadonlySet<string> = new Set()): { workflow: Workflow; key: string } | null {
  const edge = workflow.edges.find((candidate) => edgeId(candidate) === id);
  const { holdersOf } = nestingIn(workflow);
  const level = edge && commonHolder({ holdersOf }, edge);
  const position = { x: place(at.x), y: place(at.y) };
  const via = edge?.via ?? [];
  const isThere = (dot: Reroute) => dot.level === level && outputOf(dot) === outputOf(edge!) && same(dot.position, position);
  if (!edge || via.length >= mostVia || part > via.length || [...reroutesOf(workflow).values()].some(isThere)) return null;
  // As far as the dot that ends this part; the last part is the edge's own.
  const shared = via.slice(0, part + 1);
  const sharing = (other: WorkflowEdge) =>
    other === edge ||
    (outputOf(other) === outputOf(edge) &&
      (part < via.length || together.has(edgeId(other))) &&
      commonHolder({ holdersOf }, other) === level &&
      (other.via?.length ?? 0) < mostVia &&
      shared.every((point, index) => same(point, other.via?.[index])));
  const next = changeVia(workflow, (other) => (sharing(other) ? [...(other.via ?? []).slice(0, part), position, ...(other.via ?? []).slice(part)] : undefined));
  const dot = [...reroutesOf(next).values()].find(isThere);
  return dot ? { workflow: next, key: dot.key } : null;
}

/** Moves dots. One that would come to lie exactly on another of its output stays where it is: they would be one from then on. */
export function moveReroutes(workflow: Workflow, positions: ReadonlyMap<string, Point>): Workflow {
  const dots = reroutesOf(workflow);
  const staying = new Set([...dots.values()].filter(({ key }) => !positions.has(key)).map((dot) => placeOf(dot.level, outputOf(dot), dot.position)));
  const to = new Map<string, Point>();
  for (const [key, wanted] of positions) {
    const dot = dots.get(key);
    const position = { x: place(wanted.x), y: place(wanted.y) };
    const there = dot && placeOf(dot.level, outputOf(dot), position);
    if (!dot || same(position, dot.position) || staying.has(there!)) continue;
    staying.add(there!);
    for (const { edge, index } of dot.at) to.set(`${edge}#${index}`, position);
  }
  if (to.size === 0) return workflow;
  return changeVia(workflow, (edge, id) => (edge.via?.some((_, index) => to.has(`${id}#${index}`)) ? edge.via.map((point, index) => to.get(`${id}#${index}`) ?? point) : undefined));
}

/** Takes dots away; their edges stay. */
export function removeReroutes(workflow: Workflow, keys: ReadonlySet<string>): Workflow {
  const gone = new Set([...reroutesOf(workflow).values()].filter(({ key }) => keys.has(key)).flatMap(({ at }) => at.map(({ edge, index }) => `${edge}#${index}`)));
  if (gone.size === 0) return workflow;
  return changeVia(workflow, (edge, id) => {
    const left = edge.via?.filter((_, index) => !gone.has(`${id}#${index}`));
    return left?.length === edge.via?.length ? undefined : left;
  });
}

/** These edges straight again: what they join lies elsewhere now. */
export function straightened(workflow: Workflow, ids: ReadonlySet<string>): Workflow {
  return changeVia(workflow, (edge, id) => (edge.via && ids.has(id) ? [] : undefined));
}

/** The dots seen on a level, moved together. */
export function movedDots(workflow: Workflow, level: Level, by: Point): Workflow {
  const nesting = nestingIn(workflow);
  return changeVia(workflow, (edge) => (edge.via && commonHolder(nesting, edge) === level ? edge.via.map(({ x, y }) => ({ x: place(x + by.x), y: place(y + by.y) })) : undefined));
}
