/** A workflow: the graph a person draws, as it is saved, exchanged and run. */
import { z } from "zod";

const id = z.string().min(1).max(64).regex(/^[A-Za-z0-9_-]+$/, "Ids hold letters, digits, - and _.");
/** Beyond this the canvas cannot place a node any more. */
const coordinate = z.number().min(-1e6).max(1e6);
const portName = z.string().min(1).max(64);

/** What Postgres' jsonb refuses: NUL, and halves of surrogate pairs. */
const unstorable = /\0|\p{Surrogate}/u;

function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !unstorable.test(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}

const unstorableText = "A text holds a character that cannot be stored (NUL, or half of a pair).";

export const workflowNodeSchema = z.strictObject({
  id,
  type: z.string().min(1).max(64),
  version: z.int().min(1),
  title: z.string().trim().min(1).max(80).refine(isStorable, unstorableText).optional(),
  position: z.strictObject({ x: coordinate, y: coordinate }),
  params: z.record(z.string().max(64), z.json()).refine(isStorable, unstorableText),
});

export const workflowEdgeSchema = z.strictObject({
  source: id,
  sourcePort: portName,
  target: id,
  targetPort: portName,
});

export const workflowSchema = z.strictObject({
  format: z.literal("bifrost-workflow"),
  formatVersion: z.literal(1),
  nodes: z.array(workflowNodeSchema).max(5000),
  edges: z.array(workflowEdgeSchema).max(20000),
});

export type Workflow = z.infer<typeof workflowSchema>;
export type WorkflowNode = z.infer<typeof workflowNodeSchema>;
export type WorkflowEdge = z.infer<typeof workflowEdgeSchema>;

export const emptyWorkflow: Workflow = { format: "bifrost-workflow", formatVersion: 1, nodes: [], edges: [] };

export function edgeId(edge: WorkflowEdge): string {
  return `${edge.source}.${edge.sourcePort}→${edge.target}.${edge.targetPort}`;
}

/** The edge that feeds an input; an input takes one edge at most. */
export function edgeInto(workflow: Workflow, target: string, targetPort: string): WorkflowEdge | undefined {
  return workflow.edges.find((edge) => edge.target === target && edge.targetPort === targetPort);
}
