/** Other programs' workflows, told by their shape, so that they can be refused by name. */
import { z } from "zod";
import type { Translate } from "@/app/i18n/translate";
import { joined } from "@/app/ui/quantity";

export interface ForeignWorkflow {
  readonly tool: "ComfyUI" | "InvokeAI";
  /** Of its nodes, as its own program calls them. */
  readonly types: readonly string[];
}

const named = z.looseObject({ type: z.string() });
/** What ComfyUI's editor saves. */
const comfyGraph = z.looseObject({ nodes: z.array(named), links: z.array(z.unknown()), version: z.number() });
/** What ComfyUI's server is sent ("API format"): nodes by id. */
const comfyPrompt = z.record(z.string(), z.looseObject({ class_type: z.string(), inputs: z.looseObject({}) })).refine((nodes) => Object.keys(nodes).length > 0);
const comfyRequest = z.looseObject({ prompt: comfyPrompt });
const invoke = z.looseObject({ meta: z.looseObject({ version: z.string() }), nodes: z.array(z.looseObject({ type: z.string(), data: z.looseObject({ type: z.string().optional() }) })), edges: z.array(z.unknown()) });
/** What InvokeAI's server is sent: a graph of nodes by id. */
const invokeGraph = z.looseObject({ nodes: z.record(z.string(), z.looseObject({ id: z.string(), type: z.string() })), edges: z.array(z.looseObject({ source: z.looseObject({ node_id: z.string() }) })) });

/** Null when it is no workflow of a program known here. */
export function foreignWorkflow(json: unknown): ForeignWorkflow | null {
  const graph = comfyGraph.safeParse(json);
  if (graph.success) return { tool: "ComfyUI", types: graph.data.nodes.map(({ type }) => type) };
  const request = comfyRequest.safeParse(json);
  const prompt = comfyPrompt.safeParse(request.success ? request.data.prompt : json);
  if (prompt.success) return { tool: "ComfyUI", types: Object.values(prompt.data).map((node) => node.class_type) };
  const workflow = invoke.safeParse(json);
  if (workflow.success) return { tool: "InvokeAI", types: workflow.data.nodes.flatMap(({ type, data }) => (type === "invocation" && data.type ? [data.type] : [])) };
  const sent = invokeGraph.safeParse(json);
  return sent.success ? { tool: "InvokeAI", types: Object.values(sent.data.nodes).map(({ type }) => type) } : null;
}

/** Why it is not taken, and what to do instead. */
export function foreignWords({ tool, types }: ForeignWorkflow, t: Translate): string {
  if (types.length === 0) return t("files.foreign", { tool });
  const some = [...new Set(types)].slice(0, 3).map((type) => type.slice(0, 40));
  const listed = joined(some, t);
  return t("files.foreignWithNodes", { tool, count: types.length, types: some.length < new Set(types).size ? t("files.andMoreTypes", { types: listed }) : listed });
}
