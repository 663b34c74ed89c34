/** Nodes folded into a subgraph, and back, as pure functions. Neither changes what is computed. */
import { cardPorts, keyOf, type PortPlace } from "@/nodes/card-ports";
import { isSubgraph, nestingOf, subgraphType } from "@/nodes/nesting";
import { findSpec } from "@/nodes/specs";
import type { Exposed, Workflow, WorkflowNode } from "@/nodes/workflow";
import { frameKey, noteKey } from "./annotations";
import { type Level, levelOf, lyingOn, nestingIn, putOn } from "./levels";
import { nodeOf } from "./lookup";
import { freeId, place, type Point } from "./operations";
import { paramFields } from "./param-fields";
import { movedDots } from "./reroutes";

/** More would not fit a saved workflow; a card that long says nothing. */
const mostExposed = 1000;

/** Between the outermost places: of a card, and of what is folded into it. */
function middleOf(places: readonly Point[]): Point {
  if (places.length === 0) return { x: 0, y: 0 };
  const middle = (all: readonly number[]) => place((Math.min(...all) + Math.max(...all)) / 2);
  return { x: middle(places.map(({ x }) => x)), y: middle(places.map(({ y }) => y)) };
}

/** "Subgraph", or "Subgraph 2" where there is one of that name. */
function freeTitle({ nodes }: Workflow, untitled: string): string {
  const taken = new Set(nodes.filter(isSubgraph).map(({ title }) => title));
  for (let number = 1; ; number++) {
    const title = number === 1 ? untitled : `${untitled} ${number}`;
    if (!taken.has(title)) return title;
  }
}

/** Folds nodes of one level, with these frames and notes of it, into a new subgraph there. Gives its id; null when there is nothing to fold. */
export function fold(workflow: Workflow, ids: ReadonlySet<string>, annotations: ReadonlySet<string>, level: Level, untitled = "Subgraph"): { workflow: Workflow; id: string | null } {
  const isFolded = (node: WorkflowNode) => ids.has(node.id) && levelOf(workflow, node) === level;
  const folded = workflow.nodes.filter(isFolded);
  if (folded.length === 0) return { workflow, id: null };
  const id = freeId(subgraphType, new Set(workflow.nodes.map((node) => node.id)));
  const card: WorkflowNode = { id, type: subgraphType, version: 1, title: freeTitle(workflow, untitled), position: middleOf(folded.map(({ position }) => position)), params: {}, ...lyingOn(level) };
  const { frames, notes } = workflow;
  const moved: Workflow = {
    ...workflow,
    nodes: [...workflow.nodes.map((node) => (isFolded(node) ? putOn(node, id) : node)), card],
    ...(frames && { frames: frames.map((frame) => (annotations.has(frameKey(frame.id)) ? putOn(frame, id) : frame)) }),
    ...(notes && { notes: notes.map((note) => (annotations.has(noteKey(note.id)) ? putOn(note, id) : note)) }),
  };
  const exposed = firstExposed(moved, id);
  return { workflow: { ...moved, nodes: moved.nodes.map((node) => (node === card ? { ...card, exposed } : node)) }, id };
}

/** Those of which nothing stood in the list before. */
function onceEach<T>(all: readonly T[], keysOf: (one: T) => readonly string[]): T[] {
  const seen = new Set<string>();
  return all.filter((one) => {
    const keys = keysOf(one);
    if (keys.some((key) => seen.has(key))) return false;
    for (const key of keys) seen.add(key);
    return true;
  });
}

/** What a new card shows: what is connected, inputs that must be, results that nothing takes yet, and the fields for words. */
function firstExposed(workflow: Workflow, subgraph: string): Exposed {
  const nesting = nestingOf(workflow.nodes);
  const { inputs, outputs } = cardPorts(workflow, subgraph, nesting);
  const contents = nesting.contentsOf(subgraph);
  const inner = workflow.nodes.filter((node) => contents.has(node.id) && !isSubgraph(node));
  const fed = new Set(workflow.edges.map(({ target, targetPort }) => keyOf({ node: target, port: targetPort })));
  const taken = new Set(workflow.edges.map(({ source }) => source));
  const open = inner.flatMap((node) => Object.entries(findSpec(node.type)?.inputs ?? {}).flatMap(([port, { optional }]): PortPlace[] => (optional || fed.has(keyOf({ node: node.id, port })) ? [] : [{ node: node.id, port }])));
  const ends = inner.flatMap((node): PortPlace[] => (taken.has(node.id) || findSpec(node.type)?.sink ? [] : Object.keys(findSpec(node.type)?.outputs ?? {}).map((port) => ({ node: node.id, port }))));
  const words = inner.flatMap((node) => {
    const spec = findSpec(node.type);
    return spec ? paramFields(spec).filter(({ meta }) => meta.inline && meta.control === "multiline").map(({ name }) => ({ node: node.id, param: name })) : [];
  });
  // A card among them goes on to show what it shows, but for outputs that something inside takes.
  const cards = workflow.nodes.filter((node) => isSubgraph(node) && nesting.holderOf(node.id) === subgraph).map((node) => ({ ports: cardPorts(workflow, node.id, nesting), params: node.exposed?.params ?? [] }));
  const plain = ({ node, port }: PortPlace) => ({ node, port });
  const wanted = [
    ...Object.values(inputs).map(({ places }) => places),
    ...cards.flatMap(({ ports }) => Object.values(ports.inputs).filter(({ places }) => !places.some((each) => fed.has(keyOf(each)))).map(({ places }) => places)),
    ...open.map((each) => [each]),
  ];
  const given = [...Object.values(outputs).map(({ places: [first] }) => first!), ...cards.flatMap(({ ports }) => Object.values(ports.outputs).map(({ places: [first] }) => first!)).filter(({ node }) => !taken.has(node)), ...ends];
  return {
    inputs: onceEach(wanted, (places) => places.map(keyOf)).slice(0, mostExposed).map((places) => ({ places: places.slice(0, mostExposed).map(plain) })),
    outputs: onceEach(given, (place) => [keyOf(place)]).slice(0, mostExposed).map(plain),
    params: onceEach([...cards.flatMap(({ params }) => params), ...words], ({ node, param }) => [keyOf({ node, port: param })]).slice(0, mostExposed),
  };
}

/** Whether a subgraph can be unfolded and everything still be computed as before: what a bypassed one passes, single nodes cannot. */
export function canUnfold(workflow: Workflow, id: string): boolean {
  const node = nodeOf(workflow, id);
  return node !== undefined && isSubgraph(node) && node.mode !== "bypassed";
}

/** Puts what lies in a subgraph onto its level, around where its card is, and takes the card away. Gives what came out. */
export function unfold(workflow: Workflow, id: string): { workflow: Workflow; ids: string[]; annotations: string[] } {
  const card = nodeOf(workflow, id);
  if (!card || !canUnfold(workflow, id)) return { workflow, ids: [], annotations: [] };
  const level = levelOf(workflow, card);
  const { holderOf } = nestingIn(workflow);
  const inside = workflow.nodes.filter((node) => holderOf(node.id) === id);
  const from = middleOf(inside.map(({ position }) => position));
  const by = { x: card.position.x - from.x, y: card.position.y - from.y };
  const out = <T extends { inside?: string | undefined; position: Point }>(one: T): T => {
    const moved = putOn(one, level);
    return by.x === 0 && by.y === 0 ? moved : { ...moved, position: { x: place(one.position.x + by.x), y: place(one.position.y + by.y) } };
  };
  const [frames, notes] = [workflow.frames?.filter((frame) => frame.inside === id), workflow.notes?.filter((note) => note.inside === id)];
  const led = movedDots(workflow, id, by);
  return {
    workflow: {
      ...led,
      nodes: workflow.nodes.flatMap((node) => {
        if (node.id === id) return [];
        if (holderOf(node.id) !== id) return [node];
        return [card.mode ? { ...out(node), mode: card.mode } : out(node)];
      }),
      ...(workflow.frames && { frames: workflow.frames.map((frame) => (frames!.includes(frame) ? out(frame) : frame)) }),
      ...(workflow.notes && { notes: workflow.notes.map((note) => (notes!.includes(note) ? out(note) : note)) }),
    },
    ids: inside.map((node) => node.id),
    annotations: [...(frames ?? []).map((frame) => frameKey(frame.id)), ...(notes ?? []).map((note) => noteKey(note.id))],
  };
}
