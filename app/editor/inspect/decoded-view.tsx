"use client";

import { denoisedProbe } from "@/nodes/probes";
import { pictureUrl } from "../node/artifact-picture";
import { useEditor } from "../store/editor-context";
import { expectedAspect } from "../node/node-result";
import { ProbeWords } from "./probe-words";
import type { Surface } from "./surface";
import type { Inspected } from "./use-inspected";
import { useProbe } from "./use-probe";

/** x0 of the step as the picture that it would become. */
export function DecodedView({ inspected, Surface }: { inspected: Inspected; Surface: Surface }) {
  const probing = useProbe(inspected, "decoded", denoisedProbe);
  const { subject } = inspected;
  const aspect = useEditor((state) => expectedAspect(state.graph, subject.nodeId));
  const hash = probing.output?.picture?.hash;
  const { width, height } = probing.output?.facts ?? {};
  if (hash === undefined || probing.problem !== null) return <ProbeWords probing={probing} />;
  const label = `The picture expected at step ${subject.frame?.step}`;
  return (
    <>
      <Surface label={label} picture={{ width: typeof width === "number" ? width : 1, height: typeof height === "number" ? height : 1 }}>
        <img src={pictureUrl(hash)} alt={label} draggable={false} className="block w-full [image-rendering:pixelated]" style={{ aspectRatio: aspect }} />
      </Surface>
      <p className="h-5 text-sm text-muted">{probing.busy && "Computing this step; shown is the one before."}</p>
    </>
  );
}
