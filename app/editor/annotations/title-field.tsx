"use client";

import { useState } from "react";
import { classNames } from "@/app/ui/class-names";
import { endWriting } from "../store/annotation-actions";
import { useEditorStore } from "../store/editor-context";
import { useFocusAtFirst } from "./focus-at-first";

interface TitleFieldProps {
  /** The frame or node. */
  writing: string;
  label: string;
  title: string;
  className: string;
}

/** A title on the canvas while it is written: kept on Enter or on leaving, as it was on Escape. */
export function TitleField({ writing, label, title, className }: TitleFieldProps) {
  const store = useEditorStore();
  const [draft, setDraft] = useState(title);
  return (
    <input
      ref={useFocusAtFirst<HTMLInputElement>()}
      aria-label={label}
      value={draft}
      maxLength={80}
      spellCheck={false}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => endWriting(store, writing, draft)}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key !== "Escape") return;
        event.stopPropagation();
        endWriting(store, writing, null);
      }}
      className={classNames("nodrag field h-6 px-1.5 font-semibold", className)}
    />
  );
}
