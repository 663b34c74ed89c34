"use client";

import { Columns2, Maximize2, Minimize2 } from "lucide-react";
import { memo, useDeferredValue } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "@/app/ui/icon-button";
import { TensorNumbers, TensorOverTime } from "@/app/inspector/tensor-numbers";
import { PanelNote } from "../panels/panel-note";
import { whyWords } from "../node/why-words";
import { CommandButton } from "../shortcuts/command-button";
import { useEditor, useEditorStore } from "../store/editor-context";
import { compareWith, inspect } from "../store/inspect-actions";
import { lookedNode, nodeStateOf } from "../store/run-actions";
import { AbsentNodes, AbsentWords } from "./absent-nodes";
import { CopyLink } from "./copy-link";
import { DownloadMenu } from "./download-menu";
import { ReachIn } from "./reach-in";
import { ScheduleCharts } from "./schedule-charts";
import type { Surface } from "./surface";
import { TensorView } from "./tensor-view";
import { type Inspected, useInspecting, usePrefetch, useSubject } from "./use-inspected";
import { VersionWords } from "./version-words";
import { SourceControls, ViewChips, ViewOption } from "./view-controls";

const Actions = memo(function Actions({ inspected }: { inspected: Inspected }) {
  const t = useTranslations();
  const store = useEditorStore();
  const large = useEditor((state) => state.inspection.large);
  const comparing = useEditor((state) => state.inspection.other !== null);
  const { subject, tensor } = inspected;
  return (
    <div className="flex items-center gap-0.5" role="toolbar" aria-label={t("inspect.actions.label")}>
      <CommandButton command="inspect-large" label={t(large ? "inspect.actions.back" : "inspect.actions.large")} icon={large ? <Minimize2 size={15} /> : <Maximize2 size={15} />} onClick={() => inspect(store, { large: !large })} />
      <IconButton
        label={t("inspect.actions.compare")}
        hint={t("inspect.actions.compareHint")}
        icon={<Columns2 size={15} />}
        aria-pressed={comparing}
        onClick={() => (comparing ? inspect(store, { other: null }) : compareWith(store, { run: null, nodeId: subject.nodeId, port: subject.port, tensor: tensor.summary.name, cell: null, step: subject.frames[0]?.step ?? null }))}
      />
      <ReachIn inspected={inspected} />
      <DownloadMenu inspected={inspected} />
      <CopyLink inspected={inspected} />
    </div>
  );
});

/** A picture as wide as the column; one with more pixels across than that is scrolled. */
const Column: Surface = ({ picture, children }) => (
  <div className="overflow-auto rounded-md bg-field">
    <div className="mx-auto" style={{ minWidth: picture.width > 320 ? picture.width : undefined, maxWidth: picture.height > picture.width ? `${(100 * picture.width) / picture.height}%` : undefined }}>
      {children}
    </div>
  </div>
);

const Choices = memo(function Choices({ inspected }: { inspected: Inspected }) {
  return (
    <>
      <SourceControls inspected={inspected} />
      <ViewChips inspected={inspected} />
    </>
  );
});

const Said = memo(function Said({ inspected }: { inspected: Inspected }) {
  const { subject, of, tensor } = inspected;
  return (
    <>
      <ScheduleCharts subject={subject} />
      <TensorNumbers of={of} summary={tensor.summary} picture={tensor.meaning.kind === "image"} />
      {subject.frame && <TensorOverTime name={tensor.summary.name} frames={subject.frames} step={subject.frame.step} />}
    </>
  );
});

/** The picture goes first: what stands around it follows when there is time. */
const Looked = memo(function Looked({ inspected }: { inspected: Inspected }) {
  const large = useEditor((state) => state.inspection.large);
  const later = useDeferredValue(inspected);
  return (
    <>
      <Choices inspected={later} />
      <div className="flex flex-col gap-2">
        {!large && <TensorView inspected={inspected} Surface={Column} />}
        <ViewOption inspected={inspected} />
        <p className="text-sm text-muted">{inspected.choice.computes}</p>
      </div>
      <Said inspected={later} />
    </>
  );
});

/** What is inspected; where the picture is over the canvas, after that was drawn. */
function useInspectedHere() {
  const wanted = useEditor((state) => state.inspection);
  const now = useSubject();
  const later = useDeferredValue(now);
  const subject = wanted.large ? later : now;
  return { subject, inspecting: useInspecting(subject, wanted) };
}

function Inspector({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const { subject, inspecting } = useInspectedHere();
  usePrefetch(subject);
  const later = useDeferredValue(inspecting.inspected);
  const node = useEditor((state) => nodeStateOf(state, nodeId));
  const why = whyWords(node, t);
  if (!subject) return <PanelNote title={t("inspect.none.notRun")}>{t("inspect.none.notRunDetail")}</PanelNote>;
  if (subject.sources.length === 0) {
    return (
      <>
        {subject.words.map(({ title, text }) => (
          <section key={title} className="flex flex-col gap-1 p-4">
            <h2 className="font-semibold">{title}</h2>
            <p className="whitespace-pre-wrap select-text">{text}</p>
            <AbsentWords nodeId={nodeId} />
            <VersionWords subject={subject} />
          </section>
        ))}
        <PanelNote title={t(subject.live ? "inspect.none.noSteps" : "inspect.none.noTensors")}>{t(subject.live ? "inspect.none.noStepsDetail" : "inspect.none.noTensorsDetail", { node: subject.title })}</PanelNote>
        {why && <p className="px-4 text-muted">{t("inspect.why", { why })}</p>}
      </>
    );
  }
  const { frame } = subject;
  const { inspected } = inspecting;
  return (
    <div className="flex flex-col gap-3 p-4">
      <header className="flex flex-col gap-1">
        <div className="flex items-baseline justify-between gap-3">
          <h2 className="truncate font-semibold" title={subject.title}>
            {subject.title}
          </h2>
          {frame && (
            <span className="number shrink-0 text-muted">
              {t(subject.live ? "inspect.stepOfLive" : "inspect.stepOf", { step: frame.step, total: frame.total })}
            </span>
          )}
        </div>
        <AbsentWords nodeId={nodeId} />
        <VersionWords subject={subject} />
        {why && <p className="text-muted">{t("inspect.why", { why })}</p>}
        {later && <Actions inspected={later} />}
      </header>
      {inspected ? <Looked inspected={inspected} /> : <p className="text-muted">{inspecting.problem ?? t("inspect.none.reading")}</p>}
      {!inspected && <ScheduleCharts subject={subject} />}
    </div>
  );
}

export function InspectPanel() {
  const t = useTranslations();
  const nodeId = useEditor(lookedNode);
  if (nodeId === null) {
    return (
      <>
        <PanelNote title={t("inspect.none.nothing")}>{t("inspect.none.nothingDetail")}</PanelNote>
        <AbsentNodes />
      </>
    );
  }
  return <Inspector nodeId={nodeId} />;
}
