import { IDBCursor, IDBCursorWithValue, IDBDatabase, IDBFactory, IDBIndex, IDBKeyRange, IDBObjectStore, IDBRequest, IDBTransaction } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyWorkflow } from "@/nodes/workflow";
import { type Draft, type Drafts, localDrafts, openIndexedDrafts } from "./drafts";

const content = (name: string) => ({ name, graph: emptyWorkflow });
const draft = (key: string, change: Partial<Draft> = {}): Draft => ({ key, workflowId: "w", at: Date.now(), document: content("mine"), base: content("base"), baseVersion: 3, sent: null, ...change });

/** Storage as a browser has it, with room for so many characters. */
function storage(room = Infinity): Storage {
  const items = new Map<string, string>();
  const methods = {
    getItem: (key: string) => items.get(key) ?? null,
    removeItem: (key: string) => void items.delete(key),
    setItem(key: string, value: string) {
      if (value.length > room) throw new DOMException("Full", "QuotaExceededError");
      items.set(key, value);
    },
  };
  return new Proxy(methods as unknown as Storage, { ownKeys: () => [...items.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) });
}

beforeEach(() => {
  const globals = { IDBCursor, IDBCursorWithValue, IDBDatabase, IDBIndex, IDBKeyRange, IDBObjectStore, IDBRequest, IDBTransaction, indexedDB: new IDBFactory() };
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
});
afterEach(() => vi.unstubAllGlobals());

const places: [string, () => Promise<Drafts>][] = [
  ["IndexedDB", openIndexedDrafts],
  ["localStorage", async () => localDrafts(((one) => () => one)(storage()))],
];

describe.each(places)("drafts in %s", (_, open) => {
  it("come back as they were, of one workflow, the oldest first", async () => {
    const drafts = await open();
    const [late, early] = [draft("late", { at: Date.now() }), draft("early", { at: Date.now() - 1000, sent: content("sent") })];
    for (const one of [late, early, draft("other", { workflowId: "v" })]) expect(await drafts.keep(one)).toBe(true);
    expect(await drafts.of("w")).toEqual({ drafts: [early, late], unreadable: 0 });
  });

  it("are replaced by newer ones of the same editor, and go when they are saved", async () => {
    const drafts = await open();
    await drafts.keep(draft("one"));
    await drafts.keep(draft("one", { document: content("newer") }));
    expect((await drafts.of("w")).drafts).toMatchObject([{ document: { name: "newer" } }]);
    await drafts.drop("one");
    expect((await drafts.of("w")).drafts).toEqual([]);
  });

  it("that are damaged are counted once and gone", async () => {
    const drafts = await open();
    await drafts.keep(draft("good"));
    await drafts.keep({ ...draft("bad"), document: { name: "x", graph: { nodes: "<script>" } } } as unknown as Draft);
    await drafts.keep({ ...draft("worse"), baseVersion: 0 });
    expect(await drafts.of("w")).toMatchObject({ drafts: [{ key: "good" }], unreadable: 2 });
    expect(await drafts.of("w")).toMatchObject({ drafts: [{ key: "good" }], unreadable: 0 });
  });
});

it("drafts that nobody came back for in three months are gone", async () => {
  const drafts = await openIndexedDrafts();
  await drafts.keep(draft("old", { at: Date.now() - 100 * 24 * 3600_000 }));
  await drafts.keep(draft("new"));
  expect((await (await openIndexedDrafts()).of("w")).drafts).toMatchObject([{ key: "new" }]);
});

it("says when there is no room, or no storage", async () => {
  expect(await localDrafts(((one) => () => one)(storage(10))).keep(draft("one"))).toBe(false);
  const off = localDrafts(() => {
    throw new DOMException("Denied", "SecurityError");
  });
  expect(await off.keep(draft("one"))).toBe(false);
  expect(await off.of("w")).toEqual({ drafts: [], unreadable: 0 });
  const drafts = await openIndexedDrafts();
  // What a database cannot take.
  expect(await drafts.keep(draft("one", { at: (() => {}) as never }))).toBe(false);
});
