"use client";

import { ChevronDown, ChevronUp, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { IconButton } from "@/app/ui/icon-button";
import { findNodes, type NodeHit } from "../graph/node-finding";
import { nestingIn } from "../graph/levels";
import { useNodeTitle } from "../panels/node-title";
import { goToNode } from "../store/document-actions";
import { focusCard } from "./card-focus";
import { useEditor, useEditorStore } from "../store/editor-context";

const noHits: readonly NodeHit[] = [];

function words(query: string, hits: readonly NodeHit[], at: number, t: Translate): string {
  if (query.trim() === "") return "";
  return hits.length === 0 ? t("canvas.find.none") : t("canvas.find.at", { at: at + 1, count: hits.length });
}

/** Finds nodes by what they are called and hold, and goes from one to the next. `request` changes whenever it is asked for again. */
export function FindBar({ request, onClose }: { request: number; onClose: () => void }) {
  const t = useTranslations();
  const store = useEditorStore();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const graph = useEditor((state) => (query === "" ? null : state.graph));
  const hits = graph ? findNodes(graph, query, t) : noHits;
  const input = useRef<HTMLInputElement>(null);
  const before = useRef<Element | null>(null);
  const shown = Math.min(at, Math.max(0, hits.length - 1));
  const hit = hits[shown];
  const holder = useEditor((state) => (hit ? nestingIn(state.graph).holderOf(hit.nodeId) : null));
  const within = useNodeTitle(holder);

  useEffect(() => {
    before.current ??= document.activeElement;
    // A menu that asked for it gives the focus back to its button first.
    const frame = requestAnimationFrame(() => input.current?.select());
    input.current?.focus();
    return () => cancelAnimationFrame(frame);
  }, [request]);

  const goTo = (index: number, among = hits) => {
    const next = among.length === 0 ? 0 : (index + among.length) % among.length;
    setAt(next);
    const found = among[next];
    if (found) goToNode(store, found.nodeId);
  };
  const close = () => {
    onClose();
    // To the node it led to; where it led nowhere, back.
    const { selection } = store.getState();
    if (hit && selection.size === 1 && selection.has(hit.nodeId)) focusCard(hit.nodeId);
    else if (before.current instanceof HTMLElement && before.current !== input.current) before.current.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey)) goTo(shown + 1);
    else if (event.key === "ArrowUp" || event.key === "Enter") goTo(shown - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <search aria-label={t("canvas.find.label")} className="appear absolute top-3 right-3 z-10 w-72 rounded-lg border border-line bg-raised shadow-float">
      <div className="flex h-9 items-center gap-0.5 pr-1 pl-3">
        <input
          ref={input}
          type="text"
          aria-label={t("canvas.find.field")}
          placeholder={t("canvas.find.placeholder")}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            goTo(0, findNodes(store.getState().graph, event.target.value, t));
          }}
          onKeyDown={onKeyDown}
          className="min-w-0 flex-1 bg-transparent outline-none"
        />
        <span role="status" className="number shrink-0 px-1.5 text-sm text-faint">
          {words(query, hits, shown, t)}
        </span>
        <IconButton label={t("canvas.find.previous")} size="small" icon={<ChevronUp size={15} />} disabled={hits.length === 0} onClick={() => goTo(shown - 1)} />
        <IconButton label={t("canvas.find.next")} size="small" icon={<ChevronDown size={15} />} disabled={hits.length === 0} onClick={() => goTo(shown + 1)} />
        <IconButton label={t("canvas.find.close")} keys="escape" size="small" icon={<X size={15} />} onClick={close} />
      </div>
      {hit && (
        <p className="truncate border-t border-line px-3 py-1.5 text-sm text-muted">
          <span className="text-ink">{hit.title}</span>
          {hit.place && ` · ${hit.place}`}
          {holder !== null && ` · ${t("subgraphs.find", { subgraph: within })}`}
        </p>
      )}
    </search>
  );
}
