"use client";

import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { dataTypeWord, spoken } from "@/app/i18n/vocabulary";
import { type Client, useTRPC, useTRPCClient } from "@/app/trpc-client";
import { classNames } from "@/app/ui/class-names";
import { feedsParam } from "@/nodes/param-inputs";
import type { DataType } from "@/nodes/ports";
import { nodeOf } from "../graph/lookup";
import type { SubgraphPreset } from "@/server/api/contract";
import type { Point } from "../graph/operations";
import { PortShape } from "../node/port-shape";
import { usePlaceInView } from "../panels/place-in-view";
import { edgeBetween, typeAt } from "../store/connection-actions";
import { addNode } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import { addKept } from "../store/kept-subgraphs";
import type { EditorStore, SearchPlace } from "../store/editor-store";
import { focusCard } from "./card-focus";
import { type Candidate, findCandidates, findKept } from "./node-candidates";
import { absentFor } from "./other-names";

const width = 272;
const height = 328;

function choose(store: EditorStore, { from }: SearchPlace, candidate: Candidate, at: Point): void {
  const { port } = candidate;
  const added = addNode(store, candidate.spec.type, at, (id) => (from && port ? edgeBetween(from, { nodeId: id, side: from.side === "output" ? "input" : "output", port }) : null));
  store.setState({ search: null });
  // From there Tab leads on into the new card.
  focusCard(added);
}

function chooseKept(store: EditorStore, client: Client, { from }: SearchPlace, id: string, port: number | null, at: Point): void {
  void addKept(store, client, id, at, from && port !== null ? { from, port } : undefined);
  store.setState({ search: null });
}

/** A node type, or a kept subgraph. */
interface Choice {
  readonly key: string;
  readonly title: string;
  readonly group: string;
  readonly shape: DataType | null;
  choose(): void;
}

const noneKept: readonly SubgraphPreset[] = [];

function SearchBox({ place }: { place: SearchPlace }) {
  const t = useTranslations();
  const store = useEditorStore();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const type = useEditor((state) => (place.from ? typeAt(state.graph, place.from) : undefined));
  const param = useEditor((state) => place.from?.side === "input" && feedsParam(nodeOf(state.graph, place.from.nodeId), { targetPort: place.from.port }));
  const client = useTRPCClient();
  const kept = useQuery(useTRPC().presets.subgraphs.queryOptions()).data ?? noneKept;
  const placeInView = usePlaceInView();
  const placeFor = (chosen?: string) => place.canvas ?? placeInView(chosen);
  const from = type && place.from ? { type, side: place.from.side, param } : null;
  const choices: readonly Choice[] = [
    ...findCandidates(query, from, t).map((candidate) => ({ key: candidate.spec.type, title: spoken(candidate.spec.title, t), group: spoken(candidate.spec.category, t), shape: candidate.shape, choose: () => choose(store, place, candidate, placeFor(candidate.spec.type)) })),
    ...findKept(query, kept, from).map(({ preset, port, shape }) => ({ key: preset.id, title: preset.name, group: t("subgraphs.preset.category"), shape, choose: () => chooseKept(store, client, place, preset.id, port, placeFor()) })),
  ];
  const listId = useId();
  const box = useRef<HTMLDivElement>(null);
  const close = () => store.setState({ search: null });

  useEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Element)) store.setState({ search: null });
    };
    document.addEventListener("pointerdown", onPointerDown, true);
    return () => document.removeEventListener("pointerdown", onPointerDown, true);
  }, [store]);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const choice = choices[active];
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key === "Enter" && choice) choice.choose();
    else if (event.key === "ArrowDown") setActive((active + 1) % Math.max(1, choices.length));
    else if (event.key === "ArrowUp") setActive((active + choices.length - 1) % Math.max(1, choices.length));
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      role="dialog"
      aria-label={t("canvas.add.label")}
      className="appear fixed z-30 flex flex-col rounded-lg border border-line bg-raised shadow-float"
      style={{ width, maxHeight: height, left: Math.max(8, Math.min(place.screen.x, window.innerWidth - width - 8)), top: Math.max(8, Math.min(place.screen.y, window.innerHeight - height - 8)) }}
    >
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={choices[active] && `${listId}-${active}`}
        aria-label={t("canvas.add.field")}
        placeholder={type ? t(place.from?.side === "output" ? "canvas.add.taking" : "canvas.add.giving", { type: dataTypeWord(type, t) }) : t("canvas.add.placeholder")}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        className="h-10 shrink-0 border-b border-line bg-transparent px-3 outline-none"
      />
      <ul id={listId} role="listbox" aria-label={t("canvas.add.nodes")} className="min-h-0 flex-1 overflow-y-auto p-1">
        {choices.map((choice, index) => (
          <li
            key={choice.key}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            ref={index === active ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
            onPointerMove={() => setActive(index)}
            onClick={choice.choose}
            className={classNames("flex h-8 items-center gap-2.5 rounded-md px-2", index === active && "bg-hover")}
          >
            {choice.shape && <PortShape type={choice.shape} size={10} />}
            <span className="flex-1">{choice.title}</span>
            <span className="text-sm text-faint">{choice.group}</span>
          </li>
        ))}
        {choices.length === 0 && <li className="px-2 py-3 text-muted">{absentFor(query) ? t(`canvas.add.absent.${absentFor(query)!}`) : t("canvas.add.none", { query })}</li>}
      </ul>
    </div>
  );
}

/** Adding a node where the pointer is: Tab, a double click, or a connection dropped on empty canvas. */
export function NodeSearch() {
  const place = useEditor((state) => state.search);
  return place && <SearchBox key={`${place.screen.x},${place.screen.y}`} place={place} />;
}
