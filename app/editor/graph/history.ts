/** Undo and redo over whole documents. Documents share their unchanged parts, so a step costs little. */
import type { Workflow } from "@/nodes/workflow";

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
   * Edits of one group are undone together: a word typed, a drag. A pause ends a group,
   * unless its name starts with "hold:"; such a group lasts until it is closed.
   */
  readonly group: string | null;
  readonly at: number;
}

export interface History {
  readonly past: readonly Entry[];
  readonly future: readonly Entry[];
}

export const emptyHistory: History = { past: [], future: [] };

const deepest = 1000;
const pause = 1200;

export function record(history: History, before: EditorDocument, after: EditorDocument, group: string | null, at: number): History {
  const last = history.past.at(-1);
  // A new edit ends what could be redone; only an unbroken sequence merges.
  if (last && group !== null && last.group === group && history.future.length === 0 && (group.startsWith("hold:") || at - last.at < pause)) {
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

export function undo(history: History): { history: History; document: EditorDocument } | null {
  const entry = history.past.at(-1);
  if (!entry) return null;
  return { history: { past: history.past.slice(0, -1), future: [{ ...entry, group: null }, ...history.future] }, document: entry.before };
}

export function redo(history: History): { history: History; document: EditorDocument } | null {
  const entry = history.future[0];
  if (!entry) return null;
  return { history: { past: [...history.past, entry], future: history.future.slice(1) }, document: entry.after };
}

/**
 * Changes what the newest step led to, without a step of its own: what the program itself put in, such as the seed of a run.
 * Undoing still takes back what the person did last.
 */
export function amend(history: History, change: (document: EditorDocument) => EditorDocument): History {
  const last = history.past.at(-1);
  if (!last) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, after: change(last.after), group: null }] };
}
