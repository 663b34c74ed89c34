/** Looking into a run of the shipped checkpoint: nodes/probes.ts, the probe nodes and their graphs together. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import { float32Data } from "@/models/tensor";
import { findPreset } from "@/nodes/presets";
import { denoisedProbe, type Probe, samplerAttentionProbe, type StepOfRun, unmaskerAttentionProbe } from "@/nodes/probes";
import { inEnglish } from "@/models/said";
import { afterEvent, type NodeState, type Output, type RunEvent, type RunState, unstartedRun } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { root } from "@/server/processes/root";
import { startRunner, type Runner } from "./runner";

/** Rows of a softmax in float32, added up. */
const sumTolerance = 1e-5;

const preset = findPreset("text-to-image")!.graph;
const short: Record<string, object> = { "flux-sampler": { steps: 3 }, "visual-branch-unmasker": { iterations: 3 } };
const workflow: Workflow = { ...preset, nodes: preset.nodes.map((node) => ({ ...node, params: { ...node.params, ...short[node.type] } })) };
const idOf = (type: string) => workflow.nodes.find((node) => node.type === type)!.id;

let dataDir: string;
let runner: Runner;
let made: RunState;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "bifrost-probes-"));
  runner = startRunner({ dataDir, checkpointDir: join(root, "models", "mini"), provider: "cpu", onLog: () => {} });
  made = await run(workflow);
});
afterAll(async () => {
  await runner.close();
  await rm(dataDir, { recursive: true });
});

let runs = 0;
async function run(graph: Workflow, targets: string[] = []): Promise<RunState> {
  let state = unstartedRun;
  const hear = (event: RunEvent) => (state = afterEvent(state, event));
  await runner.run({ runId: `run-${runs++}`, graph, targets, finished: {} }, hear, new AbortController().signal);
  expect(state.status, state.message ?? "").toBe("done");
  return state;
}

type Done = Extract<NodeState, { status: "done" }>;
const nodeOf = (state: RunState, id: string) => state.nodes[id] as Done;

function at(type: string, step: number): StepOfRun {
  const instance = idOf(type);
  return { workflow, axes: made.axes, instance, frames: nodeOf(made, instance).frames, step };
}

async function look(probe: Probe): Promise<Output> {
  if ("reason" in probe) throw new Error(inEnglish(probe.reason));
  const state = await run(probe.graph, probe.targets);
  return Object.values(nodeOf(state, probe.targets[0]).outputs)[0]!;
}

async function tensorsOf(output: Output): Promise<Record<string, { dims: readonly number[]; data: Float32Array }>> {
  const { tensors } = decodeSafetensors(await new ArtifactStore(dataDir).read(output.tensors), "output");
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, { dims: tensor.dims, data: float32Data(tensor, name) }]));
}

interface Facts {
  tokens: string[];
  rows: number;
  columns: number;
  blocks: string[];
}

test("the picture expected at the last step is the picture; at the first it is another of the same size", async () => {
  const picture = nodeOf(made, idOf("vae-decode")).outputs.image!;
  expect((await look(denoisedProbe(at("flux-sampler", 3)))).picture).toEqual(picture.picture);
  const first = await look(denoisedProbe(at("flux-sampler", 1)));
  expect(first.facts).toEqual(picture.facts);
  expect(first.picture).not.toEqual(picture.picture);
});

describe("the sampler's attention", () => {
  test.each([1, 2, 3])("of step %i is shared among the words, the padding and the picture", async (step) => {
    const output = await look(samplerAttentionProbe(at("flux-sampler", step)));
    const { tokens, rows, columns, blocks } = output.facts as unknown as Facts;
    const { attention, image_share: share } = await tensorsOf(output);
    const patches = rows * columns;
    expect(attention!.dims).toEqual([blocks.length, tokens.length, patches]);
    expect(share!.dims).toEqual([blocks.length, patches]);
    for (let row = 0; row < share!.data.length; row++) {
      const [block, patch] = [Math.floor(row / patches), row % patches];
      const words = tokens.reduce((sum, _, token) => sum + attention!.data[(block * tokens.length + token) * patches + patch]!, 0);
      expect(words).toBeGreaterThan(0);
      expect(words + share!.data[row]!).toBeLessThan(1 + sumTolerance);
    }
  });

  test("differs from step to step", async () => {
    const [one, two] = [await look(samplerAttentionProbe(at("flux-sampler", 1))), await look(samplerAttentionProbe(at("flux-sampler", 2)))];
    expect(one.tensors.hash).not.toBe(two.tensors.hash);
  });
});

test("the unmasker's attention of every iteration is shared among all tokens and patches", async () => {
  const hashes = new Set<string>();
  for (const step of [1, 2, 3]) {
    const output = await look(unmaskerAttentionProbe(at("visual-branch-unmasker", step)));
    const { tokens, rows, columns, blocks } = output.facts as unknown as Facts;
    const { attention } = await tensorsOf(output);
    const width = tokens.length + rows * columns;
    expect(attention!.dims).toEqual([blocks.length, rows * columns, width]);
    for (let row = 0; row < attention!.data.length; row += width) {
      expect(Math.abs(attention!.data.subarray(row, row + width).reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(sumTolerance);
    }
    hashes.add(output.tensors.hash);
  }
  expect(hashes.size).toBe(3);
});
