/** A node put into a connection: what flowed along it then flows through the node. */
import { portOf, typeMismatch } from "@/nodes/ports";
import { findSpec } from "@/nodes/specs";
import type { Workflow, WorkflowEdge } from "@/nodes/workflow";
import { connectOn, disconnectOn, edgesAt } from "./level-edges";
import { borderOf, type Level, portsAt } from "./levels";
import { nodeOf } from "./lookup";
import { ledThrough } from "./reroutes";

interface Passage {
  readonly input: string;
  readonly output: string;
}

/** The ports by which a node of `type` would take and give what flows along `edge`: inputs it cannot do without first. Null when it has none. */
export function passageOf(workflow: Workflow, type: string, edge: WorkflowEdge): Passage | null {
  const spec = findSpec(type);
  const from = portOf(portsAt(workflow, edge.source)?.outputs, edge.sourcePort)?.type;
  const to = portOf(portsAt(workflow, edge.target)?.inputs, edge.targetPort)?.type;
  if (!spec || !from || !to) return null;
  const inputs = Object.entries(spec.inputs).filter(([, port]) => typeMismatch(from, port.type) === null);
  const output = Object.keys(spec.outputs).find((name) => typeMismatch(spec.outputs[name]!.type, to) === null);
  const input = (inputs.find(([, port]) => !port.optional) ?? inputs[0])?.[0];
  return input !== undefined && output !== undefined ? { input, output } : null;
}

/** Ids of a level's connections that a node of `type` fits into. What crosses the border is met outside. */
export function fittingEdges(workflow: Workflow, type: string, level: Level = null): ReadonlySet<string> {
  return new Set(edgesAt(workflow, level).flatMap(({ id, edge }) => (borderOf(edge.source) || borderOf(edge.target) || passageOf(workflow, type, edge) === null ? [] : [id])));
}

/** Whether nothing is connected to a node. */
export function isLoose(workflow: Workflow, id: string): boolean {
  return workflow.edges.every(({ source, target }) => source !== id && target !== id);
}

/** Puts a node of the workflow into a connection of its level. Where it does not fit the workflow stays as it is. */
export function insertInto(workflow: Workflow, id: string, into: string, level: Level = null): Workflow {
  const edge = edgesAt(workflow, level).find((candidate) => candidate.id === into)?.edge;
  const passage = edge && passageOf(workflow, nodeOf(workflow, id)?.type ?? "", edge);
  if (!edge || !passage) return workflow;
  const without = disconnectOn(workflow, level, new Set([into]));
  // The dots left of the node lead to it, the others on from it.
  const { x } = nodeOf(workflow, id)!.position;
  const fed = connectOn(without, ledThrough({ ...edge, target: id, targetPort: passage.input }, edge.via?.filter((point) => point.x < x) ?? []));
  const passed = connectOn(fed, ledThrough({ ...edge, source: id, sourcePort: passage.output }, edge.via?.filter((point) => point.x >= x) ?? []));
  return fed === without || passed === fed ? workflow : passed;
}
