import { closeSync, cpSync, mkdtempSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Tensor as OrtTensor } from "onnxruntime-node";
import { afterAll, beforeEach, expect, test } from "vitest";
import { CheckpointError } from "@/models/checkpoints/safetensors";
import { PipelineModels } from "./pipeline-models";
import { SessionPool } from "./session-pool";

const root = mkdtempSync(join(tmpdir(), "bifrost-pipeline-models-"));
const checkpoint = join(root, "checkpoint");
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  rmSync(checkpoint, { recursive: true, force: true });
  cpSync(fileURLToPath(new URL("../../models/mini", import.meta.url)), checkpoint, { recursive: true, filter: (path) => !path.endsWith(".onnx") });
});

/** Its sessions compute nothing; `open` counts those that are. */
function openModels() {
  let opened = 0;
  let released = 0;
  const pool = new SessionPool("cpu", {
    open: async () => {
      opened++;
      return { run: async () => ({ out: new OrtTensor("float32", [1], [1]) }), release: async () => void released++ };
    },
  });
  const models = new PipelineModels(checkpoint, join(root, "graphs"), pool);
  const nodeModels = models.forNode(() => {}, new AbortController().signal);
  return { models, nodeModels, use: () => nodeModels.run("resampler", {}), counts: () => ({ opened, released }) };
}

/** Another file of the same size in the place of the last weights of the ControlNet. */
function replaceWeights(): void {
  const path = join(checkpoint, "bifrost/flux_controlnet/diffusion_pytorch_model.safetensors");
  const handle = openSync(path, "r+");
  const byte = Buffer.alloc(1);
  const at = statSync(path).size - 1;
  readSync(handle, byte, 0, 1, at);
  writeSync(handle, Buffer.of(byte[0]! ^ 1), 0, 1, at);
  closeSync(handle);
}

test("a checkpoint that was replaced is another one from the next look on: its name, its sessions, what was read of it", async () => {
  const { models, nodeModels, use, counts } = openModels();
  let read = 0;
  const tokenizer = () => nodeModels.once("tokenizer", async () => read++);
  const { fingerprint } = models.pipeline;
  await use();
  await tokenizer();
  expect(await models.lookAgain()).toBe(false);
  await use();
  await tokenizer();
  expect([counts(), read]).toEqual([{ opened: 1, released: 0 }, 1]);

  replaceWeights();
  const looks = await Promise.all([models.lookAgain(), models.lookAgain()]);
  expect(looks).toEqual([true, true]);
  expect(counts()).toEqual({ opened: 1, released: 1 });
  expect(models.pipeline.fingerprint).not.toBe(fingerprint);
  await use();
  await tokenizer();
  expect([counts(), read]).toEqual([{ opened: 2, released: 1 }, 2]);
  expect(await models.lookAgain()).toBe(false);
});

test("one that comes later is noticed; one that cannot be looked at stays open", async () => {
  const elsewhere = join(root, "elsewhere");
  renameSync(checkpoint, elsewhere);
  const { models } = openModels();
  expect(() => models.pipeline).toThrow(CheckpointError);
  expect(await models.lookAgain()).toBe(false);
  renameSync(elsewhere, checkpoint);
  expect(await models.lookAgain()).toBe(true);
  const { pipeline } = models;
  renameSync(checkpoint, elsewhere);
  expect(await models.lookAgain()).toBe(false);
  expect(models.pipeline).toBe(pipeline);
  renameSync(elsewhere, checkpoint);
  expect(await models.lookAgain()).toBe(false);
});
