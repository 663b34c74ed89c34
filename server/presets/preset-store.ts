/** Presets: the shipped ones, and those people make of their workflows. */
import { isSubgraph } from "@/nodes/nesting";
import { presets as shippedPresets } from "@/nodes/presets";
import { type Workflow, workflowSchema } from "@/nodes/workflow";
import type { PresetSummary } from "@/server/api/contract";
import type { Database } from "@/server/database/client";
import { Refusal } from "@/server/refusal";

export interface Preset {
  id: string;
  name: string;
  description: string;
  graph: Workflow;
}

function summary(preset: Preset, shipped: boolean): PresetSummary {
  const { id, name, description, graph } = preset;
  return { id, name, description, shipped, nodeTypes: graph.nodes.filter((node) => !isSubgraph(node)).map((node) => node.type) };
}

/** Shipped ones first, then people's own, the newest first. */
export async function listPresets(db: Database): Promise<PresetSummary[]> {
  const rows = await db.preset.findMany({ orderBy: [{ createdAt: "desc" }, { id: "asc" }] });
  return [
    ...shippedPresets.map((preset) => summary(preset, true)),
    ...rows.map((row) => summary({ ...row, graph: workflowSchema.parse(row.graph) }, false)),
  ];
}

export async function findPreset(db: Database, id: string): Promise<Preset> {
  const shipped = shippedPresets.find((preset) => preset.id === id);
  if (shipped) return { id, name: shipped.name, description: shipped.description, graph: shipped.graph };
  const row = await db.preset.findUnique({ where: { id } });
  if (!row) throw new Refusal("NOT_FOUND", "There is no such preset.");
  return { id, name: row.name, description: row.description, graph: workflowSchema.parse(row.graph) };
}

export async function createPreset(db: Database, content: Omit<Preset, "id">): Promise<PresetSummary> {
  const row = await db.preset.create({ data: content });
  return summary({ ...content, id: row.id }, false);
}

export async function removePreset(db: Database, id: string): Promise<void> {
  if (shippedPresets.some((preset) => preset.id === id)) throw new Refusal("BAD_REQUEST", "A shipped preset cannot be removed.");
  const { count } = await db.preset.deleteMany({ where: { id } });
  if (count === 0) throw new Refusal("NOT_FOUND", "There is no such preset.");
}
