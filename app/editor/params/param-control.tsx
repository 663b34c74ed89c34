"use client";

import { type ReactNode, useId } from "react";
import { Switch } from "radix-ui";
import { useTranslations } from "use-intl";
import { paramProblemWords, spoken } from "@/app/i18n/vocabulary";
import { classNames } from "@/app/ui/class-names";
import { NumberField } from "@/app/ui/number-field";
import { Slider } from "@/app/ui/slider";
import { Tooltip } from "@/app/ui/tooltip";
import type { Control } from "@/nodes/param-form";
import type { Problem } from "@/nodes/problems";
import { nodeOf } from "../graph/lookup";
import type { ParamValue } from "../graph/operations";
import type { ParamField } from "../graph/param-fields";
import { problemsOf } from "../graph/problem-lookup";
import { FixButton } from "../panels/problem-list";
import { closeGroup, setParam } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import { FedParam, fedPort } from "./fed-param";
import type { FieldProps, Place } from "./field-props";
import { ImageField } from "./image-field";
import { ParamMenu, seedModeNotes, SweptValue } from "./param-menu";
import { PatchGridField } from "./patch-grid-field";
import { PromptField } from "./prompt-field";
import { SavedTensorsField } from "./saved-tensors-field";
import { SeedField } from "./seed-field";
import { canSweep } from "./sweep-draft";

interface ParamControlProps {
  nodeId: string;
  field: ParamField;
  place: Place;
}

const numberOf = (value: ParamValue, field: ParamField) => (typeof value === "number" ? value : typeof field.defaultValue === "number" ? field.defaultValue : 0);

function NumberInput({ id, field, label, place, value, invalid, describedBy, onChange, className }: FieldProps & { className: string }) {
  const t = useTranslations();
  const { meta, min, max, integer } = field;
  return (
    <NumberField quiet={place === "card"} id={id} label={label} value={numberOf(value, field)} min={min} max={max} step={meta.step ?? (integer ? 1 : undefined)} integer={integer} unit={meta.unit && spoken(meta.unit, t)} invalid={invalid} describedBy={describedBy} onChange={onChange} className={className} />
  );
}

function SliderInput(props: FieldProps) {
  const { field, label, value, onChange, onCommit } = props;
  return (
    <span className="flex items-center gap-2">
      <Slider label={label} value={numberOf(value, field)} min={field.min ?? 0} max={field.max ?? 1} step={field.meta.step ?? 0.01} onChange={onChange} onCommit={onCommit} className={props.place === "card" ? "w-16" : ""} />
      <NumberInput {...props} className="w-13" />
    </span>
  );
}

function MultilineInput({ id, field, label, place, value, invalid, describedBy, onChange }: FieldProps) {
  return (
    <textarea
      id={id}
      aria-label={label}
      aria-invalid={invalid}
      aria-describedby={describedBy}
      placeholder={field.meta.placeholder}
      value={String(value ?? "")}
      rows={3}
      onChange={(event) => onChange(event.target.value)}
      className={classNames(
        "field nodrag nowheel block h-auto resize-none py-1.5 field-sizing-content",
        place === "card" ? "max-h-48 min-h-[3.75rem] w-54" : "max-h-96 min-h-24 w-full",
      )}
    />
  );
}

function TextInput({ id, field, label, place, value, invalid, describedBy, onChange }: FieldProps) {
  const t = useTranslations();
  return (
    <input
      id={id}
      type="text"
      aria-label={label}
      aria-invalid={invalid}
      aria-describedby={describedBy}
      placeholder={field.meta.placeholder && spoken(field.meta.placeholder, t)}
      value={String(value ?? "")}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
      className={classNames("field nodrag", place === "card" ? "w-32" : "w-full")}
    />
  );
}

function Toggle({ id, label, value, onChange }: FieldProps) {
  return (
    <Switch.Root id={id} aria-label={label} checked={value === true} onCheckedChange={onChange} className="nodrag flex h-4.5 w-8 rounded-full bg-line-strong p-0.5 data-[state=checked]:bg-accent">
      <Switch.Thumb className="size-3.5 rounded-full bg-raised transition-transform data-[state=checked]:translate-x-3.5" />
    </Switch.Root>
  );
}

function Select({ id, field, label, value, onChange }: FieldProps) {
  const t = useTranslations();
  return (
    <select id={id} aria-label={label} value={String(value ?? "")} onChange={(event) => onChange(event.target.value)} className="field nodrag">
      {field.choices.map((choice) => (
        <option key={choice} value={choice}>
          {spoken(choice, t)}
        </option>
      ))}
    </select>
  );
}

function control(props: FieldProps): ReactNode {
  switch (props.field.meta.control) {
    case "number":
      // A unit that is a word takes as much room as the digits.
      return <NumberInput {...props} className={(props.field.meta.unit?.length ?? 0) > 2 ? "w-28" : "w-20"} />;
    case "slider":
      return <SliderInput {...props} />;
    case "seed":
      return <SeedField {...props} />;
    case "multiline":
      return props.field.meta.offersWords ? <PromptField {...props} /> : <MultilineInput {...props} />;
    case "text":
      return <TextInput {...props} />;
    case "image":
      return <ImageField {...props} />;
    case "toggle":
      return <Toggle {...props} />;
    case "select":
      return <Select {...props} />;
    case "saved-tensors":
      return <SavedTensorsField {...props} />;
    case "patch-grid":
      return <PatchGridField {...props} />;
  }
}

/** Controls that need the whole width; the rest stand at the end of their label's row. */
const wideControls: ReadonlySet<Control> = new Set(["multiline", "image", "saved-tensors", "patch-grid"]);
const isWide = (field: ParamField, place: Place) => wideControls.has(field.meta.control) || (place === "panel" && (field.meta.control === "text" || field.meta.control === "slider"));

/** One param: its field, or where it is an input, what feeds it. */
export function ParamControl(props: ParamControlProps) {
  const t = useTranslations();
  const { nodeId, field, place } = props;
  const port = useEditor((state) => fedPort(state.graph, nodeId, field.name));
  const problem = useEditor((state) => problemsOf(state.graph, nodeId).find(({ param }) => param === field.name) ?? null);
  if (port) return <FedParam nodeId={nodeId} field={field} port={port} place={place} problem={problem} words={problem && paramProblemWords(problem, t)} />;
  return <Field {...props} problem={problem} />;
}

function Field({ nodeId, field, place, problem }: ParamControlProps & { problem: Problem | null }) {
  const t = useTranslations();
  const store = useEditorStore();
  const id = useId();
  const value = useEditor((state) => nodeOf(state.graph, nodeId)?.params[field.name]) ?? field.defaultValue;
  const swept = useEditor((state) => nodeOf(state.graph, nodeId)?.sweeps?.[field.name] !== undefined);
  const seedNote = useEditor((state) => (field.meta.control === "seed" && !swept ? seedModeNotes[nodeOf(state.graph, nodeId)?.seedMode ?? "fixed"] : null));
  const problemId = `${id}-problem`;
  const { meta } = field;
  const wide = isWide(field, place);
  const label = spoken(meta.title, t);
  const plain = (
    <label htmlFor={id} className="whitespace-nowrap text-muted">
      {label}
    </label>
  );
  const title = meta.description ? <Tooltip label={spoken(meta.description, t)} side="left">{plain}</Tooltip> : plain;
  const menu = place === "panel" && canSweep(field) && <ParamMenu nodeId={nodeId} field={field} />;
  return (
    <div data-param={field.name} className={classNames("flex", wide ? "flex-col gap-1.5" : "min-h-7 items-center justify-between gap-4", (problem || seedNote) && "flex-wrap gap-y-0.5")}>
      {/* On a card a field that fills it speaks for itself. */}
      {wide && place === "panel" ? (
        <span className="flex items-center justify-between">
          {title}
          {menu}
        </span>
      ) : (
        (place === "panel" || !wide) && title
      )}
      <span className={wide ? "contents" : "flex min-w-0 items-center gap-1"}>
        {swept ? (
          <SweptValue id={id} nodeId={nodeId} field={field} wide={wide} />
        ) : (
          control({
            id,
            nodeId,
            field,
            label,
            place,
            value,
            invalid: problem !== null,
            describedBy: problem === null ? undefined : problemId,
            onChange: (next) => setParam(store, nodeId, field.name, next),
            onCommit: () => closeGroup(store),
          })
        )}
        {!wide && menu}
      </span>
      {seedNote && <p className="w-full text-right text-sm text-faint contain-[inline-size]">{t(seedNote)}</p>}
      {problem !== null && (
        <div className="flex w-full flex-wrap items-center gap-x-2 gap-y-1 contain-[inline-size]">
          <p id={problemId} className="min-w-0 flex-1 text-sm text-warn">
            {paramProblemWords(problem, t)}
          </p>
          {place === "panel" && <FixButton problem={problem} />}
        </div>
      )}
    </div>
  );
}
