"use client";

import { type FormEvent, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { spoken, spokenWithin } from "@/app/i18n/vocabulary";
import { Button } from "@/app/ui/button";
import { classNames } from "@/app/ui/class-names";
import { Dialog } from "@/app/ui/dialog";
import { nodeOf } from "../graph/lookup";
import { setSweep } from "../graph/operations";
import type { ParamField } from "../graph/param-fields";
import { edit } from "../store/document-actions";
import { useEditorStore } from "../store/editor-context";
import { choicesOf, draftOf, readSweep, type SweepDraft, sweepKinds, sweepSize } from "./sweep-draft";

interface DraftProps {
  field: ParamField;
  draft: SweepDraft;
  change: (part: Partial<SweepDraft>) => void;
}

function TextBox({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="flex flex-1 flex-col gap-1.5">
      <label htmlFor={id} className="text-muted">
        {label}
      </label>
      <input id={id} className="field number h-8 w-full" inputMode="decimal" autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

function Choices({ field, choices, draft, change }: DraftProps & { choices: readonly string[] }) {
  const t = useTranslations();
  const titleOf = (choice: string) => (field.meta.control === "toggle" ? t(choice === "on" ? "params.on" : "params.off") : spoken(choice, t));
  return (
    <fieldset className="flex flex-col">
      <legend className="sr-only">{t("params.sweep.valuesOf", { param: spoken(field.meta.title, t) })}</legend>
      {choices.map((choice) => (
        <label key={choice} className="flex min-h-8 items-center gap-2.5">
          <input
            type="checkbox"
            checked={draft.chosen.includes(choice)}
            onChange={(event) => change({ chosen: event.target.checked ? [...draft.chosen, choice] : draft.chosen.filter((other) => other !== choice) })}
            className="size-4 accent-accent"
          />
          {titleOf(choice)}
        </label>
      ))}
    </fieldset>
  );
}

function Values({ field, draft, change }: DraftProps) {
  const t = useTranslations();
  const id = useId();
  const choices = choicesOf(field);
  if (choices) return <Choices field={field} choices={choices} draft={draft} change={change} />;
  if (draft.kind === "range") {
    return (
      <div className="flex gap-3">
        <TextBox label={t("params.sweep.from")} value={draft.from} onChange={(from) => change({ from })} />
        <TextBox label={t("params.sweep.to")} value={draft.to} onChange={(to) => change({ to })} />
        <TextBox label={t("params.sweep.step")} value={draft.step} onChange={(step) => change({ step })} />
      </div>
    );
  }
  if (draft.kind === "count") {
    return (
      <div className="flex gap-3">
        <TextBox label={t("params.sweep.firstSeed")} value={draft.from} onChange={(from) => change({ from })} />
        <TextBox label={t("params.sweep.count")} value={draft.count} onChange={(count) => change({ count })} />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-muted">
        {t(field.meta.control === "multiline" || field.meta.control === "text" ? "params.sweep.lines" : "params.sweep.commas")}
      </label>
      <textarea id={id} rows={6} className="field h-auto w-full resize-y py-1.5" value={draft.list} onChange={(event) => change({ list: event.target.value })} />
    </div>
  );
}

function Kinds({ field, draft, change }: DraftProps) {
  const t = useTranslations();
  const kinds = sweepKinds(field);
  if (kinds.length < 2) return null;
  return (
    <div role="radiogroup" aria-label={t("params.sweep.kinds.label")} className="flex w-fit gap-0.5 rounded-lg bg-field p-0.5">
      {kinds.map((kind) => (
        <button
          key={kind}
          type="button"
          role="radio"
          aria-checked={draft.kind === kind}
          onClick={() => change({ kind })}
          className={classNames("h-7 rounded-md px-3", draft.kind === kind ? "bg-raised font-medium ring-1 ring-line" : "text-muted hover:text-ink")}
        >
          {t(`params.sweep.kinds.${kind}`)}
        </button>
      ))}
    </div>
  );
}

function SweepForm({ nodeId, field, onDone }: { nodeId: string; field: ParamField; onDone: () => void }) {
  const t = useTranslations();
  const store = useEditorStore();
  const [draft, setDraft] = useState(() => {
    const node = nodeOf(store.getState().graph, nodeId);
    return draftOf(field, node?.params[field.name] ?? field.defaultValue, node?.sweeps?.[field.name]);
  });
  const change = (part: Partial<SweepDraft>) => setDraft((before) => ({ ...before, ...part }));
  const read = readSweep(field, draft, t);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!("sweep" in read)) return;
    edit(store, (graph) => setSweep(graph, nodeId, field.name, read.sweep));
    onDone();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 pb-1">
      <Kinds field={field} draft={draft} change={change} />
      <Values field={field} draft={draft} change={change} />
      <div className="flex items-center justify-end gap-2">
        <p className={classNames("number flex-1", "sweep" in read ? "text-muted" : "text-warn")} role="status">
          {"sweep" in read ? sweepSize(read.sweep, t) : read.problem}
        </p>
        <Button onClick={onDone}>{t("params.sweep.cancel")}</Button>
        <Button type="submit" tone="primary" disabled={!("sweep" in read)}>
          {t("params.sweep.apply")}
        </Button>
      </div>
    </form>
  );
}

export function SweepDialog({ nodeId, field, open, onOpenChange }: { nodeId: string; field: ParamField; open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("params.sweep.title", { param: spokenWithin(field.meta.title, t) })} description={t("params.sweep.about")}>
      <SweepForm nodeId={nodeId} field={field} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}
