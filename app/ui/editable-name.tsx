"use client";

import { type InputHTMLAttributes, useState } from "react";
import { classNames } from "./class-names";

interface EditableNameProps extends Pick<InputHTMLAttributes<HTMLInputElement>, "id" | "placeholder" | "maxLength" | "className"> {
  label: string;
  value: string;
  onRename: (name: string) => void;
}

/** A name edited where it stands: kept on Enter or on leaving, as it was on Escape. */
export function EditableName({ label, value, onRename, className, ...rest }: EditableNameProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const keep = () => {
    if (draft !== null) onRename(draft);
    setDraft(null);
  };
  return (
    <input
      {...rest}
      aria-label={label}
      value={draft ?? value}
      spellCheck={false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") {
          setDraft(null);
          event.stopPropagation();
        }
      }}
      className={classNames("field border-transparent bg-transparent", className)}
    />
  );
}
