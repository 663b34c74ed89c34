"use client";

import { Dices } from "lucide-react";
import { useTranslations } from "use-intl";
import { spokenWithin } from "@/app/i18n/vocabulary";
import { IconButton } from "@/app/ui/icon-button";
import { NumberField } from "@/app/ui/number-field";
import type { FieldProps } from "./field-props";

/** Short enough to read and to say to someone. */
const seeds = 2 ** 32;

export function SeedField({ id, field, label, place, value, invalid, describedBy, onChange, onCommit }: FieldProps) {
  const t = useTranslations();
  return (
    <span className="flex items-center gap-1">
      <NumberField quiet={place === "card"} id={id} label={label} value={typeof value === "number" ? value : 0} min={field.min} max={field.max} integer invalid={invalid} describedBy={describedBy} onChange={onChange} className="w-28" />
      <IconButton
        label={t("params.seed.draw", { param: spokenWithin(field.meta.title, t) })}
        size="small"
        side="top"
        className={place === "card" ? "nodrag -mr-1.5" : "nodrag"}
        icon={<Dices size={15} />}
        onClick={() => {
          onCommit();
          onChange(Math.floor(Math.random() * seeds));
          onCommit();
        }}
      />
    </span>
  );
}
