/** Subgraphs that people keep, put into the workflow. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { type Client, describeError } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import { deepestNesting, mostNodes, nestingProblem, type Workflow } from "@/nodes/workflow";
import { pasteFragment } from "../graph/annotations";
import { connectOn } from "../graph/level-edges";
import { subgraphPorts } from "../graph/levels";
import type { Point } from "../graph/operations";
import { edgeBetween } from "./connection-actions";
import { edit } from "./document-actions";
import type { EditorStore, Offer } from "./editor-store";

/** A connection that was dropped where it is added, and which port of the other side takes it, counted from 0. */
interface Wanted {
  readonly from: Offer["from"];
  readonly port: number;
}

function connected(workflow: Workflow, card: string, { from, port }: Wanted): Workflow {
  const side = from.side === "output" ? "input" : "output";
  const key = Object.keys(subgraphPorts(workflow, card)[side === "input" ? "inputs" : "outputs"])[port];
  const edge = key === undefined ? null : edgeBetween(from, { nodeId: card, side, port: key });
  return edge ? connectOn(workflow, edge) : workflow;
}

/** Why it cannot be added; null when it can. */
function refusal({ nodes }: Workflow): string | null {
  const t = currentTranslator();
  if (nestingProblem(nodes)) return t("subgraphs.refused.deepDetail", { most: String(deepestNesting) });
  return nodes.length > mostNodes ? t("subgraphs.refused.manyDetail", { most: mostNodes.toLocaleString("en") }) : null;
}

/** Adds a copy of a kept subgraph at a place of the level that is shown, in one step. */
export async function addKept(store: EditorStore, client: Client, id: string, at: Point, wanted?: Wanted): Promise<void> {
  const t = currentTranslator();
  try {
    const { name, graph } = await client.presets.get.query({ id });
    const state = store.getState();
    const pasted = pasteFragment(state.graph, graph, at, state.level);
    const refused = refusal(pasted.workflow);
    if (refused !== null) return void toast(t("subgraphs.preset.notAdded", { name }), { detail: refused, tone: "bad" });
    edit(store, () => (wanted && pasted.ids[0] !== undefined ? connected(pasted.workflow, pasted.ids[0], wanted) : pasted.workflow), { select: pasted.ids });
  } catch (error) {
    toast(t("subgraphs.preset.notAdded", { name: "" }), { detail: describeError(error), tone: "bad" });
  }
}
