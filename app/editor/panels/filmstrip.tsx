"use client";

import { Pause, Play, StepBack, StepForward } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { classNames } from "@/app/ui/class-names";
import { IconButton } from "@/app/ui/icon-button";
import type { StoredFrame } from "@/nodes/run-events";
import { ArtifactPicture } from "../node/artifact-picture";
import { useEditor, useEditorStore } from "../store/editor-context";
import { currentFrame, framesOf, nodeStateOf, playOn, scrub, soleSelected, togglePlay } from "../store/run-actions";
import { useNodeTitle } from "./node-title";

const framesPerSecond = 8;

/** Plays one step after another while playing is on. */
function usePlaying(): void {
  const store = useEditorStore();
  const playing = useEditor((state) => state.playing);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => playOn(store), 1000 / framesPerSecond);
    return () => clearInterval(timer);
  }, [store, playing]);
}

interface ThumbProps {
  frame: StoredFrame;
  current: boolean;
  onChoose: (step: number) => void;
}

const Thumb = memo(function Thumb({ frame, current, onChoose }: ThumbProps) {
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current) element.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [current]);
  return (
    <button
      ref={element}
      type="button"
      aria-label={frame.tensors ? `Step ${frame.step}` : `Step ${frame.step}, tensors not kept`}
      aria-current={current ? "step" : undefined}
      tabIndex={current ? 0 : -1}
      onClick={() => onChoose(frame.step)}
      className="group flex w-[calc(100cqh-1.75rem)] shrink-0 scroll-mx-4 flex-col items-center gap-1"
    >
      <span className={classNames("flex aspect-square w-full items-center justify-center overflow-hidden rounded-md bg-field", current ? "ring-2 ring-accent ring-offset-1 ring-offset-panel" : "ring-1 ring-line ring-inset group-hover:ring-line-strong")}>
        {frame.preview ? <ArtifactPicture hash={frame.preview.hash} alt="" minor className="size-full object-contain" /> : <span className="text-sm text-faint">no picture</span>}
      </span>
      <span className={classNames("number text-sm leading-4", current ? "font-medium text-ink" : "text-faint")}>{frame.step}</span>
    </button>
  );
});

function Steps({ nodeId }: { nodeId: string }) {
  const store = useEditorStore();
  const title = useNodeTitle(nodeId);
  const frames = useEditor((state) => framesOf(nodeStateOf(state, nodeId)));
  const frame = useEditor((state) => currentFrame(state, nodeId));
  const live = useEditor((state) => state.step === null && nodeStateOf(state, nodeId)?.status === "running");
  const playing = useEditor((state) => state.playing);
  const choose = useRef((step: number) => store.setState({ step, playing: false, tab: "inspect" }));
  if (!frame) return <Empty>{title} has no steps to look at yet. Nodes that work in steps, samplers and unmaskers, leave them here.</Empty>;
  return (
    <>
      <header className="flex h-10 shrink-0 items-center gap-3 pr-2 pl-4">
        <h2 className="font-semibold">{title}</h2>
        <p className="number text-muted" aria-live="off">
          step {frame.step} of {frame.total}
          {live && ", following live"}
        </p>
        <div className="ml-auto flex items-center" role="group" aria-label="Steps">
          <IconButton label="Step back" keys="left" side="top" icon={<StepBack size={15} />} onClick={() => scrub(store, -1)} />
          <IconButton label={playing ? "Pause" : "Play the steps"} keys="space" side="top" icon={playing ? <Pause size={15} /> : <Play size={15} />} onClick={() => togglePlay(store)} disabled={frames.length < 2} />
          <IconButton label="Step forward" keys="right" side="top" icon={<StepForward size={15} />} onClick={() => scrub(store, 1)} />
        </div>
      </header>
      <div className="@container-size flex min-h-0 flex-1 gap-2 overflow-x-auto overflow-y-hidden px-4 pt-1 pb-1" role="group" aria-label={`Steps of ${title}`}>
        {frames.map((each) => (
          <Thumb key={each.step} frame={each} current={each === frame} onChoose={choose.current} />
        ))}
      </div>
    </>
  );
}

function Empty({ children }: { children: React.ReactNode }) {
  return <p className="flex h-full items-center justify-center px-6 text-center text-muted">{children}</p>;
}

/** Time: every step of the selected node. */
export function Filmstrip() {
  usePlaying();
  const nodeId = useEditor(soleSelected);
  return <div className="flex h-full flex-col">{nodeId === null ? <Empty>Select a node to step through what it did, one frame at a time.</Empty> : <Steps nodeId={nodeId} />}</div>;
}
