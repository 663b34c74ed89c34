"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { spoken } from "@/app/i18n/vocabulary";
import { useTRPC } from "@/app/trpc-client";
import { classNames } from "@/app/ui/class-names";
import { nodeOf } from "../graph/lookup";
import { setParam } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { FieldProps } from "./field-props";

const isHash = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

/** Where the saved tensor is from and its shape; in the panel also its file's name, and the file's other tensors to choose. */
export function SavedTensorsField({ id, nodeId, field, label, place, value, invalid, describedBy, onChange }: FieldProps) {
  const t = useTranslations();
  const from = useEditor((state) => String(nodeOf(state.graph, nodeId)?.params.from ?? ""));
  return (
    <div className={classNames("nodrag flex flex-col gap-1", place === "card" ? "w-44 min-w-full" : "w-full")}>
      {isHash(value) ? (
        <>
          {from && <p className="text-sm wrap-anywhere contain-[inline-size]">{t("params.saved.from", { source: from })}</p>}
          <Contents nodeId={nodeId} hash={value} place={place} />
        </>
      ) : (
        <p className="text-sm text-faint contain-[inline-size]">{field.meta.missing && spoken(field.meta.missing.remedy, t)}</p>
      )}
      {place === "panel" && (
        <input
          id={id}
          type="text"
          aria-label={label}
          aria-invalid={invalid}
          aria-describedby={describedBy}
          placeholder={t("params.saved.hash")}
          value={String(value ?? "")}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange(event.target.value.trim())}
          className="field w-full font-mono text-sm"
        />
      )}
    </div>
  );
}

function Contents({ nodeId, hash, place }: { nodeId: string; hash: string; place: FieldProps["place"] }) {
  const t = useTranslations();
  const store = useEditorStore();
  const trpc = useTRPC();
  const chosen = useEditor((state) => String(nodeOf(state.graph, nodeId)?.params.tensor ?? ""));
  const described = useQuery({ ...trpc.artifacts.describe.queryOptions({ hash, kind: "safetensors" }), staleTime: Infinity, retry: false });
  if (described.isError) return <p className="text-sm text-bad contain-[inline-size]">{t("params.saved.gone")}</p>;
  const tensors = described.data?.tensors ?? [];
  const shown = place === "panel" ? tensors : tensors.filter(({ name }) => name === chosen);
  const isMissing = described.data !== undefined && !tensors.some(({ name }) => name === chosen);
  return (
    <>
      <ul aria-label={t("params.saved.tensors")} className="flex min-h-4.5 flex-col">
        {shown.map(({ name, dims }) => {
          const words = (
            <>
              <span className={name === chosen ? "text-ink" : ""}>{name}</span>
              <span className="number">{dims.join(" × ")}</span>
            </>
          );
          return (
            <li key={name} className="text-sm text-muted">
              {place === "card" ? (
                <span className="flex justify-between gap-3">{words}</span>
              ) : (
                <button type="button" aria-pressed={name === chosen} onClick={() => setParam(store, nodeId, "tensor", name)} className="-mx-1.5 flex w-[calc(100%+0.75rem)] justify-between gap-3 rounded-md px-1.5 py-0.5 hover:bg-hover aria-pressed:bg-pressed">
                  {words}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {isMissing && <p className="text-sm text-warn contain-[inline-size]">{t("params.saved.noTensor", { name: chosen })}</p>}
    </>
  );
}
