/** One node in place of another: connections, and params of the same name, stay where they can. */
import type { z } from "zod";
import type { NodeSpec } from "@/nodes/define-node";
import { isParamInput, paramPort } from "@/nodes/param-inputs";
import { portOf, type Ports, typeMismatch } from "@/nodes/ports";
import { findSpec, specs } from "@/nodes/specs";
import type { Workflow, WorkflowEdge, WorkflowNode } from "@/nodes/workflow";
import { isSubgraph } from "@/nodes/nesting";
import { nodeOf } from "./lookup";
import { newNode } from "./operations";

export interface Replacement {
  readonly spec: NodeSpec;
  /** Titles of the connected ports that the new node has no place for, inputs first. */
  readonly lost: readonly string[];
}

/** Where each used port goes: to one of its name and type, else to the first free one of its type. Ports without a place are not in it. */
function portMap(used: readonly string[], before: Ports, after: Ports): Map<string, string> {
  const fits = (from: string, to: string) => {
    const [one, other] = [portOf(before, from)?.type, portOf(after, to)?.type];
    return one !== undefined && other !== undefined && typeMismatch(one, other) === null;
  };
  const map = new Map(used.filter((port) => fits(port, port)).map((port) => [port, port]));
  const taken = new Set(map.values());
  for (const port of used) {
    const free = map.has(port) ? undefined : Object.keys(after).find((candidate) => !taken.has(candidate) && fits(port, candidate));
    if (free === undefined) continue;
    map.set(port, free);
    taken.add(free);
  }
  return map;
}

/** Params of the node that are inputs and can be of the other type, too. */
function keptInputs(node: WorkflowNode, to: NodeSpec): string[] {
  return (node.paramInputs ?? []).filter((name) => {
    const after = paramPort(to, name);
    return after !== undefined && after.type === paramPort(findSpec(node.type), name)?.type;
  });
}

interface Fit {
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly lost: readonly string[];
}

function fitOf(workflow: Workflow, node: WorkflowNode, to: NodeSpec): Fit {
  const spec = findSpec(node.type);
  const fed = [...new Set(workflow.edges.filter(({ target, targetPort }) => target === node.id && !isParamInput(node, targetPort)).map(({ targetPort }) => targetPort))];
  // A param goes by its name alone: another of its type means something else.
  const fedParams = workflow.edges.filter(({ target, targetPort }) => target === node.id && isParamInput(node, targetPort)).map(({ targetPort }) => targetPort);
  const keptParams = fedParams.filter((name) => keptInputs(node, to).includes(name));
  const feeding = [...new Set(workflow.edges.filter(({ source }) => source === node.id).map(({ sourcePort }) => sourcePort))];
  const inputs = portMap(fed, spec?.inputs ?? {}, to.inputs);
  const outputs = portMap(feeding, spec?.outputs ?? {}, to.outputs);
  const lostOf = (used: readonly string[], map: ReadonlyMap<string, string>, ports: Ports | undefined) => used.filter((port) => !map.has(port)).map((port) => portOf(ports, port)?.title ?? port);
  const lostParams = fedParams.filter((name) => !keptParams.includes(name)).map((name) => paramPort(spec, name)?.title ?? name);
  return { inputs: new Map([...inputs, ...keptParams.map((name) => [name, name] as const)]), outputs, lost: [...lostOf(fed, inputs, spec?.inputs), ...lostParams, ...lostOf(feeding, outputs, spec?.outputs)] };
}

const sharesType = (one: Ports, other: Ports) => Object.values(one).some(({ type }) => Object.values(other).some((port) => port.type === type));

/**
 * The types that could stand in a node's place, those that keep every connection first. Of a connected node, types that
 * would keep at least one connection; of a loose one, types that take or give something of the same kind.
 */
export function replacementsOf(workflow: Workflow, id: string): Replacement[] {
  const node = nodeOf(workflow, id);
  const own = findSpec(node?.type ?? "");
  if (!node || !own) return [];
  const loose = workflow.edges.every(({ source, target }) => source !== id && target !== id);
  return Object.values<NodeSpec>(specs)
    .filter((spec) => spec.type !== node.type && !spec.probe)
    .flatMap((spec) => {
      const { inputs, outputs, lost } = fitOf(workflow, node, spec);
      const fits = loose ? sharesType(own.inputs, spec.inputs) || sharesType(own.outputs, spec.outputs) : inputs.size + outputs.size > 0;
      return fits ? [{ spec, lost }] : [];
    })
    .sort((a, b) => a.lost.length - b.lost.length);
}

/** The new type's params, with the old values of those it has by the same name and accepts. */
function paramsOf(node: WorkflowNode, fresh: WorkflowNode, spec: NodeSpec): WorkflowNode["params"] {
  const kept = Object.entries(node.params).filter(([name, value]) => Object.hasOwn(spec.params.shape, name) && (spec.params.shape[name] as z.ZodType).safeParse(value).success);
  return { ...fresh.params, ...Object.fromEntries(kept) };
}

/** A subgraph that shows of the new node what it showed of the old one, where the new one has it. */
function exposedAfter(node: WorkflowNode, before: string, after: string, has: { readonly inputs: ReadonlyMap<string, string>; readonly outputs: ReadonlyMap<string, string>; readonly params: (name: string) => boolean }): WorkflowNode {
  if (!isSubgraph(node) || !node.exposed) return node;
  const moved = <T extends { readonly node: string; readonly port: string }>(place: T, ports: ReadonlyMap<string, string>): T[] => {
    if (place.node !== before) return [place];
    const port = ports.get(place.port);
    return port === undefined ? [] : [{ ...place, node: after, port }];
  };
  return {
    ...node,
    exposed: {
      inputs: node.exposed.inputs.map((input) => ({ ...input, places: input.places.flatMap((place) => moved(place, has.inputs)) })).filter(({ places }) => places.length > 0),
      outputs: node.exposed.outputs.flatMap((output) => moved(output, has.outputs)),
      params: node.exposed.params.flatMap((param) => (param.node !== before ? [param] : has.params(param.param) ? [{ ...param, node: after }] : [])),
    },
  };
}

/**
 * The workflow with a new node of `type` in the old one's place, and its id. Title, mode, and the sweeps and seed mode of
 * params that both have stay. It is another node to every run: results of the old one are not shown as its own.
 */
export function replaceNode(workflow: Workflow, id: string, type: string): { workflow: Workflow; id: string } {
  const node = nodeOf(workflow, id);
  const spec = findSpec(type);
  if (!node || !spec || node.type === type) return { workflow, id };
  const { inputs, outputs } = fitOf(workflow, node, spec);
  const fresh = newNode(workflow, type, node.position);
  const params = paramsOf(node, fresh, spec);
  const sweeps = Object.entries(node.sweeps ?? {}).filter(([name]) => Object.hasOwn(spec.params.shape, name));
  const paramInputs = keptInputs(node, spec);
  const next: WorkflowNode = {
    ...fresh,
    ...(paramInputs.length > 0 && { paramInputs }),
    params,
    ...(node.title !== undefined && { title: node.title }),
    ...(node.mode && { mode: node.mode }),
    ...(node.inside !== undefined && { inside: node.inside }),
    ...(node.seedMode && Object.hasOwn(spec.params.shape, "seed") && { seedMode: node.seedMode }),
    ...(sweeps.length > 0 && { sweeps: Object.fromEntries(sweeps) }),
  };
  const moved = (edge: WorkflowEdge): WorkflowEdge | null => {
    const source = edge.source === id ? { source: next.id, sourcePort: outputs.get(edge.sourcePort) } : { source: edge.source, sourcePort: edge.sourcePort };
    const target = edge.target === id ? { target: next.id, targetPort: inputs.get(edge.targetPort) } : { target: edge.target, targetPort: edge.targetPort };
    if (source.sourcePort === undefined || target.targetPort === undefined) return null;
    return source.source === edge.source && target.target === edge.target ? edge : ({ ...edge, ...source, ...target } as WorkflowEdge);
  };
  return {
    workflow: { ...workflow, nodes: workflow.nodes.map((other) => (other === node ? next : exposedAfter(other, id, next.id, { inputs, outputs, params: (name) => Object.hasOwn(spec.params.shape, name) }))), edges: workflow.edges.flatMap((edge) => moved(edge) ?? []) },
    id: next.id,
  };
}
