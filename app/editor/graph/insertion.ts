/** A node put into a connection: what flowed along it then flows through the node. */
import { portOf, type Ports, typeMismatch } from "@/nodes/ports";
import { findSpec } from "@/nodes/specs";
import { edgeId, type Workflow, type WorkflowEdge } from "@/nodes/workflow";
import { nodeOf } from "./lookup";
import { connect, disconnect } from "./operations";

interface Passage {
  readonly input: string;
  readonly output: string;
}

const portsOf = (workflow: Workflow, id: string, side: "inputs" | "outputs"): Ports | undefined => findSpec(nodeOf(workflow, id)?.type ?? "")?.[side];

/** The ports by which a node of `type` would take and give what flows along `edge`: inputs it cannot do without first. Null when it has none. */
export function passageOf(workflow: Workflow, type: string, edge: WorkflowEdge): Passage | null {
  const spec = findSpec(type);
  const from = portOf(portsOf(workflow, edge.source, "outputs"), edge.sourcePort)?.type;
  const to = portOf(portsOf(workflow, edge.target, "inputs"), edge.targetPort)?.type;
  if (!spec || !from || !to) return null;
  const inputs = Object.entries(spec.inputs).filter(([, port]) => typeMismatch(from, port.type) === null);
  const output = Object.keys(spec.outputs).find((name) => typeMismatch(spec.outputs[name]!.type, to) === null);
  const input = (inputs.find(([, port]) => !port.optional) ?? inputs[0])?.[0];
  return input !== undefined && output !== undefined ? { input, output } : null;
}

/** Edges that a node of `type` fits into. */
export function edgesFor(workflow: Workflow, type: string): WorkflowEdge[] {
  return workflow.edges.filter((edge) => passageOf(workflow, type, edge) !== null);
}

/** Whether nothing is connected to a node. */
export function isLoose(workflow: Workflow, id: string): boolean {
  return workflow.edges.every(({ source, target }) => source !== id && target !== id);
}

/** Puts a node of the workflow into the edge. Where it does not fit the workflow stays as it is. */
export function insertInto(workflow: Workflow, id: string, into: string): Workflow {
  const edge = workflow.edges.find((candidate) => edgeId(candidate) === into);
  const passage = edge && passageOf(workflow, nodeOf(workflow, id)?.type ?? "", edge);
  if (!edge || !passage) return workflow;
  const without = disconnect(workflow, new Set([into]));
  const fed = connect(without, { ...edge, target: id, targetPort: passage.input });
  const passed = connect(fed, { ...edge, source: id, sourcePort: passage.output });
  return fed === without || passed === fed ? workflow : passed;
}
