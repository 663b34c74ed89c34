/** Which results on the canvas still belong to the workflow as it is drawn now. */
import { feedsParam, isParamInput, paramSources, withFedParams } from "@/nodes/param-inputs";
import { ancestors } from "@/nodes/problems";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { modeIn } from "./levels";
import { edgesInto, nodeOf } from "./lookup";

const signatures = new WeakMap<WorkflowNode["params"], string>();

/** Params as text, their keys in order: a reload may bring them in another. */
function paramsText(params: WorkflowNode["params"]): string {
  let text = signatures.get(params);
  if (text === undefined) {
    text = JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
    signatures.set(params, text);
  }
  return text;
}

/** Sweeps as text, keys in order likewise. */
function sweepsText(sweeps: WorkflowNode["sweeps"]): string {
  return JSON.stringify(Object.entries(sweeps ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sweep]) => [name, Object.entries(sweep).sort(([a], [b]) => (a < b ? -1 : 1))]));
}

/** The sweeps of a node's own params, and of the constants that feed the others. */
function sweepsOf(workflow: Workflow, node: WorkflowNode): string {
  const own = sweepsText(node.sweeps);
  if (!node.paramInputs) return own;
  const sourceOf = paramSources(workflow);
  const fed = node.paramInputs.flatMap((param) => {
    const source = isParamInput(node, param) ? sourceOf(node, param) : null;
    const sweep = source?.node.sweeps?.[source.param];
    return source && sweep ? [`${param} ${source.node.id} ${sweepsText({ [param]: sweep })}`] : [];
  });
  return [own, ...fed].join();
}

/** The node with what feeds its params written into them: a value counts, not where it was written. */
const filledOf = (workflow: Workflow, id: string) => nodeOf({ ...workflow, nodes: withFedParams(workflow) }, id);

function sameOwn(now: Workflow, then: Workflow, id: string): boolean {
  const [a, b] = [filledOf(now, id), filledOf(then, id)];
  if (!a || !b || a.type !== b.type || modeIn(now, id) !== modeIn(then, id)) return false;
  if ((a.sweeps !== b.sweeps || a.paramInputs || b.paramInputs) && sweepsOf(now, a) !== sweepsOf(then, b)) return false;
  if (a.params !== b.params && paramsText(a.params) !== paramsText(b.params)) return false;
  const feeds = (workflow: Workflow, node: WorkflowNode) =>
    edgesInto(workflow, id)
      .filter((edge) => !feedsParam(node, edge))
      .map((edge) => `${edge.source}.${edge.sourcePort}→${edge.targetPort}`)
      .sort()
      .join();
  return feeds(now, a) === feeds(then, b);
}

/** Nodes whose result in a run of `then` is not what `now` would give: changed themselves, or fed by one that is. */
export function changedSince(now: Workflow, then: Workflow): ReadonlySet<string> {
  const changed = new Set<string>();
  if (now === then) return changed;
  const recombined = (now.sweepMode ?? "grid") !== (then.sweepMode ?? "grid");
  const reached = new Map<string, ReadonlySet<string>>();
  for (const id of ancestors(now, now.nodes.map((node) => node.id))) {
    const node = nodeOf(now, id);
    if (!node) continue;
    const sweeps = new Set([...Object.keys(node.sweeps ?? {}).map((param) => `${id}.${param}`), ...edgesInto(now, id).flatMap(({ source }) => [...(reached.get(source) ?? [])])]);
    reached.set(id, sweeps);
    // Combined in another way, sweeps give other cells where more than one of them reaches.
    if (!sameOwn(now, then, id) || (recombined && sweeps.size > 1) || edgesInto(now, id).some((edge) => changed.has(edge.source) && !feedsParam(node, edge))) changed.add(id);
  }
  return changed;
}
