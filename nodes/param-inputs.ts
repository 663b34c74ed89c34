/**
 * Params that are inputs: an edge brings their value. It comes from a constant, a node whose one output is the value of a
 * param of its own, so it is known before anything runs: a fed node is checked, swept and named by its recipe as if the
 * value had been typed. See docs/decisions/0017.
 */
import type { z } from "zod";
import type { NodeSpec } from "./define-node";
import { type Control, paramMeta } from "./param-form";
import type { DataType, Port, Ports } from "./ports";
import { type Said, said } from "@/models/said";
import { findSpec } from "./specs";
import type { Workflow, WorkflowEdge, WorkflowNode } from "./workflow";

/** What a param of each control takes along an edge; the others hold pictures, files and grids, chosen by hand. */
const typesTaken: Partial<Record<Control, DataType>> = { number: "number", slider: "number", seed: "number", text: "text", multiline: "text", select: "text", toggle: "boolean" };

type Typed = Pick<WorkflowNode, "type" | "paramInputs">;

/** The port a param is as an input; undefined for one that cannot be fed. */
export function paramPort(spec: NodeSpec | undefined, name: string): Port | undefined {
  if (!spec || !Object.hasOwn(spec.params.shape, name)) return undefined;
  const { control, title, description } = paramMeta(spec.params.shape[name] as z.ZodType);
  const type = typesTaken[control];
  return type && { type, title, ...(description !== undefined && { help: description }) };
}

/** Whether this param of the node is an input now. */
export function isParamInput(node: Typed, name: string): boolean {
  return node.paramInputs?.includes(name) === true && paramPort(findSpec(node.type), name) !== undefined;
}

const known = new WeakMap<readonly string[], { type: string; ports: Ports }>();

/** All inputs of a node: those of its type, then the params that are inputs. Undefined for an unknown type. */
export function inputsOf(node: Typed | undefined): Ports | undefined {
  const spec = findSpec(node?.type ?? "");
  if (!spec || !node?.paramInputs) return spec?.inputs;
  const before = known.get(node.paramInputs);
  if (before?.type === node.type) return before.ports;
  const fed = node.paramInputs.flatMap((name) => {
    const port = paramPort(spec, name);
    return port ? [[name, port] as const] : [];
  });
  const ports = { ...spec.inputs, ...Object.fromEntries(fed) };
  known.set(node.paramInputs, { type: node.type, ports });
  return ports;
}

/** Why an output of this node may not feed a param: what it gives is not known before it has run. Null when it may. */
export function notConstant(source: Pick<WorkflowNode, "type" | "title">): Said | null {
  const spec = findSpec(source.type);
  if (!spec || spec.constant !== undefined) return null;
  return said("A param is known before the run; what {node} gives is computed in it.", { node: source.title ?? spec.title });
}

/** Where the value of a fed param is written: the constant's own param, beyond others that only pass it on. */
export interface ParamSource {
  readonly node: WorkflowNode;
  readonly param: string;
}

type SourceOf = (node: WorkflowNode, param: string) => ParamSource | null;

const finders = new WeakMap<Workflow["nodes"], { edges: Workflow["edges"]; sourceOf: SourceOf }>();

/** Finds what feeds params. To see what a run sees, take the workflow without muted and bypassed nodes. */
export function paramSources({ nodes, edges }: Pick<Workflow, "nodes" | "edges">): SourceOf {
  const before = finders.get(nodes);
  if (before?.edges === edges) return before.sourceOf;
  const sourceOf = sourceFinder(nodes, edges);
  finders.set(nodes, { edges, sourceOf });
  return sourceOf;
}

function sourceFinder(nodes: Workflow["nodes"], edges: Workflow["edges"]): SourceOf {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const into = new Map(edges.map((edge) => [`${edge.target}.${edge.targetPort}`, edge]));
  return (node, param) => {
    const wanted = paramPort(findSpec(node.type), param)?.type;
    const seen = new Set<string>();
    for (let at: ParamSource = { node, param }; ; ) {
      const source = byId.get(into.get(`${at.node.id}.${at.param}`)?.source ?? "");
      const spec = findSpec(source?.type ?? "");
      if (!source || !spec?.constant || seen.has(source.id) || Object.values(spec.outputs)[0]?.type !== wanted) return null;
      at = { node: source, param: spec.constant };
      if (!isParamInput(source, at.param)) return at;
      seen.add(source.id);
    }
  };
}

/** The value a constant gives. One that its own param refuses is given as it stands: the refusal is said on the constant. */
export function constantValue({ node, param }: ParamSource): unknown {
  const field = findSpec(node.type)?.params.shape[param] as z.ZodType | undefined;
  const parsed = field?.safeParse(node.params[param]);
  return parsed?.success ? parsed.data : node.params[param];
}

const filled = new WeakMap<Workflow["nodes"], { edges: Workflow["edges"]; nodes: Workflow["nodes"] }>();

/** The nodes with the values of fed params written into their params: of a swept constant, the value it has without the sweep. */
export function withFedParams({ nodes, edges }: Pick<Workflow, "nodes" | "edges">): Workflow["nodes"] {
  const before = filled.get(nodes);
  if (before?.edges === edges) return before.nodes;
  const next = nodes.some(({ paramInputs }) => paramInputs) ? fillParams(nodes, edges) : nodes;
  filled.set(nodes, { edges, nodes: next });
  return next;
}

function fillParams(nodes: Workflow["nodes"], edges: Workflow["edges"]): Workflow["nodes"] {
  const sourceOf = paramSources({ nodes, edges });
  return nodes.map((node) => {
    const values = (node.paramInputs ?? []).flatMap((name): [string, unknown][] => {
      const source = isParamInput(node, name) ? sourceOf(node, name) : null;
      return source ? [[name, constantValue(source)]] : [];
    });
    return values.length === 0 ? node : { ...node, params: { ...node.params, ...(Object.fromEntries(values) as WorkflowNode["params"]) } };
  });
}

/** Whether an edge brings the value of a param, and not tensors. */
export function feedsParam(node: WorkflowNode | undefined, edge: Pick<WorkflowEdge, "targetPort">): boolean {
  return node !== undefined && isParamInput(node, edge.targetPort);
}

const changed = (workflow: Workflow, id: string, change: (node: WorkflowNode) => WorkflowNode): Workflow => ({ ...workflow, nodes: workflow.nodes.map((node) => (node.id === id ? change(node) : node)) });

/** Makes a param an input, in the order of its type's params. Its sweep goes: what feeds it may be swept instead. The same workflow when it is one, or cannot be. */
export function asInput(workflow: Workflow, id: string, param: string): Workflow {
  const node = workflow.nodes.find((candidate) => candidate.id === id);
  const spec = findSpec(node?.type ?? "");
  if (!node || !spec || !paramPort(spec, param) || node.paramInputs?.includes(param)) return workflow;
  const order = Object.keys(spec.params.shape);
  const paramInputs = [...(node.paramInputs ?? []), param].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return changed(workflow, id, ({ sweeps, ...rest }) => {
    const { [param]: _, ...others } = sweeps ?? {};
    return { ...rest, paramInputs, ...(Object.keys(others).length > 0 && { sweeps: others }) };
  });
}

/** Makes it a field again, with the value it had, and takes its edge away. */
export function asField(workflow: Workflow, id: string, param: string): Workflow {
  const node = workflow.nodes.find((candidate) => candidate.id === id);
  if (!node?.paramInputs?.includes(param)) return workflow;
  const left = node.paramInputs.filter((name) => name !== param);
  const fields = changed(workflow, id, ({ paramInputs: _, ...rest }) => (left.length > 0 ? { ...rest, paramInputs: left } : rest));
  const edges = workflow.edges.filter((edge) => edge.target !== id || edge.targetPort !== param);
  return edges.length === workflow.edges.length ? fields : { ...fields, edges };
}
