/** What the command palette offers: commands, nodes to add, presets to open. */
import type { PresetSummary } from "@/server/api/contract";
import { allSpecs } from "../canvas/node-candidates";
import type { Command } from "../commands";
import { matchPoints, ranked } from "../search-ranking";
import type { EditorState } from "../store/editor-store";

export interface PaletteEntry {
  /** "command:run", "node:prompt", "preset:…": what is remembered of its use. */
  readonly id: string;
  readonly title: string;
  /** What kind of thing it is, shown beside it. */
  readonly group: string;
  readonly keys?: string | undefined;
  /** More words it is found by. */
  readonly words?: string;
  /** Absent: it can be used now. "" where nothing more is known than that it cannot. */
  readonly unavailable?: string;
  readonly run: () => void;
}

export function commandEntries(commands: readonly Command[], state: EditorState): PaletteEntry[] {
  return commands.map(({ id, title, group, keys, enabled, run }) => ({
    id: `command:${id}`,
    title,
    group,
    keys,
    run,
    ...(enabled && !enabled(state) && { unavailable: enabled.why ?? "" }),
  }));
}

export function nodeEntries(add: (type: string) => void): PaletteEntry[] {
  return allSpecs.map(({ type, title, category, help }) => ({ id: `node:${type}`, title: `Add node: ${title}`, group: category, words: help, run: () => add(type) }));
}

export function presetEntries(presets: readonly PresetSummary[], open: (id: string) => void): PaletteEntry[] {
  return presets.map(({ id, name, description }) => ({ id: `preset:${id}`, title: `Open preset: ${name}`, group: "Preset", words: description, run: () => open(id) }));
}

/** How many of the entries used last stand before the others. */
export const recentShown = 5;

export interface FoundEntries {
  /** Used lately; only where nothing is searched for. */
  readonly recent: readonly PaletteEntry[];
  readonly others: readonly PaletteEntry[];
}

/** Best first; among equals those used last, then those that can be used now. `recent`: ids, the last used first. */
export function findEntries(entries: readonly PaletteEntry[], query: string, recent: readonly string[]): FoundEntries {
  const place = (id: string) => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  const byUse = [...entries].sort((a, b) => place(a.id) - place(b.id));
  if (query.trim() === "") {
    const used = byUse.filter(({ id }) => recent.includes(id)).slice(0, recentShown);
    return { recent: used, others: entries.filter((entry) => !used.includes(entry)) };
  }
  // Less than any difference between matches.
  const penalty = (entry: PaletteEntry) => (entry.unavailable === undefined ? 0 : 0.5);
  return {
    recent: [],
    others: ranked(byUse, (entry) => {
      const points = matchPoints(query, entry.title, `${entry.group} ${entry.words ?? ""}`);
      return points === null ? null : points - penalty(entry);
    }),
  };
}
