"use client";

import { Columns2, X } from "lucide-react";
import { memo, useDeferredValue } from "react";
import { useTranslations } from "use-intl";
import { ZoomSurface } from "@/app/inspector/zoom-surface";
import { IconButton } from "@/app/ui/icon-button";
import { usePanelLayout } from "../panels/panel-layout";
import { useSheets } from "../panels/window-size";
import { CommandButton } from "../shortcuts/command-button";
import { useEditor, useEditorStore } from "../store/editor-context";
import { compareWith, inspect } from "../store/inspect-actions";
import { Comparison } from "./comparison";
import type { Surface } from "./surface";
import { TensorView } from "./tensor-view";
import { type Inspected, useInspecting, useSubject } from "./use-inspected";
import { useZoom } from "./use-zoom";
import { ViewChips } from "./view-controls";

const Zooming: Surface = ({ label, picture, children }) => {
  const t = useTranslations();
  const [zoom, setZoom] = useZoom();
  return (
    <ZoomSurface label={t("inspect.zoomable", { label })} picture={picture} zoom={zoom} onZoom={setZoom}>
      {children}
    </ZoomSurface>
  );
};

/** Whether the panel beside the canvas shows the views to choose from: once is enough, and the picture gets the room. */
function useChoosingBeside(): boolean {
  const sheets = useSheets();
  const open = usePanelLayout((state) => state.panels.details.open);
  return useEditor((state) => state.tab === "inspect") && open && !sheets;
}

/** What can be done with it. Follows the picture when there is time. */
const Tools = memo(function Tools({ inspected }: { inspected: Inspected | null }) {
  const t = useTranslations();
  const store = useEditorStore();
  const other = useEditor((state) => state.inspection.other);
  const choosing = useChoosingBeside();
  return (
    <>
      {inspected && !choosing && <ViewChips inspected={inspected} />}
      <span className="ml-auto flex items-center">
        {inspected && (
          <IconButton
            label={t(other ? "inspect.actions.stopComparing" : "inspect.actions.compare")}
            icon={<Columns2 size={16} />}
            aria-pressed={other !== null}
            onClick={() => (other ? inspect(store, { other: null }) : compareWith(store, { run: null, nodeId: inspected.subject.nodeId, port: inspected.subject.port, tensor: inspected.of.name, cell: null, step: inspected.subject.frames[0]?.step ?? null }))}
          />
        )}
        <CommandButton command="inspect-large" label={t("inspect.actions.back")} icon={<X size={16} />} onClick={() => inspect(store, { large: false })} />
      </span>
    </>
  );
});

/** The inspector over the canvas: the same view, as large as there is room, and beside it what it is compared with. */
export function InspectionStage() {
  const t = useTranslations();
  const wanted = useEditor((state) => state.inspection);
  const subject = useSubject();
  const { inspected, problem } = useInspecting(subject, wanted);
  const later = useDeferredValue(inspected);
  const { other } = wanted;
  return (
    <section aria-label={t("inspect.label")} className="absolute inset-0 z-10 flex flex-col gap-3 bg-page p-3">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="font-semibold">
          {subject?.title ?? t("inspect.label")}
          {subject?.frame && <span className="number font-normal text-muted"> {t("inspect.stepOf", { step: subject.frame.step, total: subject.frame.total })}</span>}
        </h2>
        <Tools inspected={later} />
      </header>
      {inspected ? (
        other ? (
          <Comparison a={inspected} />
        ) : (
          <div className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto">
            <TensorView inspected={inspected} Surface={Zooming} />
            <p className="text-sm text-muted">{inspected.choice.computes}</p>
          </div>
        )
      ) : (
        <p className="m-auto max-w-96 text-center text-muted">{problem ?? (subject ? (subject.artifact ? t("inspect.none.reading") : t(subject.live ? "inspect.none.notYet" : "inspect.none.noTensorsDetail", { node: subject.title })) : t("inspect.none.select"))}</p>
      )}
    </section>
  );
}
