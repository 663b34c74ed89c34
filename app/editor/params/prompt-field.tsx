"use client";

import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useTRPC } from "@/app/trpc-client";
import { classNames } from "@/app/ui/class-names";
import type { KnownWords } from "@/server/api/contract";
import type { FieldProps } from "./field-props";
import { completions, type Completion } from "./word-completion";

const kinds = ["objects", "colors", "sizes", "counts", "relations", "backgrounds"] as const satisfies readonly (keyof KnownWords)[];

/** Words do not change while the page is open, unless the checkpoint does. */
function useKnownWords(): KnownWords {
  const trpc = useTRPC();
  return useQuery({ ...trpc.models.words.queryOptions(), staleTime: 60_000 }).data ?? {};
}

/** A text area for a prompt that offers the words a small checkpoint knows: as one types, and in the panel all of them. */
export function PromptField({ id, field, label, place, value, invalid, describedBy, onChange }: FieldProps) {
  const t = useTranslations();
  const words = useKnownWords();
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [marked, setMarked] = useState(-1);
  const listId = useId();
  const text = String(value ?? "");
  const offered = caret === null ? [] : completions(text, caret, Object.values(words).flat());

  const write = (next: string, at: number) => {
    onChange(next);
    setCaret(null);
    setMarked(-1);
    // After React has put the new text in.
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(at, at);
    });
  };
  const accept = ({ phrase, from }: Completion) => write(text.slice(0, from) + phrase + text.slice(caret!), from + phrase.length);
  const add = (word: string) => {
    const at = area.current?.selectionStart ?? text.length;
    const [before, after] = [text.slice(0, at).trimEnd(), text.slice(at).trimStart()];
    const joined = [before, word].filter(Boolean).join(" ");
    write([joined, after].filter(Boolean).join(" "), joined.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (offered.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setMarked((now) => Math.max(-1, Math.min(offered.length - 1, now + step)));
    else if ((event.key === "Enter" || event.key === "Tab") && offered[marked]) accept(offered[marked]);
    else if (event.key === "Escape") setCaret(null);
    // Whatever it does, the words are done.
    else if (event.ctrlKey || event.metaKey) return setCaret(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={classNames("nodrag nowheel relative", place === "card" ? "w-54" : "w-full")}>
      <textarea
        ref={area}
        id={id}
        aria-label={label}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        aria-autocomplete="list"
        aria-controls={listId}
        aria-activedescendant={offered[marked] ? `${listId}-${marked}` : undefined}
        placeholder={field.meta.placeholder}
        value={text}
        rows={3}
        onChange={(event) => {
          onChange(event.target.value);
          setCaret(event.target.selectionStart);
          setMarked(-1);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setCaret(null)}
        className={classNames("field block h-auto w-full resize-none py-1.5 field-sizing-content", place === "card" ? "max-h-48 min-h-[3.75rem]" : "max-h-96 min-h-24")}
      />
      <ul id={listId} role="listbox" aria-label={t("params.words.known")} className={classNames("absolute top-full right-0 left-0 z-20 mt-1 rounded-lg border border-line bg-raised p-1 shadow-float", offered.length === 0 && "hidden")}>
        {offered.map((completion, index) => (
          <li
            key={completion.phrase}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === marked}
            // Before the field loses its focus, and with it the list.
            onPointerDown={(event) => {
              event.preventDefault();
              accept(completion);
            }}
            className={classNames("cursor-default truncate rounded-md px-2 py-1", index === marked ? "bg-hover" : "hover:bg-hover")}
          >
            {completion.phrase}
          </li>
        ))}
      </ul>
      {place === "panel" && <WordList words={words} onPick={add} />}
    </div>
  );
}

function WordList({ words, onPick }: { words: KnownWords; onPick: (word: string) => void }) {
  const t = useTranslations();
  const shown = kinds.filter((kind) => (words[kind]?.length ?? 0) > 0);
  if (shown.length === 0) return null;
  return (
    <details className="mt-2">
      <summary className="cursor-default text-muted hover:text-ink">{t("params.words.known")}</summary>
      <div className="mt-2 flex flex-col gap-3">
        {shown.map((kind) => (
          <section key={kind} aria-label={t(`params.words.${kind}`)}>
            <h4 className="mb-1 text-sm text-muted">{t(`params.words.${kind}`)}</h4>
            <div className="flex flex-wrap gap-1">
              {words[kind]!.map((word) => (
                <button key={word} type="button" onClick={() => onPick(word)} className="rounded-md border border-line px-1.5 py-0.5 text-sm hover:bg-hover">
                  {word}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </details>
  );
}
