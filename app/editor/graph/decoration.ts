/** What a card looks like and whether it can be moved, as pure functions like those of operations.ts. None of it changes a result. */
import type { MarkColor, Workflow, WorkflowNode } from "@/nodes/workflow";

type Decoration = Pick<WorkflowNode, "collapsed" | "color" | "locked">;

/** Undefined takes it away: nothing is written down for a plain card. */
function decorate<K extends keyof Decoration>(workflow: Workflow, ids: ReadonlySet<string>, name: K, value: Decoration[K] | undefined): Workflow {
  let changed = false;
  const nodes = workflow.nodes.map((node) => {
    if (!ids.has(node.id) || node[name] === value) return node;
    changed = true;
    const { [name]: _, ...rest } = node;
    return (value === undefined ? rest : { ...rest, [name]: value }) as WorkflowNode;
  });
  return changed ? { ...workflow, nodes } : workflow;
}

export const setCollapsed = (workflow: Workflow, ids: ReadonlySet<string>, collapsed: boolean) => decorate(workflow, ids, "collapsed", collapsed || undefined);
export const setLocked = (workflow: Workflow, ids: ReadonlySet<string>, locked: boolean) => decorate(workflow, ids, "locked", locked || undefined);
/** Null takes the colour away. */
export const setColor = (workflow: Workflow, ids: ReadonlySet<string>, color: MarkColor | null) => decorate(workflow, ids, "color", color ?? undefined);

export function unlocked(workflow: Workflow, ids: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(workflow.nodes.filter((node) => ids.has(node.id) && !node.locked).map(({ id }) => id));
}
