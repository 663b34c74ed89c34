"use client";

import { Download, X, ZoomIn, ZoomOut } from "lucide-react";
import { Dialog } from "radix-ui";
import { type WheelEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { useFocusReturn } from "@/app/ui/focus-return";
import { IconButton } from "@/app/ui/icon-button";
import { pictureUrl } from "./node/artifact-picture";
import { PictureLink } from "./picture-link";
import { useEditor, useEditorStore } from "./store/editor-context";

const largest = 32;

/** A picture at whole multiples of its pixels, so that every pixel is the same size. */
function Picture({ hash, title, onClose }: { hash: string; title: string; onClose: () => void }) {
  const t = useTranslations();
  const [natural, setNatural] = useState<{ width: number; height: number } | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  // As large as fits between the bar and the edges.
  const room = natural ? Math.min((window.innerWidth - 48) / natural.width, (window.innerHeight - 92) / natural.height) : 1;
  const fitting = room >= 1 ? Math.floor(room) : room;
  const scale = chosen ?? fitting;
  const zoom = (by: number) => setChosen(Math.min(largest, Math.max(Math.min(1, fitting), scale >= 1 ? Math.max(1, Math.round(scale + by)) : by > 0 ? 1 : fitting)));
  const onWheel = (event: WheelEvent) => zoom(event.deltaY < 0 ? 1 : -1);
  return (
    <div
      data-lightbox
      tabIndex={-1}
      className="flex h-full flex-col gap-3 p-3 outline-none"
      onKeyDown={(event) => {
        if (event.key === "+" || event.key === "=") zoom(1);
        if (event.key === "-") zoom(-1);
      }}
    >
      <div className="flex shrink-0 items-center gap-1 rounded-lg border border-line bg-panel py-1 pr-1 pl-3">
        <Dialog.Title className="font-semibold">{title}</Dialog.Title>
        {natural && (
          <span className="number ml-3 text-muted">
            {t("pictures.size", { width: String(natural.width), height: String(natural.height), percent: String(Math.round(scale * 100)) })}
          </span>
        )}
        <span className="ml-auto" />
        <IconButton label={t("pictures.zoomOut")} keys="-" icon={<ZoomOut size={16} />} onClick={() => zoom(-1)} />
        <IconButton label={t("pictures.zoomIn")} keys="+" icon={<ZoomIn size={16} />} onClick={() => zoom(1)} />
        <PictureLink hash={hash} name={title} aria-label={t("pictures.download")} className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink">
          <Download size={16} aria-hidden />
        </PictureLink>
        <Dialog.Close asChild>
          <button type="button" aria-label={t("common.close")} className="flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink">
            <X size={16} aria-hidden />
          </button>
        </Dialog.Close>
      </div>
      <div className="flex min-h-0 flex-1 overflow-auto" onWheel={onWheel} onClick={(event) => event.target === event.currentTarget && onClose()}>
        <img
          src={pictureUrl(hash)}
          alt={title}
          onLoad={({ currentTarget }) => setNatural({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })}
          style={natural ? { width: natural.width * scale, height: natural.height * scale } : { visibility: "hidden" }}
          className="m-auto max-w-none shrink-0 [image-rendering:pixelated]"
        />
      </div>
    </div>
  );
}

/** The picture comes first; the first button would open its tooltip over it. */
function focusDialog(event: Event): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement).querySelector<HTMLElement>("[data-lightbox]")?.focus();
}

export function Lightbox() {
  const store = useEditorStore();
  const lightbox = useEditor((state) => state.lightbox);
  const close = () => store.setState({ lightbox: null });
  const focus = useFocusReturn(focusDialog);
  return (
    <Dialog.Root open={lightbox !== null} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-page/95" />
        <Dialog.Content aria-describedby={undefined} {...focus} className="fixed inset-0 z-40 outline-none">
          {lightbox && <Picture key={lightbox.hash} hash={lightbox.hash} title={lightbox.title} onClose={close} />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
