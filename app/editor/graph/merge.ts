/**
 * Joins two changes of one document: a three-way merge of plain JSON. It knows how a workflow is built (things with ids,
 * edges that feed inputs) and not its fields, so what later versions of the format add is merged as well.
 */
import { fieldOf, isList, isObject, type Json, type JsonObject, type Maybe, same } from "./json";
import { type Keyed, keyed, mergedOrder, withKept } from "./keyed-lists";
import { withFreeIds } from "./node-renaming";

/** One place that both changed, each in its own way. */
export interface Conflict {
  /** From the document down: names of fields, ids in lists, inputs of edges. */
  readonly path: readonly string[];
  /** Undefined where that side took it away. */
  readonly mine: Maybe;
  readonly theirs: Maybe;
}

/** What a conflict is called among others. */
export const conflictKey = ({ path }: Conflict) => path.join("/");

export type Side = "mine" | "theirs";
export type Choose = (conflict: Conflict) => Side;

export interface Merged<T> {
  readonly value: T;
  readonly conflicts: readonly Conflict[];
  /** Nodes of mine that got another id, since theirs has another node of that id: old to new. */
  readonly renamed: ReadonlyMap<string, string>;
}

interface Context {
  readonly choose: Choose;
  readonly conflicts: Conflict[];
  readonly renamed: Map<string, string>;
}

type Path = readonly string[];

/** Values that mean something only as a whole: places, sizes, what feeds an input, and whatever a param holds. */
function isWhole(path: Path): boolean {
  const [parent, name] = path.slice(-2);
  return name === "position" || name === "size" || parent === "params" || parent === "sweeps" || parent === "edges";
}

/** An object of objects, by name: its entries are things of their own. */
const isRecord = (value: Maybe): value is JsonObject => isObject(value) && Object.values(value).every(isObject);

function settled(context: Context, conflict: Conflict): Maybe {
  context.conflicts.push(conflict);
  return context.choose(conflict) === "mine" ? conflict.mine : conflict.theirs;
}

function mergeValue(context: Context, path: Path, base: Maybe, mine: Maybe, theirs: Maybe): Maybe {
  if (same(mine, theirs) || same(base, mine)) return theirs;
  if (same(base, theirs)) return mine;
  if (isWhole(path)) return settled(context, { path, mine, theirs });
  // An empty list means the same as none, and so do no sweeps.
  const absent = path.at(-1) === "sweeps" ? {} : [];
  const versions = [base ?? absent, mine ?? absent, theirs ?? absent];
  const oneLeft = mine === undefined || theirs === undefined;
  if (versions.every(isList)) {
    const lists = keyed(versions);
    if (lists) return unlessEmpty(mergeList(context, path, lists), oneLeft);
  } else if (versions.every(isObject)) {
    return unlessEmpty(mergeObject(context, path, versions as [JsonObject, JsonObject, JsonObject]), oneLeft);
  } else if (base === undefined && isRecord(mine) && isRecord(theirs)) {
    // Two objects that were made under one name have nothing in common; two records may each have entries of their own.
    return mergeObject(context, path, [{}, mine, theirs]);
  }
  return settled(context, { path, mine, theirs });
}

const unlessEmpty = (value: Json, optional: boolean) => (optional && Object.keys(value as object).length === 0 ? undefined : value);

function mergeObject(context: Context, path: Path, versions: readonly [JsonObject, JsonObject, JsonObject]): JsonObject {
  if (versions.every(isGraph)) return mergeGraph(context, path, versions as [Graph, Graph, Graph]);
  return mergeFields(context, path, versions);
}

function mergeFields(context: Context, path: Path, [base, mine, theirs]: readonly [JsonObject, JsonObject, JsonObject], merged: JsonObject = {}): JsonObject {
  const entries = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])].flatMap((key): [string, Json][] => {
    const value = Object.hasOwn(merged, key) ? merged[key] : mergeValue(context, [...path, key], fieldOf(base, key), fieldOf(mine, key), fieldOf(theirs, key));
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

function mergeList(context: Context, path: Path, { lists }: Keyed): readonly Json[] {
  const [base, mine, theirs] = lists as [Map<string, Json>, Map<string, Json>, Map<string, Json>];
  const kept = new Map<string, Json>();
  for (const key of new Set([...base.keys(), ...theirs.keys(), ...mine.keys()])) {
    const value = mergeValue(context, [...path, key], base.get(key), mine.get(key), theirs.get(key));
    if (value !== undefined) kept.set(key, value);
  }
  return mergedOrder([...base.keys()], [...mine.keys()], [...theirs.keys()], new Set(kept.keys())).map((key) => kept.get(key)!);
}

/** A workflow's graph, or one within it. */
type Graph = JsonObject & { readonly nodes: readonly JsonObject[]; readonly edges: readonly JsonObject[] };

const isGraph = (value: JsonObject): value is Graph => [value.nodes, value.edges].every((list) => isList(list) && list.every(isObject));
const idsOf = ({ nodes }: Pick<Graph, "nodes">) => new Set(nodes.map(({ id }) => id));
const keysOf = (nodes: readonly JsonObject[]) => nodes.map(({ id }) => String(id));
const inputOf = ({ target, targetPort }: JsonObject) => `${String(target)}.${String(targetPort)}`;

/** Nodes and edges belong together: an edge needs both its ends, and whoever connected a node is using it. */
function mergeGraph(context: Context, path: Path, [base, own, theirs]: readonly [Graph, Graph, Graph]): JsonObject {
  const { graph: mine, renamed } = withFreeIds(base, own, theirs);
  // From outside only the nodes of the workflow itself are named.
  if (path.length === 1) for (const [from, to] of renamed) context.renamed.set(from, to);
  const nodesPath = [...path, "nodes"];
  const claimed = (deleting: Graph, other: Graph, side: Side) => {
    const back = claimedNodes(context, nodesPath, base, deleting, other, side);
    const nodes = new Map([...deleting.nodes, ...back].map((node) => [String(node.id), node]));
    return back.length === 0 ? deleting.nodes : withKept(keysOf(base.nodes), keysOf(deleting.nodes), new Set(keysOf(back))).map((id) => nodes.get(id)!);
  };
  const nodes = mergeValue(context, nodesPath, base.nodes, claimed(mine, theirs, "mine"), claimed(theirs, mine, "theirs")) as readonly JsonObject[];
  const there = idsOf({ nodes });
  const edges = mergeValue(context, [...path, "edges"], base.edges, withEdgesBack(base, mine, there), withEdgesBack(base, theirs, there)) as readonly JsonObject[];
  const hasEnds = ({ source, target }: JsonObject) => there.has(source!) && there.has(target!);
  return mergeFields(context, path, [base, mine, theirs], { nodes, edges: edges.every(hasEnds) ? edges : edges.filter(hasEnds) });
}

/** Nodes that one side deleted, that the other left as they were but connected anew, and that are chosen to stay. */
function claimedNodes(context: Context, path: Path, base: Graph, deleting: Graph, other: Graph, side: Side): JsonObject[] {
  const [left, kept] = [idsOf(deleting), new Map(other.nodes.map((node) => [node.id, node]))];
  const gone = base.nodes.filter((node) => !left.has(node.id!) && same(node, kept.get(node.id)));
  if (gone.length === 0) return [];
  const before = new Map(base.edges.map((edge) => [inputOf(edge), edge]));
  const connected = new Set(other.edges.filter((edge) => !same(before.get(inputOf(edge)), edge)).flatMap(({ source, target }) => [source, target]));
  return gone.filter((node) => {
    if (!connected.has(node.id)) return false;
    const conflict = { path: [...path, String(node.id)], [side]: undefined, [side === "mine" ? "theirs" : "mine"]: node } as unknown as Conflict;
    return settled(context, conflict) !== undefined;
  });
}

/** A side's edges, with those it deleted only because they were on a node that stays after all. */
function withEdgesBack(base: Graph, side: Graph, there: ReadonlySet<Maybe>): readonly JsonObject[] {
  const [before, left, fed] = [idsOf(base), idsOf(side), new Set(side.edges.map(inputOf))];
  const isBack = (id: Maybe) => before.has(id!) && !left.has(id!) && there.has(id);
  const back = base.edges.filter((edge) => (isBack(edge.source) || isBack(edge.target)) && !fed.has(inputOf(edge)));
  return back.length > 0 ? [...side.edges, ...back] : side.edges;
}

/**
 * What `mine` changed of `base`, done to `theirs`. Where both changed one thing, `choose` says whose is taken, and it is
 * listed as a conflict. The answer is `theirs` itself when nothing is to be done to it.
 */
export function merge<T>(base: T, mine: T, theirs: T, choose: Choose): Merged<T> {
  const context: Context = { choose, conflicts: [], renamed: new Map() };
  const value = mergeValue(context, [], base as Maybe, mine as Maybe, theirs as Maybe) as T;
  return { value: same(value as Maybe, theirs as Maybe) ? theirs : value, conflicts: context.conflicts, renamed: context.renamed };
}
