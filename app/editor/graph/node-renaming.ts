/** Other ids for nodes, wherever they are named. */
import { isList, isObject, type Json, type JsonObject, type Maybe, same } from "./json";
import { freeId } from "./operations";

type Names = ReadonlyMap<string, string>;

/** Fields that hold the id of a node. */
const references = new Set(["source", "target", "node", "nodeId", "inside"]);

const isGraph = (value: JsonObject) => isList(value.nodes) && isList(value.edges);

/** Everything but the params of nodes, and but graphs within, whose ids are their own. */
function renamed(value: Json, names: Names): Json {
  if (isList(value)) return value.map((item) => renamed(item, names));
  if (!isObject(value) || isGraph(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === "params" && !isList(inner) ? inner : typeof inner === "string" && references.has(key) ? (names.get(inner) ?? inner) : renamed(inner, names)]),
  );
}

/** The graph with nodes under other ids. */
export function renameNodes<T extends object>(graph: T, names: Names): T {
  if (names.size === 0) return graph;
  const entries = Object.entries(graph as unknown as JsonObject).map(([key, value]): [string, Json] => {
    const next = renamed(value, names);
    const nodes = key === "nodes" && isList(next) ? next.map((node) => (isObject(node) && typeof node.id === "string" && names.has(node.id) ? { ...node, id: names.get(node.id)! } : node)) : next;
    return [key, nodes];
  });
  return Object.fromEntries(entries) as T;
}

/** Lists whose ids the program itself gives out: two that work apart come upon the same ones. */
const numbered = ["nodes", "frames", "notes"];

const byId = (list: Maybe) => new Map((isList(list) ? list : []).flatMap((item): [string, JsonObject][] => (isObject(item) && typeof item.id === "string" ? [[item.id, item]] : [])));

/** `mine` with free ids for what it added under ids that `theirs` gave to something else; those of nodes, old to new. */
export function withFreeIds<T extends JsonObject>(base: T, mine: T, theirs: T): { graph: T; renamed: Names } {
  let graph = mine;
  const names = new Map<string, string>();
  for (const list of numbered) {
    const [before, own, other] = [byId(base[list]), byId(mine[list]), byId(theirs[list])];
    const clashing = [...own.keys()].filter((id) => !before.has(id) && other.has(id) && !same(own.get(id), other.get(id)));
    if (clashing.length === 0) continue;
    const taken = new Set([...before.keys(), ...own.keys(), ...other.keys()]);
    const fresh = new Map<string, string>();
    for (const id of clashing) {
      const free = freeId(id.replace(/-\d+$/, ""), taken);
      taken.add(free);
      fresh.set(id, free);
      if (list === "nodes") names.set(id, free);
    }
    if (list !== "nodes") graph = { ...graph, [list]: [...own.values()].map((item) => (fresh.has(item.id as string) ? { ...item, id: fresh.get(item.id as string)! } : item)) };
  }
  return { graph: renameNodes(graph, names), renamed: names };
}
