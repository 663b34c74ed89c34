/** A run with nothing to compute: resolved and written by the site itself, without queue and worker. */
import type { NumericEnvironment } from "@/nodes/recipe";
import type { Output, RunEvent } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import { filesOf, flawOf } from "@/server/artifacts/output-files";
import type { ArtifactStore } from "@/server/artifacts/store";
import type { Database } from "@/server/database/client";
import type { Plan } from "@/server/engine/plan";
import { resolvePlan, whyReused } from "@/server/engine/resolve";
import { openMemory, type NodeResult } from "./result-store";
import { RunPicture } from "./run-picture";

export interface ReusedRun {
  /** From "started" to "ended". */
  readonly events: readonly RunEvent[];
  readonly results: readonly NodeResult[];
  readonly seconds: number;
  readonly picture: string | null;
}

/** Bytes that are read to answer at once; a worker reads more than that without keeping the site from others. */
const mostRead = 64e6;

/** The whole run, when every node's result is known and what it is for lies undamaged in the store; null when something must run. */
export async function reuseAll(db: Database, store: ArtifactStore, plan: Plan, environment: NumericEnvironment | null, wish: { workflowId: string; graph: Workflow; forced: readonly string[] }): Promise<ReusedRun | null> {
  if (wish.forced.length > 0) return null;
  const begun = performance.now();
  const memory = await openMemory(db, store, wish.workflowId, plan);
  const { stored, run } = await resolvePlan(plan, environment, memory, []);
  if (run.size > 0 || plan.nodes.some(({ id }) => !stored.has(id))) return null;
  if (!(await areSound(store, plan.targets.flatMap((id) => Object.values(stored.get(id)!.result.outputs))))) return null;
  const picture = new RunPicture(wish.graph);
  let shown: string | null = null;
  const results: NodeResult[] = [];
  const reused = plan.nodes.map((instance): RunEvent => {
    const { key, recipe, result } = stored.get(instance.id)!;
    results.push({ nodeId: instance.id, key, recipe });
    const { outputs, frames, notices, seconds } = result;
    const event: RunEvent = { type: "node-reused", nodeId: instance.id, key, why: whyReused(instance, key, memory.last), seconds, outputs: { ...outputs }, frames: [...frames], notices: [...notices], ...(recipe.checkpoint !== null && { checkpoint: recipe.checkpoint }) };
    shown = picture.after(event) ?? shown;
    return event;
  });
  const seconds = (performance.now() - begun) / 1000;
  return { events: [{ type: "started" }, ...reused, { type: "ended", status: "done", seconds }], results, seconds, picture: shown };
}

async function areSound(store: ArtifactStore, outputs: readonly Output[]): Promise<boolean> {
  return filesOf(outputs).reduce((sum, { bytes }) => sum + bytes, 0) <= mostRead && (await flawOf(store, outputs)) === null;
}
