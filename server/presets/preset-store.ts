/** Presets: the shipped ones, and those people make of their workflows. */
import { said } from "@/models/said";
import { type CardPorts, cardPorts } from "@/nodes/card-ports";
import { isSubgraph, nestingOf } from "@/nodes/nesting";
import { presets as shippedPresets } from "@/nodes/presets";
import { type Workflow, type WorkflowNode, workflowSchema } from "@/nodes/workflow";
import type { PresetSummary, SubgraphPreset } from "@/server/api/contract";
import type { Database } from "@/server/database/client";
import { Refusal } from "@/server/refusal";

export interface Preset {
  id: string;
  name: string;
  description: string;
  graph: Workflow;
}

export const presetKinds = ["workflow", "subgraph"] as const;
export type PresetKind = (typeof presetKinds)[number];

/** The one card that a kept subgraph consists of; undefined for any other graph. */
function cardOf({ nodes }: Workflow): WorkflowNode | undefined {
  const { holderOf } = nestingOf(nodes);
  const [card, ...others] = nodes.filter(({ id }) => holderOf(id) === null);
  return card && others.length === 0 && isSubgraph(card) ? card : undefined;
}

function subgraphSummary({ id, name, description, graph }: Preset): SubgraphPreset[] {
  const card = cardOf(graph);
  if (!card) return [];
  const { inputs, outputs } = cardPorts(graph, card.id);
  const plain = (ports: CardPorts["inputs"]) => Object.values(ports).map(({ type, title }) => ({ type, title }));
  return [{ id, name, description, inputs: plain(inputs), outputs: plain(outputs) }];
}

export async function listSubgraphs(db: Database): Promise<SubgraphPreset[]> {
  const rows = await db.preset.findMany({ where: { kind: "subgraph" satisfies PresetKind }, orderBy: [{ name: "asc" }, { id: "asc" }] });
  return rows.flatMap((row) => subgraphSummary({ ...row, graph: workflowSchema.parse(row.graph) }));
}

function summary(preset: Preset, shipped: boolean): PresetSummary {
  const { id, name, description, graph } = preset;
  return { id, name, description, shipped, nodeTypes: graph.nodes.filter((node) => !isSubgraph(node)).map((node) => node.type) };
}

/** People's own first, the newest first, then the shipped ones. */
export async function listPresets(db: Database): Promise<PresetSummary[]> {
  const rows = await db.preset.findMany({ where: { kind: "workflow" satisfies PresetKind }, orderBy: [{ createdAt: "desc" }, { id: "asc" }] });
  return [
    ...rows.map((row) => summary({ ...row, graph: workflowSchema.parse(row.graph) }, false)),
    ...shippedPresets.map((preset) => summary(preset, true)),
  ];
}

export async function findPreset(db: Database, id: string): Promise<Preset> {
  const shipped = shippedPresets.find((preset) => preset.id === id);
  if (shipped) return { id, name: shipped.name, description: shipped.description, graph: shipped.graph };
  const row = await db.preset.findUnique({ where: { id } });
  if (!row) throw new Refusal("NOT_FOUND", said("There is no such preset."));
  return { id, name: row.name, description: row.description, graph: workflowSchema.parse(row.graph) };
}

export async function createPreset(db: Database, content: Omit<Preset, "id"> & { kind?: PresetKind | undefined }): Promise<PresetSummary> {
  if (content.kind === "subgraph" && !cardOf(content.graph)) throw new Refusal("BAD_REQUEST", said("A kept subgraph is one card and what lies in it."), { remedy: said("Select one subgraph and save that.") });
  const row = await db.preset.create({ data: content });
  return summary({ ...content, id: row.id }, false);
}

export async function removePreset(db: Database, id: string): Promise<void> {
  if (shippedPresets.some((preset) => preset.id === id)) throw new Refusal("BAD_REQUEST", said("A shipped preset cannot be removed."));
  const { count } = await db.preset.deleteMany({ where: { id } });
  if (count === 0) throw new Refusal("NOT_FOUND", said("There is no such preset."));
}
