"use client";

import { useTranslations } from "use-intl";
import { ChoiceChips } from "@/app/ui/choice-chips";
import { NumberField } from "@/app/ui/number-field";
import { tensorTitle } from "@/app/inspector/meaning";
import { useEditor, useEditorStore } from "../store/editor-context";
import { inspect, setViewOptions } from "../store/inspect-actions";
import type { Inspected } from "./use-inspected";

interface SelectProps {
  label: string;
  value: string;
  choices: readonly { value: string; title: string }[];
  onChange: (value: string) => void;
}

export function LabelledSelect({ label, value, choices, onChange }: SelectProps) {
  return (
    <label className="grid grid-cols-[5rem_1fr] items-center gap-2">
      <span className="text-muted">{label}</span>
      <select className="field w-full" value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Where in the node, and which of its tensors; absent where there is no choice. */
export function SourceControls({ inspected: { subject, tensors, tensor } }: { inspected: Inspected }) {
  const t = useTranslations();
  const store = useEditorStore();
  return (
    <div className="flex flex-col gap-1.5 empty:hidden">
      {subject.sources.length > 1 && (
        <LabelledSelect
          label={t("inspect.source.lookAt")}
          value={subject.port ?? ""}
          choices={subject.sources.map(({ port, title }) => ({ value: port ?? "", title: port === null ? title : t("inspect.source.output", { title }) }))}
          onChange={(port) => inspect(store, { port: port === "" ? null : port, tensor: null })}
        />
      )}
      {tensors.length > 1 && (
        <LabelledSelect label={t("inspect.source.tensor")} value={tensor.summary.name} choices={tensors.map(({ summary: { name } }) => ({ value: name, title: tensorTitle(name, t) }))} onChange={(name) => inspect(store, { tensor: name })} />
      )}
    </div>
  );
}

export function ViewChips({ inspected: { choices, choice } }: { inspected: Inspected }) {
  const t = useTranslations();
  const store = useEditorStore();
  if (choices.length < 2) return null;
  return <ChoiceChips label={t("inspect.source.view")} value={choice.id} choices={choices.map(({ id, title, computes }) => ({ value: id, title, help: computes }))} onChange={(view) => inspect(store, { view })} />;
}

/** What the chosen view can be asked for. */
export function ViewOption({ inspected: { choice, tensor } }: { inspected: Inspected }) {
  const t = useTranslations();
  const store = useEditorStore();
  const options = useEditor((state) => state.inspection.options);
  switch (choice.option) {
    case "dimension":
    case "channel": {
      const name = choice.option;
      const { meaning } = tensor;
      const most = (meaning.kind === "patches" ? meaning.dims : meaning.kind === "latents" ? meaning.channels : 1) - 1;
      const jumps = choice.id === "heatmap";
      return (
        <label className="flex items-center justify-between gap-3">
          <span className="text-muted">{t(jumps ? "inspect.option.jump" : `inspect.option.${name}`)}</span>
          <NumberField
            label={t(`inspect.option.${name}`)}
            value={Math.min(options[name], most) + 1}
            min={1}
            max={most + 1}
            integer
            unit={t("inspect.option.of", { count: most + 1 })}
            onChange={(value) => {
              setViewOptions(store, { [name]: Math.min(most, Math.max(0, value - 1)) });
              // A dimension searched for is shown on the grid.
              if (jumps) inspect(store, { view: "dimension" });
            }}
            className="w-32"
          />
        </label>
      );
    }
    case "perChannel":
      return (
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={options.perChannel} onChange={(event) => setViewOptions(store, { perChannel: event.target.checked })} />
          {t("inspect.option.perChannel")}
        </label>
      );
    default:
      return null;
  }
}
