import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeSafetensors, readSafetensorsHeader, readTensor } from "@/models/checkpoints/safetensors";
import type { Tensor } from "@/models/tensor";
import { findPreset } from "@/nodes/presets";
import { findRun } from "@/nodes/runs";
import type { Value } from "@/nodes/values";
import type { Workflow } from "@/nodes/workflow";
import { freshBeginning } from "@/server/engine/contract";
import { execute } from "@/server/engine/execute";
import { planRun } from "@/server/engine/plan";
import { noMemory } from "@/server/engine/resolve";
import { PipelineModels } from "@/server/sessions/pipeline-models";
import { SessionPool } from "@/server/sessions/session-pool";

interface Case {
  readonly prompt: string;
  readonly iterations: number;
  readonly unmaskGuidance: number;
  readonly seed: number;
  readonly steps: number;
  readonly guidance: number;
  readonly strength: number;
}

const models = join(import.meta.dirname, "../../models");
const header = readSafetensorsHeader(join(models, "reference/fixtures/mini-pipeline.safetensors"));
const cases = JSON.parse(header.metadata["cases"]!) as Case[];

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "mini-pipeline-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Throws, saying what to do, when models/mini is not what the fixture was made with. */
function requireSameWeights(): void {
  const made = JSON.parse(header.metadata["weights"]!) as Record<string, string>;
  const changed = Object.entries(made).filter(([file, hash]) => {
    const path = join(models, "mini", file);
    return !existsSync(path) || createHash("sha256").update(readFileSync(path)).digest("hex") !== hash;
  });
  if (changed.length === 0) return;
  throw new Error(`models/reference/fixtures/mini-pipeline.safetensors was made with other weights (${changed.map(([file]) => file).join(", ")}). Make it again: python models/reference/mini_fixtures.py`);
}

/** The shipped workflow, as the case asks for it, for a picture of these sides. */
function workflowOf({ prompt, iterations, unmaskGuidance, seed, steps, guidance, strength }: Case, height: number, width: number): Workflow {
  const { graph } = findPreset("text-to-image")!;
  const change: Record<string, object> = {
    prompt: { text: prompt },
    "visual-branch-unmasker": { iterations, guidance: unmaskGuidance, seed },
    controlnet: { strength },
    "flux-sampler": { steps, guidance, seed, width, height },
  };
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, params: { ...node.params, ...change[node.type] } })) };
}

/** The outputs of all nodes, by node type and port. */
async function run(workflow: Workflow): Promise<Record<string, Value>> {
  const pipeline = new PipelineModels(join(models, "mini"), scratch, new SessionPool("cpu"));
  const { signal } = new AbortController();
  const values: Record<string, Value> = {};
  const said: string[] = [];
  const refuse = () => Promise.reject(new Error("Nothing is stored here."));
  await execute(planRun(workflow), freshBeginning, {
    findRun, models: (onLoading) => pipeline.forNode(onLoading, signal), loadImage: refuse, loadTensors: refuse, restore: refuse, restoreFrame: refuse, flaw: async () => null, isStored: () => false, environment: () => null, memory: noMemory, pictureOf: () => null,
    emit: (event) => {
      if (event.type === "ended") said.push(event.message ?? "");
      if (event.type !== "node-done") return;
      const { type } = workflow.nodes.find(({ id }) => id === event.nodeId)!;
      for (const [port, { encoded, facts, type: kind }] of Object.entries(event.outputs)) values[`${type}.${port}`] = { type: kind, facts, tensors: decodeSafetensors(encoded.bytes, port).tensors } as unknown as Value;
    },
    report: (error) => said.push(String(error)),
    signal,
  });
  expect(said).toEqual([""]);
  return values;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}

/** Peak signal to noise, in decibels, of 8-bit pictures. */
function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10((255 ** 2 * a.length) / sum);
}

describe("the pipeline of models/mini against the same in PyTorch", () => {
  // Patch latents are of order 1; pictures have 256 steps, and 45 dB is a root mean square error of 1.4 of them.
  it.each(cases.map((one, index) => [one.prompt, index, one] as const))("%s: patch latents within 1e-3, picture from 45 dB", async (_prompt, index, one) => {
    requireSameWeights();
    const picture = readTensor(header, `image.${index}`);
    const values = await run(workflowOf(one, picture.dims[0]!, picture.dims[1]!));
    const patches = values["visual-branch-unmasker.patches"]!.tensors as Record<string, Tensor>;
    const expected = readTensor(header, `patch_latents.${index}`);
    expect(largestDifference(patches["patch_latents"]!.data as Float32Array, expected.data as Float32Array)).toBeLessThan(1e-3);
    const { image } = values["vae-decode.image"]!.tensors as Record<string, Tensor>;
    expect(psnr(image!.data as Uint8Array, picture.data as Uint8Array)).toBeGreaterThanOrEqual(45);
  });
});
