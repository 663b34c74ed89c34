/**
 * Edits that the server does not have yet, kept in this browser: in IndexedDB, or, where a browser refuses that, in the
 * little room of localStorage. One record per open editor; whichever opens the workflow next takes over what is left.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { z } from "zod";
import { workflowSchema } from "@/nodes/workflow";

const contentSchema = z.object({ name: z.string(), graph: workflowSchema });
const draftSchema = z.object({
  key: z.string().min(1),
  workflowId: z.string().min(1),
  /** When it was kept, in milliseconds since the epoch. */
  at: z.number(),
  document: contentSchema,
  /** What the edits began from. */
  base: contentSchema,
  baseVersion: z.int().min(1),
  /** Sent, and never answered. */
  sent: contentSchema.nullable(),
});
export type Draft = z.infer<typeof draftSchema>;

/** As it is stored: graphs as text, which a browser takes in several times as fast as objects. */
type Packed = ReturnType<typeof packed>;
type Content = Draft["document"];

function packed(draft: Draft) {
  const pack = ({ name, graph }: Content, text = JSON.stringify(graph)) => ({ name, graph: text });
  return { ...draft, document: pack(draft.document), base: pack(draft.base, textOfBase(draft.base.graph)), sent: draft.sent && pack(draft.sent) };
}

let lastBase: { readonly graph: Content["graph"]; readonly text: string } | null = null;

/** The base of many drafts, one after the other, is the same. */
function textOfBase(graph: Content["graph"]): string {
  if (lastBase?.graph !== graph) lastBase = { graph, text: JSON.stringify(graph) };
  return lastBase.text;
}

function jsonOf(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

const graphText = z.string().transform(jsonOf).pipe(workflowSchema);
const packedContent = z.object({ name: z.string(), graph: graphText });
const packedSchema = draftSchema.extend({ document: packedContent, base: packedContent, sent: packedContent.nullable() });

/** Nobody comes back for what was left longer ago. */
const longestKept = 90 * 24 * 3600_000;

interface Schema extends DBSchema {
  drafts: { key: string; value: Packed; indexes: { workflowId: string } };
}

export interface Drafts {
  /** False when there is no room, or no storage. */
  keep(draft: Draft): Promise<boolean>;
  drop(key: string): Promise<void>;
  /** Of one workflow, the oldest first. What cannot be read is removed and counted. */
  of(workflowId: string): Promise<{ drafts: Draft[]; unreadable: number }>;
}

/** Sorts records into those that can be read and the keys of those that cannot. */
function read(records: readonly { key: string; value: unknown }[]): { drafts: Draft[]; broken: string[] } {
  const parsed = records.map(({ key, value }) => ({ key, draft: packedSchema.safeParse(value).data }));
  const drafts = parsed.flatMap(({ key, draft }) => (draft && draft.key === key ? [draft] : [])).sort((a, b) => a.at - b.at);
  return { drafts, broken: parsed.filter(({ key, draft }) => draft?.key !== key).map(({ key }) => key) };
}

async function removeOld(db: IDBPDatabase<Schema>): Promise<void> {
  const tx = db.transaction("drafts", "readwrite");
  for await (const cursor of tx.store) if (!(cursor.value.at > Date.now() - longestKept)) await cursor.delete();
  await tx.done;
}

export async function openIndexedDrafts(): Promise<Drafts> {
  const db = await openDB<Schema>("bifrost", 1, {
    upgrade: (database) => void database.createObjectStore("drafts", { keyPath: "key" }).createIndex("workflowId", "workflowId"),
  });
  await removeOld(db);
  return {
    async keep(draft) {
      try {
        const tx = db.transaction("drafts", "readwrite");
        const stored = tx.store.put(packed(draft));
        // Not left to the end of this task: the page may be gone by then.
        tx.commit();
        await Promise.all([stored, tx.done]);
        return true;
      } catch {
        return false;
      }
    },
    drop: (key) => db.delete("drafts", key),
    async of(workflowId) {
      const keys = await db.getAllKeysFromIndex("drafts", "workflowId", workflowId);
      const records = await Promise.all(keys.map(async (key) => ({ key, value: (await db.get("drafts", key)) as unknown })));
      const { drafts, broken } = read(records);
      await Promise.all(broken.map((key) => db.delete("drafts", key)));
      return { drafts, unreadable: broken.length };
    },
  };
}

const prefix = "bifrost.draft.";

export function localDrafts(storage: () => Storage): Drafts {
  return {
    async keep(draft) {
      try {
        storage().setItem(`${prefix}${draft.workflowId}.${draft.key}`, JSON.stringify(packed(draft)));
        return true;
      } catch {
        return false;
      }
    },
    async drop(key) {
      try {
        for (const name of Object.keys(storage())) if (name.startsWith(prefix) && name.endsWith(`.${key}`)) storage().removeItem(name);
      } catch {
        // Storage is off: nothing was kept.
      }
    },
    async of(workflowId) {
      try {
        const own = `${prefix}${workflowId}.`;
        const names = Object.keys(storage()).filter((name) => name.startsWith(own));
        const { drafts, broken } = read(names.map((name) => ({ key: name.slice(own.length), value: jsonOf(storage().getItem(name)) })));
        for (const key of broken) storage().removeItem(own + key);
        return { drafts, unreadable: broken.length };
      } catch {
        return { drafts: [], unreadable: 0 };
      }
    },
  };
}

let opened: Promise<Drafts> | null = null;

/** Opened once for the page. Browsers refuse IndexedDB in some private windows, and where people turned storage off. */
export function openDrafts(): Promise<Drafts> {
  opened ??= openIndexedDrafts().catch(() => localDrafts(() => localStorage));
  return opened;
}
