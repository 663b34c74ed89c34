"use client";

import { ImagePlus } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { ArtifactPicture } from "../node/artifact-picture";
import type { FieldProps } from "./field-props";
import { uploadPicture } from "./upload-picture";

const accepted = "image/png,image/jpeg,image/webp,image/avif,image/tiff";

function storedPicture(value: FieldProps["value"]): { hash: string; name: string } | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { hash, name } = value;
  return typeof hash === "string" && typeof name === "string" ? { hash, name } : null;
}

/** Choose a file, or drop one anywhere on the field. */
export function ImageField({ id, label, place, value, onChange, onCommit }: FieldProps) {
  const t = useTranslations();
  const [work, setWork] = useState<{ busy: boolean; problem: string | null }>({ busy: false, problem: null });
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const picture = storedPicture(value);

  const take = async (file: File | undefined) => {
    if (!file) return;
    setWork({ busy: true, problem: null });
    try {
      const { hash, name } = await uploadPicture(file);
      onCommit();
      onChange({ hash, name });
      onCommit();
      setWork({ busy: false, problem: null });
    } catch (error) {
      setWork({ busy: false, problem: error instanceof Error ? error.message : String(error) });
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };

  return (
    <div className={classNames("nodrag flex flex-col gap-1.5", place === "card" ? "w-52" : "w-full")}>
      <button
        type="button"
        id={id}
        aria-label={picture ? t("params.picture.chooseAnother", { param: label, name: picture.name }) : t("params.picture.choose", { param: label })}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={classNames(
          "relative flex aspect-square w-full items-center justify-center overflow-hidden rounded-md border bg-field text-muted hover:border-line-strong",
          over ? "border-accent" : picture ? "border-line" : "border-dashed border-line-strong",
        )}
      >
        {picture ? (
          <ArtifactPicture hash={picture.hash} alt={picture.name} className="size-full object-contain" />
        ) : (
          <span className="flex flex-col items-center gap-2 px-4 text-sm">
            <ImagePlus size={20} aria-hidden />
            {t(work.busy ? "params.picture.reading" : "params.picture.drop")}
          </span>
        )}
        {picture && work.busy && <span className="absolute inset-x-0 bottom-0 bg-scrim py-1 text-sm text-white">{t("params.picture.reading")}</span>}
      </button>
      {picture && <span className="truncate text-sm text-faint contain-[inline-size]" title={picture.name}>{picture.name}</span>}
      {work.problem && (
        <p role="alert" className="text-sm text-bad contain-[inline-size]">
          {work.problem}
        </p>
      )}
      <input
        ref={input}
        type="file"
        accept={accepted}
        className="hidden"
        aria-label={label}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}
