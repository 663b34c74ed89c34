/** What mends a problem where that is clear: one change, as data, and what it is called on a button. */
import type { z } from "zod";
import { effectiveWorkflow } from "./bypass";
import { isSubgraph, nestingOf, withoutNodes } from "./nesting";
import { paramMeta } from "./param-form";
import { asField, inputsOf, isParamInput, paramSources, withFedParams } from "./param-inputs";
import { connectionProblem, type Problem } from "./problems";
import { portOf, typeMismatch } from "./ports";
import { findSpec } from "./specs";
import { edgeId, edgeInto, type Workflow, type WorkflowEdge, type WorkflowNode } from "./workflow";

type ParamValue = WorkflowNode["params"][string];

export type ProblemFix = { readonly title: string } & (
  | { readonly kind: "set-param"; readonly nodeId: string; readonly param: string; readonly value: ParamValue }
  | { readonly kind: "set-size"; readonly nodeId: string; readonly width: number; readonly height: number }
  | { readonly kind: "make-field"; readonly nodeId: string; readonly param: string }
  | { readonly kind: "connect"; readonly edge: WorkflowEdge }
  | { readonly kind: "disconnect"; readonly edgeId: string }
  | { readonly kind: "remove-node"; readonly nodeId: string }
  | { readonly kind: "remove-sweep"; readonly nodeId: string; readonly param: string }
);

/** The workflow with the fix made. */
export function applyFix(workflow: Workflow, fix: ProblemFix): Workflow {
  const { nodes, edges } = workflow;
  const changed = (id: string, change: (node: WorkflowNode) => WorkflowNode) => ({ ...workflow, nodes: nodes.map((node) => (node.id === id ? change(node) : node)) });
  switch (fix.kind) {
    case "set-param":
      return changed(fix.nodeId, (node) => ({ ...node, params: { ...node.params, [fix.param]: fix.value } }));
    case "set-size":
      return changed(fix.nodeId, (node) => ({ ...node, params: { ...node.params, width: fix.width, height: fix.height } }));
    case "make-field":
      return asField(workflow, fix.nodeId, fix.param);
    case "connect":
      return { ...workflow, edges: [...edges, fix.edge] };
    case "disconnect":
      return { ...workflow, edges: edges.filter((edge) => edgeId(edge) !== fix.edgeId) };
    case "remove-node":
      return withoutNodes(workflow, new Set([fix.nodeId]));
    case "remove-sweep":
      return changed(fix.nodeId, ({ sweeps, ...node }) => {
        const { [fix.param]: _, ...others } = sweeps ?? {};
        return Object.keys(others).length > 0 ? { ...node, sweeps: others } : node;
      });
  }
}

/**
 * The one clear way to mend `problem`, which `workflowProblems` or the sweeps' plan found in this very workflow; null where
 * there is none, or more than one.
 */
export function fixOf(workflow: Workflow, problem: Problem): ProblemFix | null {
  if (problem.fitting) return { kind: "set-size", ...problem.fitting, title: `Set to ${problem.fitting.width.toLocaleString("en")} × ${problem.fitting.height.toLocaleString("en")} px` };
  if (problem.edgeId !== undefined) return { kind: "disconnect", edgeId: problem.edgeId, title: "Remove the connection" };
  const node = workflow.nodes.find(({ id }) => id === problem.nodeId);
  if (!node || isSubgraph(node)) return null;
  const spec = findSpec(node.type);
  if (!spec) return { kind: "remove-node", nodeId: node.id, title: "Remove the node" };
  if (problem.param !== undefined) {
    if (node.sweeps && Object.hasOwn(node.sweeps, problem.param) && (!Object.hasOwn(spec.params.shape, problem.param) || isParamInput(node, problem.param))) return { kind: "remove-sweep", nodeId: node.id, param: problem.param, title: "Remove the sweep" };
    return isParamInput(node, problem.param) ? fedParamFix(workflow, node, problem.param) : paramFix(node, problem.param);
  }
  return problem.port === undefined ? null : portFix(workflow, node, problem.port);
}

function portFix(workflow: Workflow, node: WorkflowNode, port: string): ProblemFix | null {
  // What feeds it already was judged by itself: it may be bypassed.
  if (!portOf(inputsOf(node), port) || edgeInto(workflow, node.id, port)) return null;
  const edge = onlyFeed(workflow, node, port);
  if (!edge) return null;
  const source = workflow.nodes.find(({ id }) => id === edge.source)!;
  return { kind: "connect", edge, title: `Connect ${source.title ?? findSpec(source.type)!.title}` };
}

/** The one connection that could feed an input: from a node beside it that runs, and making no loop. */
function onlyFeed(workflow: Workflow, node: WorkflowNode, port: string): WorkflowEdge | null {
  const wanted = portOf(inputsOf(node), port)!.type;
  const { holderOf } = nestingOf(workflow.nodes);
  let found: WorkflowEdge | null = null;
  for (const source of workflow.nodes) {
    if (source.mode !== undefined || holderOf(source.id) !== holderOf(node.id)) continue;
    for (const [sourcePort, { type }] of Object.entries(findSpec(source.type)?.outputs ?? {})) {
      const edge = { source: source.id, sourcePort, target: node.id, targetPort: port };
      if (typeMismatch(type, wanted) !== null || connectionProblem(workflow, edge) !== null) continue;
      if (found) return null;
      found = edge;
    }
  }
  return found;
}

/** An input without a value is turned back into a field; a value that does not fit is mended where it is written. */
function fedParamFix(workflow: Workflow, node: WorkflowNode, param: string): ProblemFix | null {
  const effective = effectiveWorkflow(workflow);
  const source = paramSources(effective)(node, param);
  if (!source) return { kind: "make-field", nodeId: node.id, param, title: "Turn back into a field" };
  if (source.node.sweeps?.[source.param]) return null;
  const filled = withFedParams(effective).find(({ id }) => id === node.id);
  const fix = filled ? paramFix(filled, param) : null;
  if (!fix || !(findSpec(source.node.type)!.params.shape[source.param] as z.ZodType).safeParse(fix.value).success) return null;
  const title = fix.title.replace("Set to", `Set ${source.node.title ?? findSpec(source.node.type)!.title} to`);
  return { ...fix, nodeId: source.node.id, param: source.param, title };
}

/** The allowed value nearest to what is there, or the usual one where what is there is of another kind. */
function paramFix(node: WorkflowNode, param: string): Extract<ProblemFix, { kind: "set-param" }> | null {
  const schema = findSpec(node.type)!.params;
  const field = schema.shape[param] as z.ZodType | undefined;
  if (!field || node.sweeps?.[param]) return null;
  const mends = (value: unknown) => schema.safeParse({ ...node.params, [param]: value }).error?.issues.every((issue) => issue.path[0] !== param) ?? true;
  const before = node.params[param];
  // Where the value itself is fine, what it needs is not there: its usual value needs nothing.
  const needed = mends(before) && Object.values(findSpec(node.type)!.inputs).some(({ neededBy }) => neededBy === param);
  const candidates = !needed && typeof before === "number" ? nearestNumbers(field, before) : [];
  const usual = field.safeParse(undefined).data;
  const ofAnotherKind = needed || typeof before !== typeof usual || typeof before === "number" || (typeof usual === "string" && field.safeParse(before).error?.issues.some(({ code }) => code === "invalid_value"));
  if (ofAnotherKind) candidates.push(usual as ParamValue);
  const value = candidates.find(mends);
  if (!isShort(value)) return null;
  const { unit } = paramMeta(field);
  return { kind: "set-param", nodeId: node.id, param, value, title: `Set to ${typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 6 }) : String(value)}${unit ? ` ${unit}` : ""}` };
}

const isShort = (value: unknown): value is string | number | boolean => typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value !== "" && value.length <= 24);

/** Values near `before`, the nearest first: what each rule it breaks asks for. */
function nearestNumbers(field: z.ZodType, before: number): ParamValue[] {
  const near: number[] = [];
  let value = before;
  // Each rule moves it a little: a bound, whole numbers, multiples.
  for (let round = 0; round < 4; round++) {
    const issue = field.safeParse(value).error?.issues[0];
    if (!issue) break;
    if (issue.code === "too_small") value = Number(issue.minimum);
    else if (issue.code === "too_big") value = Number(issue.maximum);
    else if (issue.code === "not_multiple_of") value = Math.max(1, Math.round(value / issue.divisor)) * issue.divisor;
    else if (issue.code === "invalid_type") value = Math.round(value);
    else break;
    near.push(value);
  }
  return near.reverse();
}
