/** Runs a workflow inside this process and keeps only its picture: for evaluation, which needs no events and no files. */
import { quoted } from "@/models/said";
import type { PipelineModels } from "@/server/sessions/pipeline-models";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import { NodeError } from "@/nodes/define-node";
import { findRun } from "@/nodes/runs";
import type { Value } from "@/nodes/values";
import type { Workflow } from "@/nodes/workflow";
import { type EngineEvent, freshBeginning } from "@/server/engine/contract";
import { execute } from "@/server/engine/execute";
import { planRun } from "@/server/engine/plan";
import { noMemory } from "@/server/engine/resolve";

export interface Painted {
  readonly picture: Value<"image">;
  /** What each node took, by its id. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** The picture of the workflow's first sink. Throws what the run said when it failed, and the signal's reason when aborted. */
export async function paint(workflow: Workflow, models: PipelineModels, signal: AbortSignal): Promise<Painted> {
  let picture: Value<"image"> | undefined;
  const seconds = new Map<string, number>();
  let said = "";
  const hear = (event: EngineEvent) => {
    if (event.type === "ended") said = event.message ?? "";
    if (event.type !== "node-done") return;
    seconds.set(event.nodeId, event.seconds);
    if (event.outputs.image?.type !== "image") return;
    const { encoded, facts } = event.outputs.image;
    picture = { type: "image", tensors: decodeSafetensors(encoded.bytes, "the picture").tensors, facts: facts as Value<"image">["facts"] };
  };
  const none = () => Promise.reject(new NodeError(quoted("Evaluation has no stored pictures and tensors.")));
  const status = await execute(planRun(workflow), freshBeginning, {
    findRun,
    models: (onLoading) => models.forNode(onLoading, signal),
    loadImage: none,
    loadTensors: none,
    restore: none,
    flaw: async () => null,
    isStored: () => false,
    restoreFrame: none,
    environment: () => null,
    memory: noMemory,
    pictureOf: () => null,
    emit: hear,
    report: (error) => console.error(error),
    signal,
  });
  signal.throwIfAborted();
  if (status !== "done" || !picture) throw new NodeError(quoted(said || "The workflow made no picture."));
  return { picture, seconds };
}
