/** Plain JSON, whatever it means. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };
/** Undefined: not there. */
export type Maybe = Json | undefined;

export const isObject = (value: Maybe): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
export const isList = (value: Maybe): value is readonly Json[] => Array.isArray(value);
export const fieldOf = (object: JsonObject, key: string): Maybe => (Object.hasOwn(object, key) ? object[key] : undefined);

/** Equal as JSON; the order of fields means nothing. */
export function same(a: Maybe, b: Maybe): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}
