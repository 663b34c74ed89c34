/** A subgraph by itself, as it is kept for other workflows. */
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { pasteFragment, selectedFragment } from "./annotations";
import { nodeOf } from "./lookup";
import { renameNode } from "./operations";

const none: ReadonlySet<string> = new Set();

/** One card, called `name`, and what lies in it. Edges that lead out of it are left out. */
export function keptGraph(workflow: Workflow, id: string, name: string): Workflow {
  const { x, y } = nodeOf(workflow, id)?.position ?? { x: 0, y: 0 };
  const { workflow: kept, ids } = pasteFragment(emptyWorkflow, selectedFragment(workflow, new Set([id]), none, new Map()), { x: -x, y: -y });
  return ids.reduce((current, card) => renameNode(current, card, name), kept);
}
