/** Undo and redo over whole documents. Documents share their unchanged parts, so a step costs little. */
import type { Workflow } from "@/nodes/workflow";
import { mergeContents } from "./document-merge";
import { renameNodes } from "./node-renaming";

export interface EditorDocument {
  readonly name: string;
  readonly graph: Workflow;
  /** Ids of selected nodes: undoing brings back what was selected too. */
  readonly selection: ReadonlySet<string>;
  /** The subgraph that is open, null on top: undoing shows where the edit was. */
  readonly level: string | null;
  /** Keys of selected frames and notes (annotations.ts) and of dots on edges (reroutes.ts). */
  readonly selectedAnnotations: ReadonlySet<string>;
}

interface Entry {
  readonly before: EditorDocument;
  readonly after: EditorDocument;
  /**
   * Edits of one group are undone together: a word typed, a size drawn. A pause ends a group,
   * unless its name starts with "hold:"; such a group lasts until it is closed.
   */
  readonly group: string | null;
  readonly at: number;
}

/** Only what was done here. What others did meanwhile is in no entry, and undoing leaves it alone. */
export interface History {
  readonly past: readonly Entry[];
  readonly future: readonly Entry[];
}

export const emptyHistory: History = { past: [], future: [] };

const deepest = 1000;
const pause = 1200;
const holds = (group: string | null | undefined) => group?.startsWith("hold:") === true;

/** Whether a size is being drawn. A new note that is written is one step too, but none that waits for a hand. */
export const isInHand = ({ past }: History): boolean => past.at(-1)?.group === "hold:resize";

export function record(history: History, before: EditorDocument, after: EditorDocument, group: string | null, at: number): History {
  const last = history.past.at(-1);
  // A new edit ends what could be redone; only an unbroken sequence merges.
  if (last && group !== null && last.group === group && history.future.length === 0 && (holds(group) || at - last.at < pause)) {
    return { past: [...history.past.slice(0, -1), { ...last, after, at }], future: [] };
  }
  return { past: [...history.past.slice(1 - deepest), { before, after, group, at }], future: [] };
}

/** Ends the group that is open, so that the next edit starts a step of its own. */
export function closeGroup(history: History): History {
  const last = history.past.at(-1);
  if (!last || last.group === null) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, group: null }] };
}

const isSame = (a: EditorDocument, b: EditorDocument) => a.graph === b.graph && a.name === b.name;

/** What is selected and open, under other ids. */
function withIds(document: EditorDocument, renamed: ReadonlyMap<string, string>): EditorDocument {
  if (renamed.size === 0) return document;
  const named = (id: string) => renamed.get(id) ?? id;
  return { ...document, selection: new Set([...document.selection].map(named)), level: document.level === null ? null : named(document.level) };
}

/**
 * `current` with the change from `from` to `to` done to it. Where nobody else changed anything that is `to` itself, byte
 * for byte; what others did since `from` stays, also where it was done to the same thing.
 */
function carried(from: EditorDocument, to: EditorDocument, current: EditorDocument): EditorDocument {
  if (isSame(from, current)) return to;
  const { value, renamed } = mergeContents(from, to, current, () => "theirs");
  return { ...withIds(to, renamed), name: value.name, graph: value.graph };
}

interface Travelled {
  readonly history: History;
  readonly document: EditorDocument;
}

/** Takes back the last step of which anything is left: others may have changed all that some steps did. Null without steps. */
export function undo({ past, future }: History, current: EditorDocument): Travelled | null {
  for (let at = past.length - 1; at >= 0; at--) {
    const entry = past[at]!;
    const document = carried(entry.after, entry.before, current);
    // What was really done is what redoing does again.
    if (!isSame(document, current)) return { history: { past: past.slice(0, at), future: [{ ...entry, before: document, after: current, group: null }, ...future] }, document };
  }
  return past.length > 0 ? { history: { past: [], future }, document: current } : null;
}

export function redo({ past, future }: History, current: EditorDocument): Travelled | null {
  for (const [at, entry] of future.entries()) {
    const document = carried(entry.before, entry.after, current);
    if (!isSame(document, current)) return { history: { past: [...past, { ...entry, before: current, after: document }], future: future.slice(at + 1) }, document };
  }
  return future.length > 0 ? { history: { past, future: [] }, document: current } : null;
}

/**
 * Changes what the newest step led to, without a step of its own: what the program itself put in, such as the seed of a run.
 * Undoing still takes back what the person did last.
 */
export function amend(history: History, current: EditorDocument, amended: EditorDocument): History {
  const last = history.past.at(-1);
  if (!last) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, after: carried(current, amended, last.after), group: null }] };
}

/** The steps under other ids of nodes. The open group ends: what follows belongs to a document that others changed. */
export function afterOthers(history: History, renamed: ReadonlyMap<string, string>): History {
  const closed = closeGroup(history);
  if (renamed.size === 0) return closed;
  const rename = (document: EditorDocument): EditorDocument => ({ ...withIds(document, renamed), graph: renameNodes(document.graph, renamed) });
  const all = (entries: readonly Entry[]) => entries.map((entry) => ({ ...entry, before: rename(entry.before), after: rename(entry.after) }));
  return { past: all(closed.past), future: all(closed.future) };
}
