/** A workflow: the graph a person draws, as it is saved, exchanged and run. */
import { z } from "zod";
import { type Said, said } from "@/models/said";
import { ownIssue } from "./issue-words";

/** Whether objects can be looked up by it: “constructor” and “__proto__” are found in all of them. */
export function isFreeName(name: string): boolean {
  return !(name in Object.prototype);
}

const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, "Ids hold letters, digits, - and _.")
  .refine(isFreeName, "This id means something to JavaScript itself; take another.");
/** Beyond this the canvas cannot place a node any more. */
const farthest = 1e6;
const offCanvas = "The canvas ends at 1,000,000 px from its middle.";
const coordinate = z.number("A place on the canvas is a number of px.").min(-farthest, offCanvas).max(farthest, offCanvas);
const portName = z.string().min(1).max(64);

/** What Postgres' jsonb refuses: NUL, and halves of surrogate pairs. */
const unstorable = /\0|\p{Surrogate}/u;

function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !unstorable.test(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}

const unstorableText = "A text holds a character that cannot be stored (NUL, or half of a pair).";

const sweepValue = z.json().refine(isStorable, unstorableText);

/** The values a param takes in turn: given one by one, or from `from` in steps of `step` as far as `to`, ends included. */
export const sweepSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("list"), values: z.array(sweepValue).min(1, "A list needs a value.").max(10_000) }),
  z.strictObject({ kind: z.literal("range"), from: z.number(), to: z.number(), step: z.number().refine((step) => step !== 0, "A step of 0 never ends.") }),
]);
export type Sweep = z.infer<typeof sweepSchema>;

/** muted: never runs, nor what depends on it. bypassed: its input passes through to the outputs of the same type. */
export const nodeModes = ["muted", "bypassed"] as const;
export type NodeMode = (typeof nodeModes)[number];

/** What Run does to a node's seed before the run: keeps it, adds one, or draws another. */
export const seedModes = ["fixed", "increment", "random"] as const;
export type SeedMode = (typeof seedModes)[number];

/** Marks of a card or a frame, for people only. Named like pigments, so that nobody takes one for a data type. */
export const markColors = ["clay", "sand", "moss", "lagoon", "dusk", "plum"] as const;
export type MarkColor = (typeof markColors)[number];

const position = z.strictObject({ x: coordinate, y: coordinate });

const ownTitle = z.string().trim().min(1).max(80).refine(isStorable, unstorableText);

/** What a subgraph's card shows of the nodes in it, at any depth, in this order. An input of the card may feed several nodes. */
export const exposedSchema = z.strictObject({
  inputs: z.array(z.strictObject({ title: ownTitle.optional(), places: z.array(z.strictObject({ node: id, port: portName })).min(1).max(1000) })).max(1000),
  outputs: z.array(z.strictObject({ title: ownTitle.optional(), node: id, port: portName })).max(1000),
  params: z.array(z.strictObject({ title: ownTitle.optional(), node: id, param: z.string().min(1).max(64) })).max(1000),
});

export const workflowNodeSchema = z.strictObject({
  id,
  type: z.string().min(1).max(64),
  version: z.int().min(1),
  title: ownTitle.optional(),
  position,
  params: z.record(z.string().max(64), z.json()).refine(isStorable, unstorableText),
  mode: z.enum(nodeModes).optional(),
  /** fixed when absent */
  seedMode: z.enum(seedModes).optional(),
  /** By param. The param's own value stands for what it is without the sweep. */
  sweeps: z.record(z.string().max(64), sweepSchema).optional(),
  /** Params that are inputs: an edge brings their value (param-inputs.ts). The value in `params` waits for when they are fields again. */
  paramInputs: z
    .array(z.string().min(1).max(64).refine(isFreeName, "This name means something to JavaScript itself."))
    .min(1)
    .max(64)
    .refine((names) => new Set(names).size === names.length, "A param is listed twice.")
    .optional(),
  /** Drawn as its header and ports only. Like `color` and `locked`, it changes no result. */
  collapsed: z.literal(true).optional(),
  color: z.enum(markColors).optional(),
  /** The editor neither moves nor deletes it. */
  locked: z.literal(true).optional(),
  /** The subgraph it lies in (nodes/nesting.ts). One that is not there counts as none. It changes no result either. */
  inside: id.optional(),
  /** Of a subgraph only. */
  exposed: exposedSchema.optional(),
});

/** Px of the canvas. */
const size = z.strictObject({ width: z.number().min(40).max(1e6), height: z.number().min(40).max(1e6) });

/** A titled area of the canvas. What lies in it is found by place, not listed. Decoration: it changes no result. */
export const canvasFrameSchema = z.strictObject({
  id,
  title: ownTitle,
  color: z.enum(markColors).optional(),
  position,
  size,
  inside: id.optional(),
});

/** Markdown on the canvas. Decoration too. */
export const canvasNoteSchema = z.strictObject({
  id,
  text: z.string().max(20_000).refine(isStorable, unstorableText),
  position,
  size,
  inside: id.optional(),
});

/** Frames, or notes, of a workflow: each id once. */
const annotations = <T extends z.ZodType<{ id: string }>>(schema: T, sharedId: string) =>
  z
    .array(schema)
    .max(1000)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, sharedId)
    .optional();
export const canvasFramesSchema = annotations(canvasFrameSchema, "Two frames have the same id.");
export const canvasNotesSchema = annotations(canvasNoteSchema, "Two notes have the same id.");

/** Places that one edge is led through. */
export const mostVia = 64;

export const workflowEdgeSchema = z.strictObject({
  source: id,
  sourcePort: portName,
  target: id,
  targetPort: portName,
  /** Places it is drawn through, from its source on; edges of one output share those that are the same. Decoration. */
  via: z.array(position).min(1).max(mostVia).optional(),
});

/** Those that lie in subgraphs and the subgraphs themselves included. */
export const mostNodes = 5000;

/** Subgraphs in one another. Nobody finds a way back from further down. */
export const deepestNesting = 16;

export const workflowNodesSchema = z
  .array(workflowNodeSchema)
  .refine((nodes) => nodes.length <= mostNodes, { ...ownIssue(said("A workflow holds {most} nodes at most.", { most: mostNodes.toLocaleString("en") })), abort: true })
  .superRefine((nodes, context) => {
    const wrong = nestingProblem(nodes);
    if (wrong) context.addIssue({ code: "custom", path: [wrong.at, "inside"], ...ownIssue(wrong.words) });
  });

/** The first node that lies too deep, or in a subgraph that lies in itself. */
export function nestingProblem(nodes: readonly z.infer<typeof workflowNodeSchema>[]): { at: number; words: Said } | null {
  if (nodes.every(({ inside }) => inside === undefined)) return null;
  const inside = new Map(nodes.map((node) => [node.id, node.inside]));
  for (const [at, node] of nodes.entries()) {
    let depth = 0;
    for (let holder = node.inside; holder !== undefined; holder = inside.get(holder)) {
      if (holder === node.id) return { at, words: said("The subgraph “{id}” lies in itself.", { id: node.id }) };
      if (++depth > deepestNesting) return { at, words: said("“{id}” lies in more than {most} subgraphs, one in the other.", { id: node.id, most: deepestNesting }) };
    }
  }
  return null;
}

export const workflowSchema = z.strictObject({
  format: z.literal("bifrost-workflow"),
  formatVersion: z.literal(1),
  nodes: workflowNodesSchema,
  edges: z.array(workflowEdgeSchema).max(20000),
  /** How several sweeps combine: every value with every other, or first with first and so on. grid when absent */
  sweepMode: z.enum(["grid", "zip"]).optional(),
  frames: canvasFramesSchema,
  notes: canvasNotesSchema,
});

export type Workflow = z.infer<typeof workflowSchema>;
export type WorkflowNode = z.infer<typeof workflowNodeSchema>;
export type CanvasFrame = z.infer<typeof canvasFrameSchema>;
export type CanvasNote = z.infer<typeof canvasNoteSchema>;
export type Exposed = z.infer<typeof exposedSchema>;
export type WorkflowEdge = z.infer<typeof workflowEdgeSchema>;

export const emptyWorkflow: Workflow = { format: "bifrost-workflow", formatVersion: 1, nodes: [], edges: [] };

export function edgeId(edge: WorkflowEdge): string {
  return `${edge.source}.${edge.sourcePort}→${edge.target}.${edge.targetPort}`;
}

/** The edge that feeds an input; an input takes one edge at most. */
export function edgeInto(workflow: Workflow, target: string, targetPort: string): WorkflowEdge | undefined {
  return workflow.edges.find((edge) => edge.target === target && edge.targetPort === targetPort);
}
