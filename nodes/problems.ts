/** What is wrong with a workflow before it runs: each problem on its node, port or param, with what to do. */
import type { z } from "zod";
import { type Said, said, saidMessage, type SaidWords } from "@/models/said";
import { effectiveWorkflow, mutedNodes } from "./bypass";
import type { NodeSpec } from "./define-node";
import { issueWords } from "./issue-words";
import { isSubgraph, modesOf } from "./nesting";
import { inputsOf, isParamInput, notConstant, paramPort, paramSources, withFedParams } from "./param-inputs";
import { paramMeta } from "./param-form";
import { dataTypeName, type Port, portOf, typeMismatch } from "./ports";
import { findSpec } from "./specs";
import { edgeId, edgeInto, type Workflow, type WorkflowEdge, type WorkflowNode } from "./workflow";

export interface Problem {
  readonly nodeId?: string;
  readonly port?: string;
  readonly param?: string;
  /** The edge that cannot stay, where it is one edge alone. */
  readonly edgeId?: string;
  /** The size of this sampler that would do, where its size is what is wrong. */
  readonly fitting?: { readonly nodeId: string; readonly width: number; readonly height: number };
  /** The page that says more of it. */
  readonly page?: "models";
  readonly message: string;
  readonly remedy?: string;
  /** The same, for who says it in another language. */
  readonly said: SaidWords;
}

/** A problem at a place, in words and as what the words are made of. */
export function problem(place: Pick<Problem, "nodeId" | "port" | "param" | "edgeId">, message: Said, remedy?: Said): Problem {
  return { ...place, ...saidMessage(message, remedy) };
}

const titleOf = (node: WorkflowNode) => node.title ?? findSpec(node.type)?.title ?? node.type;

/** Every node that `start` depends on, itself included, each before what needs it. Ignores nodes on a cycle twice over. */
export function ancestors(workflow: Workflow, starts: readonly string[]): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const sources = new Map<string, string[]>();
  for (const edge of workflow.edges) sources.set(edge.target, [...(sources.get(edge.target) ?? []), edge.source]);
  // An explicit stack: a chain of thousands of nodes must not overflow the call stack.
  const stack = starts.map((id) => ({ id, entered: false })).reverse();
  while (stack.length > 0) {
    const top = stack.pop()!;
    if (top.entered) {
      order.push(top.id);
      continue;
    }
    if (seen.has(top.id)) continue;
    seen.add(top.id);
    stack.push({ id: top.id, entered: true });
    for (const id of sources.get(top.id) ?? []) if (!seen.has(id)) stack.push({ id, entered: false });
  }
  return order;
}

const noOutput = (source: WorkflowNode, { sourcePort }: WorkflowEdge) => said("{node} has no output named “{port}”.", { node: titleOf(source), port: sourcePort });
const noInput = (target: WorkflowNode, { targetPort }: WorkflowEdge) => said("{node} has no input named “{port}”.", { node: titleOf(target), port: targetPort });

/** Why `edge` may not be added, or null. Replacing the edge that already feeds the input is allowed. */
export function connectionProblem(workflow: Workflow, edge: WorkflowEdge): Said | null {
  const source = workflow.nodes.find((node) => node.id === edge.source);
  const target = workflow.nodes.find((node) => node.id === edge.target);
  if (!source || !target) return said("One end of this connection is not a node of this workflow.");
  if (source === target) return said("A node cannot feed itself.");
  const output = portOf(findSpec(source.type)?.outputs, edge.sourcePort);
  const input = portOf(inputsOf(target), edge.targetPort);
  if (!output) return noOutput(source, edge);
  if (!input) return noInput(target, edge);
  const mismatch = typeMismatch(output.type, input.type);
  if (mismatch) return mismatch;
  const computed = isParamInput(target, edge.targetPort) ? notConstant(source) : null;
  if (computed) return computed;
  if (ancestors(workflow, [source.id]).includes(target.id)) return said("This would make a loop: {source} already depends on {target}.", { source: titleOf(source), target: titleOf(target) });
  return null;
}

/** Nodes on a cycle, in no order that means anything; empty when there is none. */
export function cycleNodes(workflow: Workflow): string[] {
  const ids = new Set(workflow.nodes.map((node) => node.id));
  const edges = workflow.edges.filter(({ source, target }) => ids.has(source) && ids.has(target));
  const ahead = edges.map(({ source, target }): Arrow => [source, target]);
  // What only follows a loop is left over forwards, what only leads into one backwards.
  const back = ahead.map(([source, target]): Arrow => [target, source]);
  return [...leftOver(leftOver(ids, ahead), back)];
}

type Arrow = readonly [from: string, to: string];

/** The nodes that stay when those without an arrow into them are taken away, again and again (Kahn's algorithm). */
function leftOver(ids: ReadonlySet<string>, arrows: readonly Arrow[]): Set<string> {
  const left = new Set(ids);
  const into = new Map<string, number>();
  const from = new Map<string, string[]>();
  for (const [source, target] of arrows) {
    if (!left.has(source) || !left.has(target)) continue;
    into.set(target, (into.get(target) ?? 0) + 1);
    from.set(source, [...(from.get(source) ?? []), target]);
  }
  const free = [...left].filter((id) => !into.has(id));
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    left.delete(id);
    for (const target of from.get(id) ?? []) {
      const count = into.get(target)! - 1;
      into.set(target, count);
      if (count === 0) free.push(target);
    }
  }
  return left;
}

/** `node` with the values of its fed params; `feederOf` names what feeds one. */
function paramProblems(node: WorkflowNode, schema: z.ZodObject, feederOf: (param: string) => WorkflowNode | undefined): Problem[] {
  const parsed = schema.safeParse(node.params);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue): Problem[] => {
    const name = String(issue.path[0] ?? "");
    const words = issueWords(issue);
    if (!name) return [problem({ nodeId: node.id }, said("{node}: {words}", { node: titleOf(node), words }))];
    const field = schema.shape[name] as z.ZodType | undefined;
    const feeder = isParamInput(node, name) ? feederOf(name) : null;
    // With nothing connected, the value that waits in it does not count.
    if (feeder === undefined) return [];
    const told = feeder ? said("{value} from {source}: {words}", { value: valueWords(node.params[name]), source: titleOf(feeder), words }) : words;
    return [problem({ nodeId: node.id, param: name }, ofParam(node, field ? paramMeta(field).title : name, told))];
  });
}

const ofParam = (node: WorkflowNode, param: string, words: Said) => said("{node}: {param}: {words}", { node: titleOf(node), param, words });

/** A value as it is said in a sentence. */
function valueWords(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  const text = typeof value === "string" ? `“${value.length > 40 ? `${value.slice(0, 40)}…` : value}”` : JSON.stringify(value);
  return text ?? "nothing";
}

/** Params that are inputs and have nothing connected. */
function openParams(workflow: Workflow, node: WorkflowNode, drawn: Workflow): Problem[] {
  return (node.paramInputs ?? []).flatMap((name): Problem[] => {
    const port = paramPort(findSpec(node.type), name);
    if (!port || edgeInto(workflow, node.id, name)) return [];
    const bypassed = edgeInto(drawn, node.id, name) !== undefined;
    return [
      problem(
        { nodeId: node.id, port: name, param: name },
        ofParam(node, port.title, said(bypassed ? "The node that feeds it is bypassed." : "Nothing is connected.")),
        bypassed ? said("Take that node out of bypass, or turn the input back into a field.") : said("Connect an output of type {type}, or turn the input back into a field.", { type: dataTypeName(port.type) }),
      ),
    ];
  });
}

/** A param that waits for an input nobody connected. */
function neededProblems(node: WorkflowNode, spec: NodeSpec, { neededBy, title, type }: Port): Problem[] {
  const field = neededBy === undefined ? undefined : (spec.params.shape[neededBy] as z.ZodType | undefined);
  if (neededBy === undefined || !field) return [];
  const value = field.safeParse(node.params[neededBy]);
  const usual = field.parse(undefined);
  if (!value.success || value.data === usual) return [];
  return [
    problem(
      { nodeId: node.id, param: neededBy },
      ofParam(node, paramMeta(field).title, said("Needs the input “{port}”.", { port: title })),
      said("Connect an output of type {type}, or set it to {value}.", { type: dataTypeName(type), value: String(usual) }),
    ),
  ];
}

/** `drawn` is the workflow before bypassed nodes were taken out of `workflow`. */
function nodeProblems(workflow: Workflow, node: WorkflowNode, drawn: Workflow, feederOf: (param: string) => WorkflowNode | undefined): Problem[] {
  const spec = findSpec(node.type);
  if (!spec) {
    return [problem({ nodeId: node.id }, said("This program knows no node type “{type}”.", { type: node.type }), said("Remove the node, or open the workflow with the version it was made with."))];
  }
  if (node.version > spec.version) {
    return [problem({ nodeId: node.id }, said("{node} was saved by a newer version ({version}; this program has {known}).", { node: titleOf(node), version: String(node.version), known: String(spec.version) }), said("Update Bifrost Studio, or replace the node."))];
  }
  const problems = [...paramProblems(node, spec.params, feederOf), ...openParams(workflow, node, drawn)];
  for (const [name, field] of Object.entries(spec.params.shape)) {
    const { missing } = paramMeta(field as z.ZodType);
    if (missing && (node.params[name] ?? "") === "") problems.push(problem({ nodeId: node.id, param: name }, said("{node} {words}", { node: titleOf(node), words: missing.message }), { text: missing.remedy, values: {} }));
  }
  for (const [port, input] of Object.entries(spec.inputs)) {
    if (!edgeInto(workflow, node.id, port)) problems.push(...neededProblems(node, spec, input));
    if (!input.optional && !edgeInto(workflow, node.id, port)) {
      const values = { node: titleOf(node), port: input.title, type: dataTypeName(input.type) };
      const bypassed = edgeInto(drawn, node.id, port) !== undefined;
      problems.push(
        problem(
          { nodeId: node.id, port },
          said(bypassed ? "{node} gets nothing at “{port}”: the bypassed node before it has no input of type {type} to pass on." : "{node} needs its input “{port}”.", values),
          bypassed ? said("Take that node out of bypass, or connect another.") : said("Connect an output of type {type}.", values),
        ),
      );
    }
  }
  return problems;
}

function edgeProblems(workflow: Workflow): Problem[] {
  const problems: Problem[] = [];
  const fed = new Set<string>();
  for (const edge of workflow.edges) {
    const source = workflow.nodes.find((node) => node.id === edge.source);
    const target = workflow.nodes.find((node) => node.id === edge.target);
    const place = { nodeId: edge.target, port: edge.targetPort };
    if (!source || !target) {
      problems.push(problem({ ...(target && place), edgeId: edgeId(edge) }, said("An edge joins “{source}” to “{target}”, but {missing} is not in this workflow.", { source: edge.source, target: edge.target, missing: source ? edge.target : edge.source })));
      continue;
    }
    const input = `${edge.target}.${edge.targetPort}`;
    if (fed.has(input)) problems.push(problem(place, said("{node}: two edges feed “{port}”.", { node: titleOf(target), port: edge.targetPort }), said("Remove one of them.")));
    fed.add(input);
    const subgraph = [source, target].find(isSubgraph);
    if (subgraph) {
      problems.push(problem({ nodeId: subgraph.id, edgeId: edgeId(edge) }, said("An edge ends at the subgraph “{node}” itself; edges join the nodes in it.", { node: titleOf(subgraph) })));
      continue;
    }
    // Unknown types are reported on their node; their ports cannot be judged.
    const sourceSpec = findSpec(source.type);
    const targetSpec = findSpec(target.type);
    if (!sourceSpec || !targetSpec) continue;
    const from = portOf(sourceSpec.outputs, edge.sourcePort);
    const to = portOf(inputsOf(target), edge.targetPort);
    if (!from) problems.push(problem({ nodeId: source.id, edgeId: edgeId(edge) }, noOutput(source, edge)));
    else if (!to) problems.push(problem({ nodeId: target.id, edgeId: edgeId(edge) }, noInput(target, edge)));
    else {
      const mismatch = typeMismatch(from.type, to.type) ?? (isParamInput(target, edge.targetPort) ? notConstant(source) : null);
      if (mismatch) problems.push(problem({ ...place, edgeId: edgeId(edge) }, said("{node}: {words}", { node: titleOf(target), words: mismatch })));
    }
  }
  return problems;
}

/** Every problem that keeps `workflow` from running as a whole. Muted and bypassed nodes have none of their own. */
export function workflowProblems(workflow: Workflow): Problem[] {
  const effective = effectiveWorkflow(workflow);
  const muted = mutedNodes(workflow);
  const modes = modesOf(workflow);
  const ids = new Set<string>();
  const problems: Problem[] = [];
  const fed = new Map(withFedParams(effective).map((node) => [node.id, node]));
  const sourceOf = paramSources(effective);
  for (const node of workflow.nodes) {
    if (ids.has(node.id)) problems.push(problem({ nodeId: node.id }, said("Two nodes share the id “{id}”.", { id: node.id })));
    ids.add(node.id);
    if (!isSubgraph(node) && !muted.has(node.id) && modes.get(node.id) !== "bypassed") problems.push(...nodeProblems(effective, fed.get(node.id) ?? node, workflow, (param) => sourceOf(node, param)?.node));
  }
  problems.push(...edgeProblems(workflow));
  return [...problems, ...loopProblems(workflow, effective)];
}

function loopProblems(workflow: Workflow, effective: Workflow): Problem[] {
  const looped = new Set(cycleNodes(workflow));
  // A bypassed subgraph may pass on to a node what that node gave it.
  const byPassing = cycleNodes(effective).filter((id) => !looped.has(id));
  return [...looped, ...byPassing].map((nodeId) => {
    const node = workflow.nodes.find((candidate) => candidate.id === nodeId)!;
    return problem({ nodeId }, said("{node} is part of a loop.", { node: titleOf(node) }), said(looped.has(nodeId) ? "Remove one connection of the loop." : "Take the subgraph it is connected to out of bypass."));
  });
}
