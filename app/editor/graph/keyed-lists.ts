/** Lists whose items can be told apart: by their id, by the input they feed, by the port or param they name, or by what they are. */
import { isObject, type Json, type JsonObject } from "./json";

type Keying = (item: Json) => string | undefined;

const texts = (item: JsonObject, ...names: string[]) => {
  const values = names.map((name) => item[name]);
  return values.every((value) => typeof value === "string") ? values.join(".") : undefined;
};
const onObjects = (key: (item: JsonObject) => string | undefined): Keying => (item) => (isObject(item) ? key(item) : undefined);

/** The first that fits is taken. An input takes one edge; where a file has more, edges are told apart by both ends. */
const keyings: readonly Keying[] = [
  (item) => (typeof item === "string" ? item : undefined),
  onObjects((item) => texts(item, "id")),
  onObjects((item) => texts(item, "target", "targetPort")),
  onObjects((item) => texts(item, "source", "sourcePort", "target", "targetPort")),
  onObjects((item) => texts(item, "node", "port")),
  onObjects((item) => texts(item, "node", "param")),
];

export interface Keyed {
  readonly keyOf: (item: Json) => string;
  readonly lists: readonly ReadonlyMap<string, Json>[];
}

/** Versions of one list by the keys of their items; null when items cannot be told apart in all of them. */
export function keyed(lists: readonly (readonly Json[])[]): Keyed | null {
  for (const keying of keyings) {
    const maps = lists.map((list) => new Map(list.map((item) => [keying(item), item])));
    if (maps.every((map, index) => map.size === lists[index]!.length && !map.has(undefined))) return { keyOf: (item) => keying(item)!, lists: maps as Map<string, Json>[] };
  }
  return null;
}

const equal = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((key, index) => key === b[index]);
/** One of two, the same one whichever comes first. */
const firstOf = (a: readonly string[], b: readonly string[]) => (a.join() <= b.join() ? a : b);

/** `order` with what it lacks of the base and is kept all the same, where the base has it. */
export function withKept(base: readonly string[], order: readonly string[], kept: ReadonlySet<string>): readonly string[] {
  const there = new Set(order);
  const full = [...order];
  for (const [at, key] of base.entries()) if (!there.has(key) && kept.has(key)) full.splice(at === 0 ? 0 : full.indexOf(base[at - 1]!) + 1, 0, key);
  return full;
}

/**
 * The keys of three versions of a list that are kept, in one order: that of the side which changed it. Where both did, what
 * the base had comes first, then what was added, one side's after the other's; swapping the sides gives the same order.
 */
export function mergedOrder(base: readonly string[], own: readonly string[], other: readonly string[], kept: ReadonlySet<string>): string[] {
  const [mine, theirs] = [withKept(base, own, kept), withKept(base, other, kept)];
  const rest = (order: readonly string[]) => [...new Set([...order, ...mine, ...theirs])].filter((key) => kept.has(key));
  const before = base.filter((key) => kept.has(key));
  const [ofMine, ofTheirs] = [mine, theirs].map((order) => order.filter((key) => kept.has(key)));
  if (equal(before, ofMine!)) return rest(theirs);
  if (equal(before, ofTheirs!)) return rest(mine);
  const ofBase = new Set(base);
  const staying = (order: readonly string[]) => order.filter((key) => ofBase.has(key));
  const [mineStaying, theirsStaying] = [staying(ofMine!), staying(ofTheirs!)];
  const stays = equal(before, mineStaying) ? theirsStaying : equal(before, theirsStaying) ? mineStaying : firstOf(mineStaying, theirsStaying);
  const [mineAdded, theirsAdded] = [ofMine!, ofTheirs!].map((order) => order.filter((key) => !ofBase.has(key)));
  return rest([...stays, ...firstOf(mineAdded!, theirsAdded!)]);
}
