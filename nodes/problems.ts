/** What is wrong with a workflow before it runs: each problem on its node, port or param, with what to do. */
import type { z } from "zod";
import { effectiveWorkflow, mutedNodes } from "./bypass";
import type { NodeSpec } from "./define-node";
import { isSubgraph, modesOf } from "./nesting";
import { inputsOf, isParamInput, notConstant, paramPort, paramSources, withFedParams } from "./param-inputs";
import { paramMeta } from "./param-form";
import { dataTypes, type Port, portOf, typeMismatch } from "./ports";
import { findSpec } from "./specs";
import { edgeId, edgeInto, type Workflow, type WorkflowEdge, type WorkflowNode } from "./workflow";

export interface Problem {
  readonly nodeId?: string;
  readonly port?: string;
  readonly param?: string;
  /** The edge that cannot stay, where it is one edge alone. */
  readonly edgeId?: string;
  readonly message: string;
  readonly remedy?: string;
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

/** Why `edge` may not be added, or null. Replacing the edge that already feeds the input is allowed. */
export function connectionProblem(workflow: Workflow, edge: WorkflowEdge): string | null {
  const source = workflow.nodes.find((node) => node.id === edge.source);
  const target = workflow.nodes.find((node) => node.id === edge.target);
  if (!source || !target) return "One end of this connection is not a node of this workflow.";
  if (source === target) return "A node cannot feed itself.";
  const output = portOf(findSpec(source.type)?.outputs, edge.sourcePort);
  const input = portOf(inputsOf(target), edge.targetPort);
  if (!output) return `${titleOf(source)} has no output named “${edge.sourcePort}”.`;
  if (!input) return `${titleOf(target)} has no input named “${edge.targetPort}”.`;
  const mismatch = typeMismatch(output.type, input.type);
  if (mismatch) return mismatch;
  const computed = isParamInput(target, edge.targetPort) ? notConstant(source) : null;
  if (computed) return computed;
  if (ancestors(workflow, [source.id]).includes(target.id)) return `This would make a loop: ${titleOf(source)} already depends on ${titleOf(target)}.`;
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
    if (!name) return [{ nodeId: node.id, message: `${titleOf(node)}: ${words}` }];
    const field = schema.shape[name] as z.ZodType | undefined;
    const feeder = isParamInput(node, name) ? feederOf(name) : null;
    // With nothing connected, the value that waits in it does not count.
    if (feeder === undefined) return [];
    const value = feeder ? `${valueWords(node.params[name])} from ${titleOf(feeder)}: ` : "";
    return [{ nodeId: node.id, param: name, message: `${titleOf(node)}: ${field ? paramMeta(field).title : name}: ${value}${words}` }];
  });
}

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
      {
        nodeId: node.id,
        port: name,
        param: name,
        message: `${titleOf(node)}: ${port.title}: ${bypassed ? "The node that feeds it is bypassed." : "Nothing is connected."}`,
        remedy: bypassed ? "Take that node out of bypass, or turn the input back into a field." : `Connect an output of type ${dataTypes[port.type].title.toLowerCase()}, or turn the input back into a field.`,
      },
    ];
  });
}

const kinds: Record<string, string> = { int: "a whole number", number: "a number", string: "text", boolean: "on or off", object: "an object" };

/** An issue as a sentence. A spec's own words are kept; zod's general ones are for programmers. */
function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small" && issue.message.startsWith("Too small")) return `At least ${issue.minimum.toLocaleString("en")}.`;
  if (issue.code === "too_big" && issue.message.startsWith("Too big")) return `At most ${issue.maximum.toLocaleString("en")}.`;
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) return `Should be ${kinds[issue.expected] ?? issue.expected}.`;
  if (issue.code === "invalid_value" && issue.message.startsWith("Invalid option")) return `Should be one of ${issue.values.map((value) => `“${String(value)}”`).join(", ")}.`;
  return issue.message;
}

/** A param that waits for an input nobody connected. */
function neededProblems(node: WorkflowNode, spec: NodeSpec, { neededBy, title, type }: Port): Problem[] {
  const field = neededBy === undefined ? undefined : (spec.params.shape[neededBy] as z.ZodType | undefined);
  if (neededBy === undefined || !field) return [];
  const value = field.safeParse(node.params[neededBy]);
  const usual = field.parse(undefined);
  if (!value.success || value.data === usual) return [];
  return [
    {
      nodeId: node.id,
      param: neededBy,
      message: `${titleOf(node)}: ${paramMeta(field).title}: Needs the input “${title}”.`,
      remedy: `Connect an output of type ${dataTypes[type].title.toLowerCase()}, or set it to ${String(usual)}.`,
    },
  ];
}

/** `drawn` is the workflow before bypassed nodes were taken out of `workflow`. */
function nodeProblems(workflow: Workflow, node: WorkflowNode, drawn: Workflow, feederOf: (param: string) => WorkflowNode | undefined): Problem[] {
  const spec = findSpec(node.type);
  if (!spec) {
    return [{ nodeId: node.id, message: `This program knows no node type “${node.type}”.`, remedy: "Remove the node, or open the workflow with the version it was made with." }];
  }
  if (node.version > spec.version) {
    return [{ nodeId: node.id, message: `${titleOf(node)} was saved by a newer version (${node.version}; this program has ${spec.version}).`, remedy: "Update Bifrost Studio, or replace the node." }];
  }
  const problems = [...paramProblems(node, spec.params, feederOf), ...openParams(workflow, node, drawn)];
  for (const [name, field] of Object.entries(spec.params.shape)) {
    const { missing } = paramMeta(field as z.ZodType);
    if (missing && (node.params[name] ?? "") === "") problems.push({ nodeId: node.id, param: name, message: `${titleOf(node)} ${missing.message}`, remedy: missing.remedy });
  }
  for (const [port, input] of Object.entries(spec.inputs)) {
    if (!edgeInto(workflow, node.id, port)) problems.push(...neededProblems(node, spec, input));
    if (!input.optional && !edgeInto(workflow, node.id, port)) {
      const type = dataTypes[input.type].title.toLowerCase();
      const bypassed = edgeInto(drawn, node.id, port) !== undefined;
      problems.push({
        nodeId: node.id,
        port,
        message: bypassed ? `${titleOf(node)} gets nothing at “${input.title}”: the bypassed node before it has no input of type ${type} to pass on.` : `${titleOf(node)} needs its input “${input.title}”.`,
        remedy: bypassed ? "Take that node out of bypass, or connect another." : `Connect an output of type ${type}.`,
      });
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
      problems.push({ ...(target && place), edgeId: edgeId(edge), message: `An edge joins “${edge.source}” to “${edge.target}”, but ${source ? edge.target : edge.source} is not in this workflow.` });
      continue;
    }
    const input = `${edge.target}.${edge.targetPort}`;
    if (fed.has(input)) problems.push({ ...place, message: `${titleOf(target)}: two edges feed “${edge.targetPort}”.`, remedy: "Remove one of them." });
    fed.add(input);
    const subgraph = [source, target].find(isSubgraph);
    if (subgraph) {
      problems.push({ nodeId: subgraph.id, edgeId: edgeId(edge), message: `An edge ends at the subgraph “${titleOf(subgraph)}” itself; edges join the nodes in it.` });
      continue;
    }
    // Unknown types are reported on their node; their ports cannot be judged.
    const sourceSpec = findSpec(source.type);
    const targetSpec = findSpec(target.type);
    if (!sourceSpec || !targetSpec) continue;
    const from = portOf(sourceSpec.outputs, edge.sourcePort);
    const to = portOf(inputsOf(target), edge.targetPort);
    if (!from) problems.push({ nodeId: source.id, edgeId: edgeId(edge), message: `${titleOf(source)} has no output named “${edge.sourcePort}”.` });
    else if (!to) problems.push({ nodeId: target.id, edgeId: edgeId(edge), message: `${titleOf(target)} has no input named “${edge.targetPort}”.` });
    else {
      const mismatch = typeMismatch(from.type, to.type) ?? (isParamInput(target, edge.targetPort) ? notConstant(source) : null);
      if (mismatch) problems.push({ ...place, edgeId: edgeId(edge), message: `${titleOf(target)}: ${mismatch}` });
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
    if (ids.has(node.id)) problems.push({ nodeId: node.id, message: `Two nodes share the id “${node.id}”.` });
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
    return { nodeId, message: `${titleOf(node)} is part of a loop.`, remedy: looped.has(nodeId) ? "Remove one edge of the loop." : "Take the subgraph it is connected to out of bypass." };
  });
}
