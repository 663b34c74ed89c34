/** What the worker says about its checkpoint, as problems of a workflow that needs one. */
import { type Problem, problem } from "@/nodes/problems";
import { type Said, said, wordsOf } from "@/nodes/said";
import { findSpec } from "@/nodes/specs";
import type { Workflow } from "@/nodes/workflow";
import type { ModelComponent, SystemStatus } from "@/server/api/contract";
import { modeIn } from "./levels";

const none: readonly Problem[] = [];

const ofCheckpoint = (message: Said, remedy: Said): Problem => ({ ...problem({}, message, remedy), page: "models" });

/** A worker that has not been heard of says nothing: it may be starting. */
export function checkpointProblems(workflow: Workflow, status: SystemStatus | undefined, components: readonly ModelComponent[]): readonly Problem[] {
  if (!status || status.worker === "absent") return none;
  if (!workflow.nodes.some(({ id, type }) => findSpec(type)?.usesCheckpoint && modeIn(workflow, id) === undefined)) return none;
  if ("problem" in status.checkpoint) return [ofCheckpoint(said("The checkpoint cannot be used. {words}", { words: wordsOf(status.checkpoint.problem).message }), said("The page Models says which parts are looked for."))];
  return components.flatMap(({ title, problem: words }) => (words === null ? [] : [ofCheckpoint(said("{title}: {words}", { title, words: wordsOf(words).message }), said("Nodes that need this part fail. The page Models lists its files."))]));
}
