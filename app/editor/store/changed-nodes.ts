/** Nodes changed since the shown run, worked out once per pair of workflows. */
import { changedSince } from "../graph/run-match";
import type { Workflow } from "@/nodes/workflow";
import type { EditorState } from "./editor-store";

const none: ReadonlySet<string> = new Set();
let last: { graph: Workflow; runGraph: Workflow; changed: ReadonlySet<string> } | null = null;

export function changedSinceRun(state: EditorState): ReadonlySet<string> {
  if (!state.run) return none;
  if (last?.graph !== state.graph || last.runGraph !== state.run.graph) {
    last = { graph: state.graph, runGraph: state.run.graph, changed: changedSince(state.graph, state.run.graph) };
  }
  return last.changed;
}
