/** Two versions of a document that share what is equal in both, so that what did not change is not drawn again. */
import { fieldOf, isList, isObject, type Json, type Maybe, same } from "./json";
import { keyed } from "./keyed-lists";

/** `next`, with each of its parts taken from `before` where they are equal. */
export function sharing<T>(before: T, next: T): T {
  return shared(before as Maybe, next as Json) as T;
}

function shared(before: Maybe, next: Json): Json {
  if (before === undefined) return next;
  if (same(before, next)) return before;
  if (isList(before) && isList(next)) {
    const known = keyed([before, next]);
    return next.map((item, index) => shared(known ? known.lists[0]!.get(known.keyOf(item)) : before[index], item));
  }
  if (!isObject(before) || !isObject(next)) return next;
  return Object.fromEntries(Object.entries(next).map(([key, value]) => [key, shared(fieldOf(before, key), value)]));
}
