/** Graphs of many nodes that compute nothing, and an engine without process, disk and database: what is left is the engine. */
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import type { NodeRun, NodeSpec } from "@/nodes/define-node";
import type { Output } from "@/nodes/run-events";
import { textValue, type Value } from "@/nodes/values";
import { emptyWorkflow, type Workflow, type WorkflowEdge, type WorkflowNode } from "@/nodes/workflow";
import { type EngineContext, freshBeginning } from "@/server/engine/contract";
import { execute } from "@/server/engine/execute";
import { planRun } from "@/server/engine/plan";
import type { KeyedRecipe, StoredResult } from "@/server/engine/resolve";

const node = (id: string, type: string, params: WorkflowNode["params"] = {}): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params });

/** So many prompts side by side, each with its own text. */
export function wideGraph(count: number): { graph: Workflow; targets: string[] } {
  const nodes = Array.from({ length: count }, (_, index) => node(`n${index}`, "prompt", { text: `prompt ${index}` }));
  return { graph: { ...emptyWorkflow, nodes }, targets: nodes.map(({ id }) => id) };
}

/** What leads from text to text again: each type, the port it gives and the port that takes it. */
const cycle = [
  { type: "text-encoder", input: "text", output: "conditioning" },
  { type: "flux-sampler", input: "conditioning", output: "latents" },
  { type: "vae-decode", input: "latents", output: "image" },
  { type: "clip-patch-encoder", input: "image", output: "patches" },
  { type: "describe-image", input: "patches", output: "text" },
] as const;

/** So many nodes one after the other. */
export function deepGraph(count: number): { graph: Workflow; targets: string[] } {
  const nodes = [node("n0", "prompt", { text: "a cat" })];
  const edges: WorkflowEdge[] = [];
  let port: string = "text";
  for (let index = 1; index < count; index++) {
    const { type, input, output } = cycle[(index - 1) % cycle.length]!;
    nodes.push(node(`n${index}`, type));
    edges.push({ source: `n${index - 1}`, sourcePort: port, target: `n${index}`, targetPort: input });
    port = output;
  }
  return { graph: { ...emptyWorkflow, nodes, edges }, targets: [`n${count - 1}`] };
}

/** Gives a few words on every port, other ones at every depth and for other params: equal nodes would be computed once. */
const trivialRun: NodeRun<NodeSpec> = async function* ({ inputs, params }) {
  const depths = Object.values(inputs as Record<string, Value>).map((value) => Number.parseInt((value.facts as { text: string }).text));
  const value = textValue(`${Math.max(0, ...depths) + 1} ${JSON.stringify(params)}`);
  return Object.fromEntries(["text", "conditioning", "latents", "image", "patches"].map((port) => [port, value])) as never;
};

/** Results in memory, as a run's worker would keep them. */
export class TrivialEngine {
  private readonly results = new Map<string, StoredResult>();
  private readonly last: Record<string, KeyedRecipe> = {};
  private readonly bytes = new Map<string, Uint8Array>();
  /** Nodes computed since the engine was made. */
  computed = 0;

  /** `known: false` forgets what the nodes of this workflow were last made from, as in another workflow. */
  async run({ graph, targets }: { graph: Workflow; targets: string[] }, known = true): Promise<void> {
    const status = await execute(planRun(graph, targets), freshBeginning, this.context(known));
    if (status !== "done") throw new Error(`The graph of trivial nodes ended as ${status}.`);
  }

  private context(known: boolean): EngineContext {
    const starting = new Map<string, KeyedRecipe>();
    return {
      findRun: () => trivialRun,
      models: () => ({}) as never,
      environment: () => ({ checkpoint: "none", numericMode: "none" }),
      memory: { last: known ? { ...this.last } : {}, keepsNew: true, find: async (keys) => new Map(keys.flatMap((key) => (this.results.has(key) ? [[key, this.results.get(key)!] as const] : []))) },
      loadImage: () => Promise.reject(new Error("There are no pictures here.")),
      loadTensors: () => Promise.reject(new Error("There are no saved tensors here.")),
      restore: async ({ type, tensors, facts }) => ({ type, facts, tensors: decodeSafetensors(this.bytes.get(tensors.hash)!, "a trivial value").tensors }) as unknown as Value,
      flaw: async () => null,
      isStored: ({ hash }) => this.bytes.has(hash),
      restoreFrame: () => Promise.reject(new Error("There are no frames here.")),
      pictureOf: () => null,
      report: (error) => console.error(error),
      signal: new AbortController().signal,
      emit: (event) => {
        if (event.type === "node-started" && event.key && event.recipe) starting.set(event.nodeId, { key: event.key, recipe: event.recipe });
        if (event.type !== "node-done") return;
        const keyed = starting.get(event.nodeId)!;
        const outputs = Object.fromEntries(Object.entries(event.outputs).map(([port, { encoded, picture: _, ...output }]): [string, Output] => {
          this.bytes.set(encoded.artifact.hash, encoded.bytes);
          return [port, { ...output, tensors: encoded.artifact, picture: null }];
        }));
        this.last[event.nodeId] = keyed;
        this.results.set(keyed.key, { outputs, frames: [], notices: [], seconds: event.seconds, present: true });
        this.computed++;
      },
    };
  }
}
