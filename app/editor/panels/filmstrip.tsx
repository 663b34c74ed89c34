"use client";

import { Pause, Play, Radio, StepBack, StepForward } from "lucide-react";
import { memo, useDeferredValue, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { Slider } from "@/app/ui/slider";
import { framesOf } from "@/nodes/run-events";
import { useOtherSubject, useSubject } from "../inspect/use-inspected";
import { CommandButton } from "../shortcuts/command-button";
import { useEditor, useEditorStore } from "../store/editor-context";
import { currentFrame, lookedNode, nodeStateOf, playOn, scrub, scrubTo, togglePlay } from "../store/run-actions";
import { FrameStrip } from "./frame-strip";
import { keptSteps } from "./kept-steps";
import { useNodeTitle } from "./node-title";

const speeds = [2, 4, 8, 16, 30, 60];

/** Plays one step after another while playing is on. */
function usePlaying(): void {
  const store = useEditorStore();
  const playing = useEditor((state) => state.playing);
  const speed = useEditor((state) => state.speed);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => playOn(store), 1000 / speed);
    return () => clearInterval(timer);
  }, [store, playing, speed]);
}

const Speed = memo(function Speed() {
  const t = useTranslations();
  const store = useEditorStore();
  const speed = useEditor((state) => state.speed);
  return (
    <select aria-label={t("panels.steps.speed")} title={t("panels.steps.speedUnit")} className="field number h-7 shrink-0 pr-1" value={speed} onChange={(event) => store.setState({ speed: Number(event.target.value) })}>
      {speeds.map((each) => (
        <option key={each} value={each}>
          {t("panels.steps.perSecond", { count: each })}
        </option>
      ))}
    </select>
  );
});

const Buttons = memo(function Buttons({ count, follows }: { count: number; follows: boolean }) {
  const t = useTranslations();
  const store = useEditorStore();
  const playing = useEditor((state) => state.playing);
  return (
    <>
      <CommandButton command="back" label={t("panels.steps.back")} side="top" icon={<StepBack size={15} />} onClick={() => scrub(store, -1)} />
      <CommandButton command="play" label={t(playing ? "panels.steps.pause" : "panels.steps.play")} side="top" icon={playing ? <Pause size={15} /> : <Play size={15} />} onClick={() => togglePlay(store)} disabled={count < 2} />
      <CommandButton command="forward" label={t("panels.steps.forward")} side="top" icon={<StepForward size={15} />} onClick={() => scrub(store, 1)} />
      <CommandButton command="newest-step" label={t("panels.steps.newest")} side="top" aria-pressed={follows} icon={<Radio size={15} />} onClick={() => scrubTo(store, "newest")} />
    </>
  );
});

function Controls({ count, at, follows }: { count: number; at: number; follows: boolean }) {
  const t = useTranslations();
  const store = useEditorStore();
  return (
    <div className="flex flex-1 items-center justify-end gap-1" role="group" aria-label={t("panels.steps.label")}>
      <Buttons count={count} follows={follows} />
      <Slider label={t("panels.steps.step")} className="mx-1 max-w-24 lg:max-w-40" value={at} min={0} max={Math.max(1, count - 1)} step={1} onChange={(next) => scrub(store, next - at)} />
      <Speed />
    </div>
  );
}

function Steps({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const store = useEditorStore();
  const title = useNodeTitle(nodeId);
  const frames = useEditor((state) => framesOf(nodeStateOf(state, nodeId)));
  const frame = useEditor((state) => currentFrame(state, nodeId));
  const status = useEditor((state) => nodeStateOf(state, nodeId)?.status);
  const follows = useEditor((state) => state.step === null);
  const locked = useEditor((state) => state.inspection.other?.step === "same");
  const other = useOtherSubject(useSubject());
  // The strip follows the picture, which is what somebody looks at.
  const later = useDeferredValue(frame);
  const choose = useRef((step: number) => store.setState({ step, playing: false, tab: "inspect" }));
  if (!frame) return <Empty>{status === "done" ? t("panels.steps.atOnce", { node: title }) : t("panels.steps.none")}</Empty>;
  const thinned = frames.some(({ tensors }) => tensors === null);
  return (
    <>
      <header className="flex h-10 shrink-0 items-center gap-3 pr-2 pl-4">
        <h2 className="truncate font-semibold">{title}</h2>
        <p className="number shrink-0 text-muted" aria-live="off">
          {t(status === "running" && follows ? "panels.steps.live" : "panels.steps.at", { step: String(frame.step), total: String(frame.total) })}
        </p>
        {thinned && (
          <p className="truncate text-sm text-faint" title={t("panels.steps.kept", { count: frames.length, steps: keptSteps(frames, t) })}>
            {t("panels.steps.thinned")}
          </p>
        )}
        <Controls count={frames.length} at={frames.indexOf(frame)} follows={follows} />
      </header>
      <FrameStrip title={title} frames={frames} current={later ?? frame} onChoose={choose.current} />
      {locked && other?.frame && <FrameStrip title={t("panels.steps.other", { node: other.title })} frames={other.frames} current={other.frame} onChoose={choose.current} />}
    </>
  );
}

function Empty({ children }: { children: React.ReactNode }) {
  return <p className="flex h-full items-center justify-center px-6 text-center text-muted">{children}</p>;
}

/** Time: every step of the node looked at. */
export function Filmstrip() {
  const t = useTranslations();
  usePlaying();
  const nodeId = useEditor(lookedNode);
  return <div className="flex h-full flex-col">{nodeId === null ? <Empty>{t("panels.steps.noNode")}</Empty> : <Steps nodeId={nodeId} />}</div>;
}
