/** What the command palette offers: commands, nodes to add, presets to open. */
// Every language's page knows the English names: they are what guides and habits from elsewhere use.
import { commands as english } from "@/app/i18n/en/commands";
import type { Translate } from "@/app/i18n/translate";
import { spoken } from "@/app/i18n/vocabulary";
import type { PresetSummary, SubgraphPreset } from "@/server/api/contract";
import { allSpecs } from "../canvas/node-candidates";
import { otherNamesOf } from "../canvas/other-names";
import type { Command } from "../command";
import { matchPoints, ranked } from "../search-ranking";
import type { EditorState } from "../store/editor-store";

export interface PaletteEntry {
  /** "command:run", "node:prompt", "preset:…": what is remembered of its use. */
  readonly id: string;
  readonly title: string;
  /** Its English name, by which it is found in every language. */
  readonly english?: string;
  /** What kind of thing it is, shown beside it. */
  readonly group: string;
  readonly keys?: string | undefined;
  /** More words it is found by. */
  readonly words?: string;
  /** Absent: it can be used now. "" where nothing more is known than that it cannot. */
  readonly unavailable?: string;
  readonly run: () => void;
}

export function commandEntries(commands: readonly Command[], state: EditorState, t: Translate): PaletteEntry[] {
  return commands.map(({ id, group, keys, enabled, run }) => ({
    id: `command:${id}`,
    title: t(`commands.titles.${id}`),
    english: english.titles[id],
    group: t(`commands.groups.${group}`),
    keys,
    run,
    ...(enabled && !enabled(state) && { unavailable: enabled.why ? t(`commands.waits.${enabled.why}`) : "" }),
  }));
}

export function nodeEntries(add: (type: string) => void, t: Translate): PaletteEntry[] {
  return allSpecs.map(({ type, title, category, help }) => ({ id: `node:${type}`, title: t("commands.palette.addNode", { title: spoken(title, t) }), english: english.palette.addNode.replace("{title}", title), group: spoken(category, t), words: [spoken(help, t), help, ...otherNamesOf(type)].join(" "), run: () => add(type) }));
}

export function keptEntries(kept: readonly SubgraphPreset[], add: (id: string) => void, t: Translate): PaletteEntry[] {
  return kept.map(({ id, name, description }) => ({ id: `kept:${id}`, title: t("subgraphs.preset.entry", { name }), group: t("subgraphs.preset.category"), words: description, run: () => add(id) }));
}

export function presetEntries(presets: readonly PresetSummary[], open: (id: string) => void, t: Translate): PaletteEntry[] {
  return presets.map(({ id, name, description }) => ({ id: `preset:${id}`, title: t("commands.palette.openPreset", { name: spoken(name, t) }), english: english.palette.openPreset.replace("{name}", name), group: t("commands.palette.preset"), words: `${spoken(description, t)} ${description}`, run: () => open(id) }));
}

/** How many of the entries used last stand before the others. */
export const recentShown = 5;

export interface FoundEntries {
  /** Used lately; only where nothing is searched for. */
  readonly recent: readonly PaletteEntry[];
  readonly others: readonly PaletteEntry[];
}

/** By its name here or by its English one, whichever fits better. */
function pointsOf({ title, english: name, group, words = "" }: PaletteEntry, query: string): number | null {
  const points = matchPoints(query, title, `${group} ${words}`);
  const byName = name === undefined || name === title ? null : matchPoints(query, name);
  return byName === null ? points : Math.max(points ?? 0, byName);
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
      const points = pointsOf(entry, query);
      return points === null ? null : points - penalty(entry);
    }),
  };
}
