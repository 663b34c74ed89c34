/**
 * Connections as one level shows them, and edits of them. What is drawn between two cards may stand for edges between
 * nodes that lie in them; edits are made to those.
 */
import { keyOf, type PortPlace } from "@/nodes/card-ports";
import { isSubgraph } from "@/nodes/nesting";
import { connectionProblem } from "@/nodes/problems";
import { type DataType, portOf } from "@/nodes/ports";
import { type Said, said } from "@/nodes/said";
import { edgeId, type Workflow, type WorkflowEdge } from "@/nodes/workflow";
import { exposePlaces, hidePlaces } from "./exposure";
import { borderId, borderOf, cardOn, hasSubgraphs, type Level, portsAt, subgraphPorts } from "./levels";
import { nodeOf, remembered } from "./lookup";
import { connect, disconnect } from "./operations";
import { ledThrough } from "./reroutes";

export interface LevelEdge {
  readonly id: string;
  /** Between cards of the level. */
  readonly edge: WorkflowEdge;
  /** The workflow's own edges that it stands for; none for a port of the border that nothing outside is connected to. */
  readonly edges: readonly WorkflowEdge[];
}

const known = remembered((_: Workflow) => new Map<Level, readonly LevelEdge[]>());

/** Without subgraphs every edge stands for itself, wherever its nodes are moved. */
const plain = remembered((edges: readonly WorkflowEdge[]) => edges.map((edge): LevelEdge => ({ id: edgeId(edge), edge, edges: [edge] })));

/** In the workflow's order, those of the border last. */
export function edgesAt(workflow: Workflow, level: Level): readonly LevelEdge[] {
  if (level === null && !hasSubgraphs(workflow)) return plain(workflow.edges);
  const levels = known(workflow);
  const there = levels.get(level) ?? drawn(workflow, level);
  levels.set(level, there);
  return there;
}

function drawn(workflow: Workflow, level: Level): LevelEdge[] {
  const found = new Map<string, { edge: WorkflowEdge; edges: WorkflowEdge[] }>();
  const add = (edge: WorkflowEdge, edges: readonly WorkflowEdge[]) => {
    const id = edgeId(edge);
    const before = found.get(id);
    if (before) before.edges.push(...edges);
    else found.set(id, { edge, edges: [...edges] });
  };
  for (const edge of workflow.edges) {
    const [source, target] = [cardOn(workflow, edge.source, level), cardOn(workflow, edge.target, level)];
    if (source === null || target === null || source === target) continue;
    if (source === edge.source && target === edge.target) add(edge, [edge]);
    else {
      const [sourcePort, targetPort] = [portOn(workflow, source, "outputs", { node: edge.source, port: edge.sourcePort }), portOn(workflow, target, "inputs", { node: edge.target, port: edge.targetPort })];
      if (sourcePort !== undefined && targetPort !== undefined) add(ledThrough({ source, sourcePort, target, targetPort }, edge.via ?? []), [edge]);
    }
  }
  if (level !== null) addBorder(workflow, level, add);
  return [...found].map(([id, { edge, edges }]) => ({ id, edge, edges }));
}

/** The type of what flows along a connection; undefined when an end does not exist: the problems list names it. */
export function flowingType(workflow: Workflow, { source, sourcePort, target, targetPort }: WorkflowEdge): DataType | undefined {
  const type = portOf(portsAt(workflow, source)?.outputs, sourcePort)?.type;
  return portOf(portsAt(workflow, target)?.inputs, targetPort) ? type : undefined;
}

/** From each incoming port to what it feeds here, and from what is given here to each outgoing one. */
function addBorder(workflow: Workflow, level: string, add: (edge: WorkflowEdge, edges: readonly WorkflowEdge[]) => void): void {
  const { inputs, outputs } = subgraphPorts(workflow, level);
  const outside = (id: string) => cardOn(workflow, id, level) === null;
  const each = (place: PortPlace, side: "inputs" | "outputs", found: (card: string, port: string) => void) => {
    const card = cardOn(workflow, place.node, level);
    const port = card === null ? undefined : portOn(workflow, card, side, place);
    if (card !== null && port !== undefined) found(card, port);
  };
  for (const [key, { places }] of Object.entries(inputs)) {
    for (const place of places) {
      const feeds = workflow.edges.filter((edge) => edge.target === place.node && edge.targetPort === place.port && outside(edge.source));
      each(place, "inputs", (target, targetPort) => add({ source: borderId("incoming", level), sourcePort: key, target, targetPort }, feeds));
    }
  }
  for (const [key, { places: [place] }] of Object.entries(outputs)) {
    const takes = workflow.edges.filter((edge) => edge.source === place!.node && edge.sourcePort === place!.port && outside(edge.target));
    each(place!, "outputs", (source, sourcePort) => add({ source, sourcePort, target: borderId("outgoing", level), targetPort: key }, takes));
  }
}

/** The port of a card that stands for a port of a node in it. */
function portOn(workflow: Workflow, card: string, side: "inputs" | "outputs", place: PortPlace): string | undefined {
  if (card === place.node) return place.port;
  const ports = subgraphPorts(workflow, card)[side];
  return Object.keys(ports).find((key) => ports[key]!.places.some((other) => keyOf(other) === keyOf(place)));
}

/** The ports of nodes that a port of a card stands for: itself, or what lies behind a subgraph's. */
export function placesBehind(workflow: Workflow, card: string, side: "inputs" | "outputs", port: string): readonly PortPlace[] {
  const found = portOf(portsAt(workflow, card)?.[side], port);
  if (found && "places" in found) return found.places as readonly PortPlace[];
  const node = nodeOf(workflow, card);
  return node && !isSubgraph(node) ? [{ node: card, port }] : [];
}

/** The edges between nodes that a connection between two cards of a level would make. */
export function edgesFor(workflow: Workflow, { source, sourcePort, target, targetPort, via = [] }: WorkflowEdge): WorkflowEdge[] {
  const targets = placesBehind(workflow, target, "inputs", targetPort);
  const border = borderOf(source);
  // What comes in from outside is what feeds the port already.
  const sources = border ? feedsOf(workflow, placesBehind(workflow, source, "outputs", sourcePort)) : placesBehind(workflow, source, "outputs", sourcePort);
  return sources.flatMap((from) => targets.map((to) => ledThrough({ source: from.node, sourcePort: from.port, target: to.node, targetPort: to.port }, via)));
}

function feedsOf(workflow: Workflow, places: readonly PortPlace[]): PortPlace[] {
  const feed = workflow.edges.find(({ target, targetPort }) => places.some(({ node, port }) => node === target && port === targetPort));
  return feed ? [{ node: feed.source, port: feed.sourcePort }] : [];
}

/** Why two cards may not be connected so; null when they may. */
export function levelConnectionProblem(workflow: Workflow, edge: WorkflowEdge): Said | null {
  const from = portOf(portsAt(workflow, edge.source)?.outputs, edge.sourcePort);
  const to = portOf(portsAt(workflow, edge.target)?.inputs, edge.targetPort);
  if (!borderOf(edge.source) && !borderOf(edge.target)) {
    const edges = edgesFor(workflow, edge);
    if (edges.length === 0) return connectionProblem(workflow, edge);
    return edges.map((each) => connectionProblem(workflow, each)).find((problem) => problem !== null) ?? null;
  }
  if (!from || !to || borderOf(edge.target)) return said("What goes out is chosen in the params of the subgraph.");
  return edgesFor(workflow, edge).map((each) => connectionProblem(workflow, each)).find((problem) => problem !== null) ?? (from.type === to.type ? null : said("This port does not take the connection."));
}

/** Connects two cards of a level, replacing what fed the input. From the border: the port inside takes what comes in there. */
export function connectOn(workflow: Workflow, edge: WorkflowEdge): Workflow {
  if (levelConnectionProblem(workflow, edge) !== null) return workflow;
  const border = borderOf(edge.source);
  const edges = edgesFor(workflow, edge);
  const joined = border ? exposePlaces(workflow, border.level, edge.sourcePort, placesBehind(workflow, edge.target, "inputs", edge.targetPort)) : workflow;
  return edges.reduce((current, each) => connect(current, each), joined);
}

/** Takes connections of a level away. Those of the border hide the port they lead to, with what is connected to it outside. */
export function disconnectOn(workflow: Workflow, level: Level, ids: ReadonlySet<string>): Workflow {
  const gone = edgesAt(workflow, level).filter(({ id }) => ids.has(id));
  const without = disconnect(workflow, new Set(gone.flatMap(({ edges }) => edges.map(edgeId))));
  return gone.reduce((current, { edge }) => {
    const [from, to] = [borderOf(edge.source), borderOf(edge.target)];
    if (from) return hidePlaces(current, from.level, "inputs", placesBehind(workflow, edge.target, "inputs", edge.targetPort));
    return to ? hidePlaces(current, to.level, "outputs", placesBehind(workflow, edge.target, "inputs", edge.targetPort)) : current;
  }, without);
}

/** Moves one end of a connection in a single step; it is led as it was. Refused ends leave the workflow as it is. */
export function reconnectOn(workflow: Workflow, level: Level, from: string, to: WorkflowEdge): Workflow {
  const without = disconnectOn(workflow, level, new Set([from]));
  const via = to.via ?? edgesAt(workflow, level).find(({ id }) => id === from)?.edge.via ?? [];
  const connected = connectOn(without, ledThrough(to, via));
  return connected === without ? workflow : connected;
}
