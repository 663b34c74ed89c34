/** Nodes that only the shown run has, worked out once per workflow and state of the run. */
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { absentNodes } from "../graph/absent-nodes";
import type { EditorState, ShownRun } from "./editor-store";

const none: readonly WorkflowNode[] = [];
let last: { graph: Workflow; run: ShownRun; absent: readonly WorkflowNode[] } | null = null;

export function absentFromCanvas({ graph, run }: EditorState): readonly WorkflowNode[] {
  if (!run) return none;
  if (last?.graph !== graph || last.run !== run) {
    const absent = absentNodes(run, graph);
    last = { graph, run, absent: absent.length === 0 ? none : absent };
  }
  return last.absent;
}
