"use client";

import { Search } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { dataTypeWord, spoken } from "@/app/i18n/vocabulary";
import { classNames } from "@/app/ui/class-names";
import { Shortcut } from "@/app/ui/shortcut";
import { Tooltip } from "@/app/ui/tooltip";
import { categories, type NodeSpec } from "@/nodes/define-node";
import type { Ports } from "@/nodes/ports";
import { findCandidates, shapeOf } from "../canvas/node-candidates";
import { absentFor } from "../canvas/other-names";
import { carryNodeType } from "../canvas/use-canvas-drops";
import { PortShape } from "../node/port-shape";
import { useKeysOf } from "../shortcuts/commands-context";
import { addNode } from "../store/document-actions";
import { useEditorStore } from "../store/editor-context";
import { KeptSubgraphs } from "./kept-subgraphs";
import { closeSheet } from "./panel-layout";
import { usePlaceInView } from "./place-in-view";

export function useAddInView() {
  const store = useEditorStore();
  const placeInView = usePlaceInView();
  return (type: string) => addNode(store, type, placeInView(type));
}

function PortList({ word, ports }: { word: string; ports: Ports }) {
  const t = useTranslations();
  const all = Object.values(ports);
  if (all.length === 0) return null;
  return (
    <span className="mt-1.5 flex flex-wrap items-center gap-x-2.5 gap-y-1">
      <span className="text-faint">{word}</span>
      {all.map((port) => (
        <span key={port.title} className="flex items-center gap-1.5">
          <PortShape type={port.type} size={10} />
          {dataTypeWord(port.type, t)}
          {port.optional && <span className="text-faint">{t("panels.ports.optional")}</span>}
        </span>
      ))}
    </span>
  );
}

function Help({ spec }: { spec: NodeSpec }) {
  const t = useTranslations();
  return (
    <span className="block py-1">
      {spoken(spec.help, t)}
      <PortList word={t("panels.ports.takes")} ports={spec.inputs} />
      <PortList word={t("panels.ports.gives")} ports={spec.outputs} />
    </span>
  );
}

/** `next`: Enter in the search field adds this one. */
function PaletteItem({ spec, next }: { spec: NodeSpec; next: boolean }) {
  const t = useTranslations();
  const addInView = useAddInView();
  const add = () => {
    addInView(spec.type);
    closeSheet();
  };
  const shape = shapeOf(spec);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    add();
  };
  return (
    <Tooltip side="right" label={<Help spec={spec} />}>
      {/* Not a <button>: Firefox does not drag those. */}
      <div
        role="button"
        tabIndex={0}
        draggable
        data-palette-type={spec.type}
        onClick={add}
        onKeyDown={onKeyDown}
        onDragStart={(event) => carryNodeType(event.dataTransfer, spec.type)}
        className={classNames("flex h-7 items-center gap-2 rounded-md px-2 select-none hover:bg-hover active:bg-pressed", next && "bg-hover")}
      >
        {shape && <PortShape type={shape} size={11} />}
        <span className="min-w-0 flex-1 truncate">{spoken(spec.title, t)}</span>
        {next && <Shortcut keys="enter" />}
      </div>
    </Tooltip>
  );
}

export function Palette() {
  const t = useTranslations();
  const [query, setQuery] = useState("");
  const found = findCandidates(query, null, t).map(({ spec }) => spec);
  const addInView = useAddInView();
  const keys = useKeysOf("find");
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter" && query !== "" && found[0]) addInView(found[0].type);
    else if (event.key === "Escape") {
      if (query === "") event.currentTarget.blur();
      setQuery("");
    } else return;
    event.preventDefault();
  };
  return (
    <div className="flex h-full flex-col">
      <div className="p-2.5">
        <div className="field flex h-8 items-center gap-2 px-2">
          <Search size={14} className="shrink-0 text-faint" aria-hidden />
          <input id="palette-search" type="search" aria-label={t("panels.palette.search")} placeholder={t("panels.palette.search")} value={query} onChange={(event) => setQuery(event.target.value)} onKeyDown={onKeyDown} className="min-w-0 flex-1 bg-transparent outline-none [&::-webkit-search-cancel-button]:hidden" />
          {query === "" && keys && <Shortcut keys={keys} />}
        </div>
      </div>
      <nav aria-label={t("panels.palette.label")} className="min-h-0 flex-1 overflow-y-auto px-2.5 pb-3">
        {categories.map((category) => {
          const members = found.filter((spec) => spec.category === category);
          if (members.length === 0) return null;
          return (
            <section key={category} aria-label={spoken(category, t)} className="mb-3">
              <h2 className="px-2 pb-1 text-sm text-faint">{spoken(category, t)}</h2>
              {members.map((spec) => (
                <PaletteItem key={spec.type} spec={spec} next={query !== "" && spec === found[0]} />
              ))}
            </section>
          );
        })}
        <KeptSubgraphs query={query} />
        {found.length === 0 && <p className="px-2 text-muted">{absentFor(query) ? t(`canvas.add.absent.${absentFor(query)!}`) : t("panels.palette.none", { query })}</p>}
      </nav>
    </div>
  );
}
