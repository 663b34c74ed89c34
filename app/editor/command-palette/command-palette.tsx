"use client";

import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useWorkflowActions } from "@/app/start/use-workflow-actions";
import { useTRPC, useTRPCClient } from "@/app/trpc-client";
import { classNames } from "@/app/ui/class-names";
import { Shortcut } from "@/app/ui/shortcut";
import { focusCard } from "../canvas/card-focus";
import type { Command } from "../command";
import { useAddInView } from "../panels/palette";
import { usePlaceInView } from "../panels/place-in-view";
import { useEditorStore } from "../store/editor-context";
import { addKept } from "../store/kept-subgraphs";
import { commandEntries, findEntries, keptEntries, nodeEntries, type PaletteEntry, presetEntries } from "./palette-entries";
import { noteUse, useRecentEntries } from "./recent-entries";

/** Everything that can be done, as things are while the palette is open. */
function useEntries(commands: readonly Command[]): readonly PaletteEntry[] {
  const t = useTranslations();
  const store = useEditorStore();
  const trpc = useTRPC();
  const presets = useQuery(trpc.presets.list.queryOptions()).data;
  const { create } = useWorkflowActions();
  const kept = useQuery(trpc.presets.subgraphs.queryOptions()).data;
  const client = useTRPCClient();
  const addInView = useAddInView();
  const placeInView = usePlaceInView();
  const [state] = useState(() => store.getState());
  return [
    ...commandEntries(commands.filter(({ id }) => id !== "commands"), state, t),
    ...nodeEntries((type) => focusCard(addInView(type)), t),
    ...keptEntries(kept ?? [], (id) => void addKept(store, client, id, placeInView()), t),
    ...presetEntries(presets ?? [], (presetId) => void create({ presetId }), t),
  ];
}

interface EntryItemProps {
  id: string;
  entry: PaletteEntry;
  active: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function EntryItem({ id, entry, active, onPoint, onChoose }: EntryItemProps) {
  const unavailable = entry.unavailable !== undefined;
  return (
    <li
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={unavailable}
      ref={active ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
      onPointerMove={active ? undefined : onPoint}
      onClick={onChoose}
      className={classNames("flex h-8 items-center gap-3 rounded-md px-2", active && "bg-hover")}
    >
      <span className={classNames("min-w-0 flex-1 truncate", unavailable && "text-faint")}>{entry.title}</span>
      <span className="shrink-0 text-sm text-faint">{entry.unavailable || entry.group}</span>
      {entry.keys && <Shortcut keys={entry.keys} />}
    </li>
  );
}

function EntrySearch({ entries, onChoose }: { entries: readonly PaletteEntry[]; onChoose: (entry: PaletteEntry) => void }) {
  const t = useTranslations();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const used = useRecentEntries((state) => state.ids);
  const { recent, others } = useMemo(() => findEntries(entries, query, used), [entries, query, used]);
  const found = [...recent, ...others];
  const listId = useId();
  const option = (index: number) => `${listId}-${index}`;
  const choose = (entry: PaletteEntry | undefined) => {
    if (entry && entry.unavailable === undefined) onChoose(entry);
  };
  const go = (index: number) => setActive(Math.max(0, Math.min(found.length - 1, index)));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.nativeEvent.isComposing) choose(found[active]);
    else if (event.key === "ArrowDown") setActive((active + 1) % Math.max(1, found.length));
    else if (event.key === "ArrowUp") setActive((active + found.length - 1) % Math.max(1, found.length));
    else if (event.key === "PageDown") go(active + 8);
    else if (event.key === "PageUp") go(active - 8);
    else return;
    event.preventDefault();
  };
  const items = (part: readonly PaletteEntry[], from: number) =>
    part.map((entry, index) => <EntryItem key={entry.id} id={option(from + index)} entry={entry} active={from + index === active} onPoint={() => setActive(from + index)} onChoose={() => choose(entry)} />);

  return (
    <>
      <div className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-3.5">
        <Search size={15} className="shrink-0 text-faint" aria-hidden />
        <input
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found[active] && option(active)}
          aria-autocomplete="list"
          aria-label={t("commands.palette.search")}
          placeholder={t("commands.palette.placeholder")}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="min-w-0 flex-1 bg-transparent outline-none"
        />
        <Shortcut keys="escape" />
      </div>
      <ul id={listId} role="listbox" aria-label={t("commands.palette.label")} className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {recent.length > 0 && <li role="presentation" className="px-2 pt-1 pb-0.5 text-sm text-faint">{t("commands.palette.recent")}</li>}
        {items(recent, 0)}
        {recent.length > 0 && <li role="presentation" className="my-1.5 h-px bg-line" />}
        {items(others, recent.length)}
      </ul>
      {found.length === 0 && <p className="px-3.5 pt-1 pb-4 text-muted">{t("commands.palette.none", { query: query.trim() })}</p>}
      <p role="status" className="sr-only">{query.trim() === "" ? "" : t("commands.palette.results", { count: found.length })}</p>
    </>
  );
}

function Content({ commands, onChoose }: { commands: readonly Command[]; onChoose: (entry: PaletteEntry) => void }) {
  return <EntrySearch entries={useEntries(commands)} onChoose={onChoose} />;
}

/** Every command by name, with its keys; nodes to add and presets to open as well. */
export function CommandPalette({ open, onOpenChange, commands }: { open: boolean; onOpenChange: (open: boolean) => void; commands: readonly Command[] }) {
  const t = useTranslations();
  const before = useRef<Element | null>(null);
  const chosen = useRef<PaletteEntry | null>(null);
  const choose = (entry: PaletteEntry) => {
    noteUse(entry.id);
    chosen.current = entry;
    onOpenChange(false);
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            before.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            const entry = chosen.current;
            chosen.current = null;
            if (!entry) return;
            // The focus goes back first: what is chosen may take it somewhere else.
            event.preventDefault();
            if (before.current instanceof HTMLElement) before.current.focus();
            entry.run();
          }}
          className="appear fixed top-[12dvh] left-1/2 z-40 flex max-h-[min(26rem,76dvh)] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line bg-panel shadow-float focus:outline-none"
        >
          <Radix.Title className="sr-only">{t("commands.titles.commands")}</Radix.Title>
          <Content commands={commands} onChoose={choose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
