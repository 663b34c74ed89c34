/** What the engine computes again and what it does not, on small deterministic nodes. */
import { beforeEach, expect, test } from "vitest";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import { said } from "@/models/said";
import { float32, float32Data } from "@/models/tensor";
import { NodeError, type Frame, type NodeRun, type NodeSpec } from "@/nodes/define-node";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import type { Recipe } from "@/nodes/recipe";
import type { Artifact, Output, StoredFrame, Why } from "@/nodes/run-events";
import { textValue, type Value } from "@/nodes/values";
import { ArtifactError } from "@/server/artifacts/store";
import { encodeValue, recipeKey } from "./content-hash";
import { type Beginning, type EngineContext, type EngineEvent, freshBeginning } from "./contract";
import { execute } from "./execute";
import { planRun } from "./plan";
import type { KeyedRecipe, StoredResult } from "./resolve";

type FakeRun = NodeRun<NodeSpec>;

/** prompt → text → sampler → decode → save */
function chain(params: Record<string, WorkflowNode["params"]> = {}, change: Record<string, Partial<WorkflowNode>> = {}): Workflow {
  const types = { prompt: "prompt", text: "text-encoder", sampler: "flux-sampler", decode: "vae-decode", save: "save-image" };
  const edge = (source: string, sourcePort: string, target: string, targetPort: string) => ({ source, sourcePort, target, targetPort });
  return {
    ...emptyWorkflow,
    nodes: Object.entries(types).map(([id, type]) => ({ id, type, version: 1, position: { x: 0, y: 0 }, params: { ...(id === "prompt" && { text: "a cat" }), ...params[id] }, ...change[id] })),
    edges: [edge("prompt", "text", "text", "text"), edge("text", "conditioning", "sampler", "conditioning"), edge("sampler", "latents", "decode", "latents"), edge("decode", "image", "save", "image")],
  };
}

/** A studio's memory in miniature: files by hash, results by key, last recipes. */
class Shelf {
  readonly files = new Map<string, Uint8Array>();
  readonly results = new Map<string, Omit<StoredResult, "present">>();
  last: Record<string, KeyedRecipe> = {};
  /** What nodes that were started are made from, by key. */
  readonly made = new Map<string, Recipe>();
  /** Set to break the next restore of that hash. */
  damaged = new Set<string>();

  keep({ bytes, artifact }: { bytes: Uint8Array; artifact: Artifact }): Artifact {
    this.files.set(artifact.hash, bytes);
    return artifact;
  }

  /** How often it was asked for results. */
  questions = 0;

  find = async (keys: readonly string[]) => {
    this.questions++;
    return new Map(keys.flatMap((key) => {
      const result = this.results.get(key);
      return result ? [[key, { ...result, present: Object.values(result.outputs).every(({ tensors }) => this.files.has(tensors.hash)) }] as const] : [];
    }));
  };

  read(name: Artifact): Uint8Array {
    const bytes = this.files.get(name.hash);
    if (!bytes || this.damaged.delete(name.hash)) throw new ArtifactError(said("The file is damaged."), said("Run again."), "damaged");
    return bytes;
  }

  outputOf(node: string, port = "latents"): Output {
    return this.results.get(this.last[node]!.key)!.outputs[port]!;
  }
}

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
});

/** Text in, text out: what a node gives follows from its inputs and params. */
const echo: FakeRun = async function* ({ inputs, params }) {
  const words = [...Object.values(inputs as Record<string, Value>).map((value) => (value.facts as { text: string }).text), JSON.stringify(params)].join("|");
  return Object.fromEntries(["text", "conditioning", "latents", "image"].map((port) => [port, textValue(words)])) as never;
};

/** A picture whose tensors nothing else has. */
const pictured: FakeRun = async function* (context) {
  const { image } = (yield* echo(context)) as { image: Value };
  return { image: { ...image, tensors: { x: float32(Float32Array.of(7), [1]) } } } as never;
};

async function run(graph: Workflow, options: { runs?: Record<string, FakeRun>; beginning?: Partial<Beginning>; targets?: string[]; checkpoint?: string; signal?: AbortSignal; onEvent?: (event: EngineEvent) => void } = {}) {
  const events: EngineEvent[] = [];
  const making = new Map<string, { keyed: KeyedRecipe; frames: StoredFrame[] }>();
  const context: EngineContext = {
    findRun: (type) => options.runs?.[type] ?? echo,
    models: () => ({}) as never,
    environment: () => ({ checkpoint: options.checkpoint ?? "mini", numericMode: "cpu" }),
    memory: { find: shelf.find, last: shelf.last, keepsNew: true },
    loadImage: () => Promise.reject(new NodeError(said("no picture"))),
    loadTensors: () => Promise.reject(new NodeError(said("no tensors"))),
    restore: async ({ type, tensors, facts }) => ({ type, facts, tensors: decodeSafetensors(shelf.read(tensors), "x").tensors }) as unknown as Value,
    flaw: async (outputs) => (outputs.some(({ tensors }) => shelf.damaged.has(tensors.hash)) ? "damaged" : null),
    isStored: ({ hash }) => shelf.files.has(hash),
    restoreFrame: async (step, tensors) => ({ step, tensors: decodeSafetensors(shelf.read(tensors), "x").tensors }),
    pictureOf: () => null,
    report: (error) => expect.unreachable(String(error)),
    signal: options.signal ?? new AbortController().signal,
    emit: (event) => {
      events.push(event);
      if (event.type === "node-started" && event.key) shelf.made.set(event.key, event.recipe!);
      if (event.type === "node-started" && event.key) making.set(event.nodeId, { keyed: { key: event.key, recipe: event.recipe! }, frames: [] });
      if (event.type === "frame") {
        const { step, total, tensors } = event.frame;
        making.get(event.nodeId)!.frames.push({ step, total, numbers: {}, preview: null, tensors: shelf.keep(encodeValue({ ...textValue(""), tensors })) });
      }
      if (event.type === "node-done") {
        const { keyed, frames } = making.get(event.nodeId)!;
        const outputs = Object.fromEntries(Object.entries(event.outputs).map(([port, { type, facts, shapes, encoded }]) => [port, { type, facts, shapes, tensors: shelf.keep(encoded), picture: null }]));
        shelf.results.set(keyed.key, { outputs, frames, notices: [], seconds: event.seconds });
        shelf.last = { ...shelf.last, [event.nodeId]: keyed };
      }
      if (event.type === "node-reused") shelf.last = { ...shelf.last, [event.nodeId]: { key: event.key, recipe: event.recipe! } };
      options.onEvent?.(event);
    },
  };
  const status = await execute(planRun(graph, options.targets), { ...freshBeginning, ...options.beginning }, context);
  const of = (type: EngineEvent["type"]) => events.filter((event) => event.type === type).map((event) => ("nodeId" in event ? event.nodeId : ""));
  const why = (id: string): Why | undefined => events.flatMap((event) => ((event.type === "node-started" || event.type === "node-reused") && event.nodeId === id ? [event.why!] : []))[0];
  return { status, events, computed: of("node-done"), reused: of("node-reused"), started: of("node-started"), notRun: of("node-not-run"), why, frames: Object.fromEntries([...making].map(([id, { keyed, frames }]) => [id, { key: keyed.key, frames }])) };
}

test("an unchanged graph computes nothing and says so", async () => {
  const first = await run(chain());
  expect(first.computed).toEqual(["prompt", "text", "sampler", "decode", "save"]);
  expect(first.why("sampler")).toEqual({ kind: "first-time" });
  const again = await run(chain());
  expect(again.started).toEqual([]);
  expect(again.reused).toEqual(first.computed);
  expect(again.why("sampler")).toEqual({ kind: "unchanged" });
});

test("nobody is asked for what follows from tensors that were never stored; tensors that were are asked about", async () => {
  const sampled = (value: number): FakeRun => async function* () {
    return { latents: { ...textValue("the same words"), tensors: { latents: float32(Float32Array.of(value), [1]) } } } as never;
  };
  await run(chain(), { runs: { "flux-sampler": sampled(1) } });
  shelf.questions = 0;
  const other = await run(chain({ sampler: { steps: 9 } }), { runs: { "flux-sampler": sampled(2) } });
  // What the decoder makes of these latents is known: it sees the words alone.
  expect(other.computed).toEqual(["sampler", "decode"]);
  const resolving = shelf.questions;
  shelf.questions = 0;
  const same = await run(chain({ sampler: { steps: 10 } }), { runs: { "flux-sampler": sampled(1) } });
  expect(same.computed).toEqual(["sampler"]);
  expect(same.reused).toEqual(["prompt", "text", "decode", "save"]);
  expect(shelf.questions).toBeGreaterThan(resolving);
});

test("ids, places and titles are not part of a result; another workflow finds it", async () => {
  await run(chain());
  shelf.last = {};
  const graph = chain({}, { sampler: { title: "Mine", position: { x: 9, y: 9 } } });
  const rename = (id: string) => `copy-${id}`;
  const copy: Workflow = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, id: rename(node.id) })), edges: graph.edges.map((edge) => ({ ...edge, source: rename(edge.source), target: rename(edge.target) })) };
  const { started, why } = await run(copy);
  expect(started).toEqual([]);
  expect(why("copy-sampler")).toEqual({ kind: "computed-before" });
});

test("folding, nesting and unfolding nodes computes nothing, and says that nothing changed", async () => {
  const first = await run(chain());
  const keys = JSON.stringify(shelf.last);
  const card = (id: string, inside?: string): WorkflowNode => ({ id, type: "subgraph", version: 1, title: "Drawing", position: { x: 3, y: 4 }, params: {}, ...(inside !== undefined && { inside }), exposed: { inputs: [], outputs: [{ node: "decode", port: "image" }], params: [{ node: "sampler", param: "seed" }] } });
  const folded = (graph: Workflow): Workflow => ({ ...graph, nodes: [card("whole"), ...graph.nodes.map((node) => (node.id === "sampler" || node.id === "decode" ? { ...node, inside: "drawing" } : node)), card("drawing", "whole")] });
  const again = await run(folded(chain()));
  expect(again.started).toEqual([]);
  expect(again.reused).toEqual(first.computed);
  expect(again.why("sampler")).toEqual({ kind: "unchanged" });
  expect(JSON.stringify(shelf.last)).toBe(keys);
  expect((await run(folded(chain({ sampler: { steps: 9 } })))).computed).toEqual(["sampler", "decode", "save"]);
  expect((await run(chain({ sampler: { steps: 9 } }))).started).toEqual([]);
  expect((await run(folded(chain()), { targets: ["drawing"] })).reused).toEqual(["prompt", "text", "sampler", "decode"]);
});

test("a changed param computes the node and what follows, and names it", async () => {
  await run(chain());
  const { computed, reused, why } = await run(chain({ sampler: { steps: 9 } }));
  expect(reused).toEqual(["prompt", "text"]);
  expect(computed).toEqual(["sampler", "decode", "save"]);
  expect(why("sampler")).toEqual({ kind: "changed", what: ["Steps"] });
  expect(why("decode")).toEqual({ kind: "changed", what: ["Latents"] });
});

test("a param that only labels changes nothing", async () => {
  await run(chain());
  expect((await run(chain({ save: { name: "another" } }))).started).toEqual([]);
});

test("what gives the same as before stops the recomputation there", async () => {
  const deaf: Record<string, FakeRun> = { "text-encoder": async function* () { return { conditioning: textValue("always this") } as never; } };
  await run(chain(), { runs: deaf });
  const { computed, reused } = await run(chain({ prompt: { text: "a dog" } }), { runs: deaf });
  expect(computed).toEqual(["prompt", "text"]);
  expect(reused).toEqual(["sampler", "decode", "save"]);
});

test("another checkpoint computes what uses it, and only that", async () => {
  await run(chain());
  const { computed, reused, why } = await run(chain(), { checkpoint: "other" });
  expect(computed).toEqual(["text", "sampler", "decode"]);
  // It uses none itself, and these nodes give the same with both.
  expect(reused).toEqual(["prompt", "save"]);
  expect(why("text")).toEqual({ kind: "changed", what: ["checkpoint"] });
});

test("forcing a node computes it, and what follows only where it gives something else", async () => {
  await run(chain());
  const { computed, reused, why } = await run(chain(), { beginning: { forced: ["sampler"] } });
  expect(computed).toEqual(["sampler"]);
  expect(why("sampler")).toEqual({ kind: "forced" });
  expect(reused).toEqual(["prompt", "text", "decode", "save"]);
  expect((await run(chain(), { beginning: { forced: ["*"] } })).computed).toHaveLength(5);
});

test("an evicted result that nobody needs is not computed; one that is needed is, and says why", async () => {
  const distinct: Record<string, FakeRun> = { "flux-sampler": async function* (context) { return { latents: { ...((yield* echo(context)) as { latents: Value }).latents, tensors: { x: float32(Float32Array.of(5), [1]) } } } as never; } };
  await run(chain(), { runs: distinct });
  shelf.files.delete(shelf.outputOf("sampler").tensors.hash);
  expect((await run(chain(), { runs: distinct })).started).toEqual([]);
  const { computed, why } = await run(chain(), { runs: distinct, targets: ["sampler"] });
  expect(computed).toEqual(["sampler"]);
  expect(why("sampler")).toEqual({ kind: "evicted" });
});

test("a damaged file is noticed where it is read, and its node computed again", async () => {
  const distinct: Record<string, FakeRun> = { "flux-sampler": async function* (context) { return { latents: { ...((yield* echo(context)) as { latents: Value }).latents, tensors: { x: float32(Float32Array.of(5), [1]) } } } as never; } };
  await run(chain(), { runs: distinct });
  shelf.damaged.add(shelf.outputOf("sampler").tensors.hash);
  const { status, computed, events } = await run(chain(), { runs: distinct, beginning: { forced: ["decode"] } });
  expect(status).toBe("done");
  expect(computed).toEqual(["sampler", "decode"]);
  expect(events.find((event) => event.type === "node-started" && event.nodeId === "sampler")).toMatchObject({ why: { kind: "damaged" } });
});

test("a damaged file of what the run is for is noticed though nothing reads it", async () => {
  await run(chain(), { runs: { "vae-decode": pictured } });
  shelf.damaged.add(shelf.outputOf("save", "image").tensors.hash);
  const { computed, why } = await run(chain(), { runs: { "vae-decode": pictured }, targets: ["save"] });
  expect(computed).toContain("save");
  expect(why("save")).toEqual({ kind: "damaged" });
});

test("a result that was forgotten with its files is computed again for that reason", async () => {
  await run(chain());
  shelf.results.delete(shelf.last.sampler!.key);
  const { computed, why } = await run(chain());
  expect(computed).toEqual(["sampler"]);
  expect(why("sampler")).toEqual({ kind: "evicted" });
});

test("a sweep computes what it does not reach once; a failed cell fails alone", async () => {
  const picky: Record<string, FakeRun> = {
    "flux-sampler": async function* (context) {
      if ((context.params as { seed: number }).seed === 2) throw new NodeError(said("Seed 2 is unlucky."));
      return (yield* echo(context)) as never;
    },
  };
  const { status, computed, notRun, events } = await run(chain({}, { sampler: { sweeps: { seed: { kind: "range", from: 1, to: 3, step: 1 } } } }), { runs: picky });
  expect(status).toBe("failed");
  expect(computed).toEqual(["prompt", "text", "sampler@0", "decode@0", "save@0", "sampler@2", "decode@2", "save@2"]);
  expect(events.filter(({ type }) => type === "node-failed")).toMatchObject([{ nodeId: "sampler@1", message: "Seed 2 is unlucky." }]);
  expect(notRun).toEqual(["decode@1", "save@1"]);
});

test("two nodes that compute the same compute it once", async () => {
  const graph = chain();
  const twin: WorkflowNode = { ...graph.nodes.find(({ id }) => id === "sampler")!, id: "twin" };
  const doubled: Workflow = { ...graph, nodes: [...graph.nodes, twin], edges: [...graph.edges, { source: "text", sourcePort: "conditioning", target: "twin", targetPort: "conditioning" }] };
  const { computed, reused } = await run(doubled, { targets: ["save", "twin"] });
  expect(computed).toEqual(["prompt", "text", "sampler", "decode", "save"]);
  expect(reused).toEqual(["twin"]);
});

test("muted nodes and what depends on them do not run; a bypassed one passes its input on", async () => {
  const graph = chain({}, { save: { mode: "muted" } });
  expect((await run(graph)).status).toBe("failed");
  const { computed } = await run(graph, { targets: ["decode"] });
  expect(computed).toEqual(["prompt", "text", "sampler", "decode"]);
  const second: WorkflowNode = { id: "second", type: "save-image", version: 1, position: { x: 0, y: 0 }, params: {} };
  const bypassed = chain({}, { save: { mode: "bypassed" } });
  const longer: Workflow = { ...bypassed, nodes: [...bypassed.nodes, second], edges: [...bypassed.edges, { source: "save", sourcePort: "image", target: "second", targetPort: "image" }] };
  expect((await run(longer)).computed).toEqual(["second"]);
});

/** Adds `1 / step` in every step: where it goes on after a frame, the sum must come out the same to the bit. */
const adding: FakeRun = async function* ({ resumeAfter }) {
  let sum = resumeAfter ? float32Data(resumeAfter.tensors.sum, "sum")[0]! : 0;
  for (let step = (resumeAfter?.step ?? 0) + 1; step <= 10; step++) {
    sum = Math.fround(sum + 1 / step);
    yield { step, total: 10, tensors: { sum: float32(Float32Array.of(sum), [1]) } } satisfies Frame;
  }
  return { latents: { ...textValue("sum"), tensors: { sum: float32(Float32Array.of(sum), [1]) } } } as never;
};

async function interrupted(after: number) {
  const stop = new AbortController();
  return run(chain(), { runs: { "flux-sampler": adding }, signal: stop.signal, onEvent: (event) => event.type === "frame" && event.frame.step === after && stop.abort() });
}

test("an interrupted node goes on after its last frame and gives the same bytes", async () => {
  await run(chain(), { runs: { "flux-sampler": adding } });
  const undisturbed = shelf.outputOf("sampler").tensors.hash;
  shelf = new Shelf();
  const { status, frames } = await interrupted(4);
  expect(status).toBe("cancelled");
  const { events } = await run(chain(), { runs: { "flux-sampler": adding }, beginning: { partial: { sampler: frames.sampler! } } });
  expect(events.find((event) => event.type === "node-started" && event.nodeId === "sampler")).toMatchObject({ after: 4 });
  expect(events.flatMap((event) => (event.type === "frame" ? [event.frame.step] : []))).toEqual([5, 6, 7, 8, 9, 10]);
  expect(shelf.outputOf("sampler").tensors.hash).toBe(undisturbed);
});

test("a frame whose file is gone is passed over; frames of another recipe are not used", async () => {
  const { frames } = await interrupted(4);
  shelf.damaged.add(frames.sampler!.frames.at(-1)!.tensors!.hash);
  const steps = async (partial: Beginning["partial"]) => {
    const { events } = await run(chain(), { runs: { "flux-sampler": adding }, beginning: { partial, forced: [] } });
    return events.flatMap((event) => (event.type === "frame" ? [event.frame.step] : []));
  };
  expect((await steps({ sampler: frames.sampler! }))[0]).toBe(4);
  shelf.results.clear();
  expect((await steps({ sampler: { ...frames.sampler!, key: "another node version" } }))[0]).toBe(1);
});

test("a run resumed after its node's version was raised starts that node again, and says so", async () => {
  const { frames } = await interrupted(4);
  const recipe = shelf.made.get(frames.sampler!.key)!;
  const older = recipeKey({ ...recipe, version: recipe.version - 1 });
  const { events } = await run(chain(), { runs: { "flux-sampler": adding }, beginning: { partial: { sampler: { ...frames.sampler!, key: older } } } });
  const started = events.find((event) => event.type === "node-started" && event.nodeId === "sampler");
  expect(started).toMatchObject({ why: { kind: "restarted" } });
  expect(started).not.toHaveProperty("after");
  expect(events.flatMap((event) => (event.type === "frame" ? [event.frame.step] : []))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("a resumed run computes finished nodes again that would give another result now, and says so; the others stand", async () => {
  const first = await run(chain());
  const finished = Object.fromEntries(first.computed.slice(0, 4).map((id) => [id, { key: shelf.last[id]!.key, outputs: shelf.results.get(shelf.last[id]!.key)!.outputs }]));
  const { recipe } = shelf.last.text!;
  const older = recipeKey({ ...recipe, version: recipe.version - 1 });
  shelf.results.clear();
  const again = await run(chain(), { beginning: { finished: { ...finished, text: { ...finished.text!, key: older } } } });
  expect(again.computed).toEqual(["text", "save"]);
  expect(again.why("text")).toEqual({ kind: "restarted" });
  shelf.results.clear();
  // What gives something else takes with it what was made from it.
  const other = await run(chain(), { beginning: { finished: { ...finished, text: { ...finished.text!, key: older } } }, runs: { "text-encoder": async function* () { return { conditioning: textValue("another") } as never; } } });
  expect(other.computed).toEqual(["text", "sampler", "decode", "save"]);
  shelf.results.clear();
  const checkpoint = await run(chain(), { beginning: { finished }, checkpoint: "other" });
  expect(checkpoint.computed).toEqual(["text", "sampler", "decode", "save"]);
  expect(["text", "sampler", "decode"].map(checkpoint.why)).toEqual([{ kind: "restarted" }, { kind: "restarted" }, { kind: "restarted" }]);
});
