import { describe, expect, test } from "vitest";
import { said } from "@/models/said";
import { float32 } from "@/models/tensor";
import { NodeError, type Frame, type NodeRun, type NodeSpec } from "@/nodes/define-node";
import type { Output } from "@/nodes/run-events";
import { textValue, type Value } from "@/nodes/values";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { ArtifactError } from "@/server/artifacts/store";
import type { Beginning, EngineContext, EngineEvent } from "./contract";
import { execute } from "./execute";
import { planRun } from "./plan";
import { noMemory } from "./resolve";

type FakeRun = NodeRun<NodeSpec>;

/** Two branches from one prompt: p → t → s → d → w and q → u → v → e → x; both end in a sink. */
function branches(): Workflow {
  const node = (id: string, type: string) => ({ id, type, version: 1, position: { x: 0, y: 0 }, params: {} });
  const chain = (ids: string[]) => {
    const [prompt, text, sampler, decode, save] = ids as [string, string, string, string, string];
    return {
      nodes: [node(prompt, "prompt"), node(text, "text-encoder"), node(sampler, "flux-sampler"), node(decode, "vae-decode"), node(save, "save-image")],
      edges: [
        { source: prompt, sourcePort: "text", target: text, targetPort: "text" },
        { source: text, sourcePort: "conditioning", target: sampler, targetPort: "conditioning" },
        { source: sampler, sourcePort: "latents", target: decode, targetPort: "latents" },
        { source: decode, sourcePort: "image", target: save, targetPort: "image" },
      ],
    };
  };
  const a = chain(["p", "t", "s", "d", "w"]);
  const b = chain(["q", "u", "v", "e", "x"]);
  return { ...emptyWorkflow, nodes: [...a.nodes, ...b.nodes], edges: [...a.edges, ...b.edges] };
}

const passes: FakeRun = async function* ({ inputs }) {
  const value = Object.values(inputs as Record<string, Value>)[0] ?? textValue("start");
  return Object.fromEntries(["text", "conditioning", "latents", "image"].map((port) => [port, value])) as never;
};

const frame = (step: number, total: number): Frame => ({ step, total, tensors: { x: float32(Float32Array.of(step), [1]) } });

async function run(graph: Workflow, runs: Record<string, FakeRun> = {}, { targets, finished = {}, partial = {}, forced = [], ...options }: Partial<EngineContext> & Partial<Beginning> & { targets?: string[] } = {}) {
  const events: EngineEvent[] = [];
  const reported: unknown[] = [];
  const context: EngineContext = {
    findRun: (type) => runs[type] ?? passes,
    models: () => ({}) as never,
    loadImage: () => Promise.reject(new NodeError(said("no picture"))),
    loadTensors: () => Promise.reject(new NodeError(said("no tensors"))),
    restore: async () => textValue("restored"),
    flaw: async () => null,
    isStored: () => false,
    restoreFrame: () => Promise.reject(new ArtifactError(said("gone"), said("Run it again."), "gone")),
    environment: () => ({ checkpoint: "mini", numericMode: "cpu" }),
    memory: noMemory,
    pictureOf: () => null,
    report: (error) => reported.push(error),
    signal: new AbortController().signal,
    ...options,
    emit: async (event) => {
      events.push(event);
      await options.emit?.(event);
    },
  };
  const status = await execute(planRun(graph, targets), { finished, partial, forced }, context);
  const of = (type: EngineEvent["type"]) => events.filter((event) => event.type === type).map((event) => ("nodeId" in event ? event.nodeId : ""));
  return { status, events, of, reported };
}

test("every node runs once, each after what feeds it", async () => {
  const { status, events, of } = await run(branches());
  expect(status).toBe("done");
  expect(of("node-done")).toEqual(["p", "t", "s", "d", "w", "q", "u", "v", "e", "x"]);
  expect(events[0]).toEqual({ type: "started" });
  expect(events.at(-1)).toMatchObject({ type: "ended", status: "done" });
});

test("a target runs with its ancestors and nothing else", async () => {
  const { of } = await run(branches(), {}, { targets: ["s"] });
  expect(of("node-done")).toEqual(["p", "t", "s"]);
});

test("frames, notices and loading come in the order they happened", async () => {
  const { events } = await run(branches(), {
    "flux-sampler": async function* (context) {
      context.notice(said("slow"));
      yield frame(1, 2);
      context.notice(said("slower"));
      yield frame(2, 2);
      return { latents: textValue("x") } as never;
    },
  }, { targets: ["s"] });
  const ofSampler = events.flatMap((event) => ("nodeId" in event && event.nodeId === "s" ? [event.type === "frame" ? event.frame.step : event.type] : []));
  expect(ofSampler).toEqual(["node-started", "notice", 1, "notice", 2, "node-done"]);
});

describe("failures", () => {
  const failing = (error: unknown): Record<string, FakeRun> => ({
    "flux-sampler": async function* (context) {
      // Only the first branch: the second one's prompt is told apart by its input.
      if ((context.inputs as { conditioning: Value<"text"> }).conditioning.facts.text === "first") throw error;
      return (yield* passes(context)) as never;
    },
    prompt: (() => {
      let count = 0;
      return async function* () {
        return { text: textValue(count++ === 0 ? "first" : "second") } as never;
      };
    })(),
  });

  test("dependants do not run, the other branch does", async () => {
    const { status, events, of } = await run(branches(), failing(new NodeError(said("No grid fits."), said("Make it 128."))));
    expect(status).toBe("failed");
    expect(of("node-failed")).toEqual(["s"]);
    expect(of("node-not-run")).toEqual(["d", "w"]);
    expect(of("node-done")).toEqual(["p", "t", "q", "u", "v", "e", "x"]);
    expect(events.at(-1)).toMatchObject({ status: "failed", message: "No grid fits. Make it 128." });
  });

  test("an unexpected error shows one clear sentence and goes to the log whole", async () => {
    const defect = new TypeError("x is undefined\n    at secret (/home/me/file.ts:1)");
    const { events, reported } = await run(branches(), failing(defect));
    const failed = events.find((event) => event.type === "node-failed");
    expect(failed).toMatchObject({ message: "This node failed: x is undefined" });
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(reported).toEqual([defect]);
  });

  test("problems known beforehand stop the run before any work", async () => {
    const graph = branches();
    graph.nodes[2] = { ...graph.nodes[2]!, params: { steps: 0 } };
    const { status, of } = await run(graph);
    expect(status).toBe("failed");
    expect(of("node-started")).toEqual([]);
    expect(of("node-failed")).toEqual(["s"]);
  });

  test.each<[string, (graph: Workflow) => void, string]>([
    ["an unknown type", (graph) => graph.nodes.splice(2, 1, { ...graph.nodes[2]!, type: "magic" }), "no node type “magic”"],
    ["a newer version", (graph) => graph.nodes.splice(2, 1, { ...graph.nodes[2]!, version: 9 }), "newer version"],
    ["a missing input", (graph) => graph.edges.splice(1, 1), "needs its input “Conditioning”"],
    ["no nodes", (graph) => graph.nodes.splice(0, 10), "makes nothing yet"],
  ])("%s fails with words", async (_, spoil, words) => {
    const graph = branches();
    spoil(graph);
    const { status, events } = await run(graph);
    expect(status).toBe("failed");
    expect((events.at(-1) as { message: string }).message).toContain(words);
  });

  test("a loop fails rather than hangs", async () => {
    const graph = branches();
    graph.edges.push({ source: "w", sourcePort: "image", target: "w", targetPort: "image" });
    const { status } = await run(graph);
    expect(status).toBe("failed");
  });

  test("a problem in a branch that is not needed is no problem", async () => {
    const graph = branches();
    graph.nodes[7] = { ...graph.nodes[7]!, params: { steps: 0 } };
    expect((await run(graph, {}, { targets: ["w"] })).status).toBe("done");
  });
});

describe("cancelling", () => {
  test("stops at the frame it arrives in, closes the generator, runs nothing after", async () => {
    const controller = new AbortController();
    let steps = 0;
    let closed = false;
    const { status, events, of } = await run(branches(), {
      "flux-sampler": async function* () {
        try {
          for (let step = 1; step <= 100; step++) {
            steps = step;
            yield frame(step, 100);
          }
        } finally {
          closed = true;
        }
        return {} as never;
      },
    }, { signal: controller.signal, emit: (event) => { if (event.type === "frame" && event.frame.step === 3) controller.abort(); } });
    expect({ status, steps, closed }).toEqual({ status: "cancelled", steps: 3, closed: true });
    expect(of("node-not-run")).toEqual(["s", "d", "w", "q", "u", "v", "e", "x"]);
    expect(of("node-failed")).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: "ended", status: "cancelled" });
  });

  test("before the start: nothing runs", async () => {
    const { status, of } = await run(branches(), {}, { signal: AbortSignal.abort() });
    expect(status).toBe("cancelled");
    expect(of("node-started")).toEqual([]);
  });
});

test("a resumed run takes finished results from the store and says nothing about finished nodes", async () => {
  const output: Output = { type: "text", tensors: { hash: "0".repeat(64), kind: "safetensors", bytes: 8 }, shapes: {}, facts: { text: "stored" }, picture: null };
  const seen: string[] = [];
  const { status, events, of } = await run(branches(), {
    "flux-sampler": async function* (context) {
      seen.push((context.inputs as { conditioning: Value<"text"> }).conditioning.facts.text);
      return (yield* passes(context)) as never;
    },
  }, { targets: ["w"], finished: { p: { key: null, outputs: { text: output } }, t: { key: null, outputs: { conditioning: output } } } });
  expect(status).toBe("done");
  expect(events[0]).toEqual({ type: "resumed" });
  expect(of("node-done")).toEqual(["s", "d", "w"]);
  expect(seen).toEqual(["restored"]);
});
