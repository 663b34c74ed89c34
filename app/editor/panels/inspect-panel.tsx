"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/trpc-client";
import { formatBytes } from "@/app/ui/quantity";
import { ArtifactPicture, tensorsUrl } from "../node/artifact-picture";
import { expectedAspect } from "../node/node-result";
import { whyWords } from "../node/why-words";
import { useEditor } from "../store/editor-context";
import { currentFrame, framesOf, nodeStateOf, soleSelected } from "../store/run-actions";
import { keptSteps } from "./kept-steps";
import { PanelNote } from "./panel-note";
import { SeriesChart } from "./series-chart";
import { useNodeTitle } from "./node-title";

function Frame({ nodeId }: { nodeId: string }) {
  const title = useNodeTitle(nodeId);
  const frame = useEditor((state) => currentFrame(state, nodeId));
  const frames = useEditor((state) => framesOf(nodeStateOf(state, nodeId)));
  const aspect = useEditor((state) => expectedAspect(state.graph, nodeId));
  const following = useEditor((state) => state.step === null && nodeStateOf(state, nodeId)?.status === "running");
  const why = useEditor((state) => whyWords(nodeStateOf(state, nodeId)));
  if (!frame) {
    return (
      <>
        <PanelNote title="No steps yet">{title} shows each of its steps here, while it runs and afterwards, if it works in steps.</PanelNote>
        {why && <p className="px-4 text-muted">{why}.</p>}
      </>
    );
  }
  const series = Object.keys(frame.numbers);
  return (
    <div className="flex flex-col gap-4 p-4">
      <header className="flex items-baseline justify-between gap-3">
        <h2 className="font-semibold">{title}</h2>
        <span className="number text-muted">
          step {frame.step} of {frame.total}
          {following && ", live"}
        </span>
      </header>
      {why && <p className="-mt-3 text-muted">{why}.</p>}
      {frame.preview && (
        <div className="overflow-hidden rounded-md bg-field" style={{ aspectRatio: aspect }}>
          <ArtifactPicture hash={frame.preview.hash} alt={`${title} at step ${frame.step}`} className="size-full object-contain" />
        </div>
      )}
      {series.map((name) => (
        <SeriesChart key={name} name={name} frames={frames} step={frame.step} />
      ))}
      {frame.tensors ? (
        <>
          <TensorList hash={frame.tensors.hash} />
          <a href={tensorsUrl(frame.tensors.hash)} download={`${nodeId}-step-${frame.step}.safetensors`} className="w-fit text-muted underline decoration-line-strong underline-offset-4 hover:text-ink">
            Download the tensors of this step ({formatBytes(frame.tensors.bytes)})
          </a>
        </>
      ) : (
        <p className="text-muted">
          The tensors of this step were not kept: the steps of this run take more than RUN_FRAMES_LIMIT allows. Those of steps {keptSteps(frames)} are.
        </p>
      )}
    </div>
  );
}

/** Which tensors a step keeps. Shapes stay the same from step to step, so the old list holds the place of the next. */
function TensorList({ hash }: { hash: string }) {
  const trpc = useTRPC();
  const described = useQuery({ ...trpc.artifacts.describe.queryOptions({ hash, kind: "safetensors" }), placeholderData: (previous) => previous, staleTime: Infinity });
  if (described.isError) return <p className="text-muted">{described.error.message}</p>;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1" aria-label="Tensors of this step">
      {described.data?.tensors.map(({ name, dtype, dims }) => (
        <div key={name} className="contents">
          <dt>{name}</dt>
          <dd className="number text-right text-muted">
            {dtype} · {dims.join(" × ")}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function InspectPanel() {
  const nodeId = useEditor(soleSelected);
  if (nodeId === null) return <PanelNote title="Nothing to inspect">Select one node to look at the steps it took.</PanelNote>;
  return <Frame nodeId={nodeId} />;
}
