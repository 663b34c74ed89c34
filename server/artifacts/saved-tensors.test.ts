import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeSafetensors } from "@/models/checkpoints/safetensors";
import { float32 } from "@/models/tensor";
import { NodeError } from "@/nodes/define-node";
import { readSavedTensors } from "./saved-tensors";
import { ArtifactStore } from "./store";

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "saved-tensors-"));
  store = new ArtifactStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const latents = float32(Float32Array.of(1, -0, Number.NaN), [1, 3]);
const kept = () => store.put(encodeSafetensors({ latents }), "safetensors");
const failure = (hash: string) => readSavedTensors(store, hash).then(() => expect.unreachable(), (error: unknown) => error);

test("gives back the tensors as they were stored, NaN and −0 included", async () => {
  expect(await readSavedTensors(store, (await kept()).hash)).toEqual({ latents });
});

test("a file that is gone, and one that is damaged, are told apart, and what to do", async () => {
  const artifact = await kept();
  await writeFile(store.path(artifact), "x");
  const damaged = await failure(artifact.hash);
  expect(damaged).toBeInstanceOf(NodeError);
  expect((damaged as NodeError).message).toContain("was damaged");
  const gone = await failure(artifact.hash);
  expect(gone).toBeInstanceOf(NodeError);
  expect((gone as NodeError).message).toContain("not in the artifact store");
  expect((gone as NodeError).message).not.toContain(folder);
});

test("only hashes name files", async () => {
  expect(await failure("../../secret")).toBeInstanceOf(RangeError);
});
