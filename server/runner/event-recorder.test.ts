import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import { float32, type Tensor } from "@/models/tensor";
import type { RunEvent } from "@/nodes/run-events";
import { imageValue, rgbTensor } from "@/nodes/values";
import { ArtifactError, ArtifactStore } from "@/server/artifacts/store";
import { diskOf } from "@/server/artifacts/test-disk";
import { encodeValue } from "@/server/engine/content-hash";
import type { EngineEvent } from "@/server/engine/contract";
import { EventRecorder } from "./event-recorder";

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "bifrost-recorder-"));
});
afterAll(() => rm(dataDir, { recursive: true }));

const frame = (step: number, preview?: Tensor<"uint8">): EngineEvent => ({
  type: "frame",
  nodeId: "a",
  frame: { step, total: 9, tensors: { latents: float32(Float32Array.of(step), [1]) }, numbers: { sigma: 1 / step }, ...(preview && { preview }) },
});

function recorder(store: ArtifactStore) {
  const events: RunEvent[] = [];
  let failures = 0;
  return { events, failures: () => failures, recorder: new EventRecorder(store, (event) => events.push(event), () => failures++) };
}

test("tensors, numbers and pictures are kept and named", async () => {
  const store = new ArtifactStore(dataDir);
  const { events, recorder: to } = recorder(store);
  await to.accept(frame(2, rgbTensor(Uint8Array.from({ length: 12 }, (_, i) => i * 20), 2, 2)));
  const [event] = events;
  if (event?.type !== "frame") throw new Error("no frame");
  expect(event.frame).toMatchObject({ step: 2, total: 9, numbers: { sigma: 0.5 } });
  expect(decodeSafetensors(await store.read(event.frame.tensors!), "frame").tensors.latents?.data).toEqual(Float32Array.of(2));
  const { data, info } = await sharp(await store.read(event.frame.preview!)).raw().toBuffer({ resolveWithObject: true });
  // Enlarged by a whole factor without smoothing: the top left quarter is the first pixel.
  expect([info.width, info.height]).toEqual([128, 128]);
  expect([...data.subarray(63 * 3, 63 * 3 + 6)]).toEqual([0, 20, 40, 60, 80, 100]);
});

test("steps whose tensors are not to be kept keep their numbers", async () => {
  const events: RunEvent[] = [];
  const to = new EventRecorder(new ArtifactStore(dataDir), (event) => events.push(event), () => expect.unreachable(), false);
  await to.accept(frame(3));
  expect(events).toMatchObject([{ type: "frame", frame: { step: 3, numbers: { sigma: 1 / 3 }, tensors: null, preview: null } }]);
});

test("an image is kept at its own size, with shapes and facts", async () => {
  const store = new ArtifactStore(dataDir);
  const { events, recorder: to } = recorder(store);
  const value = imageValue(new Uint8Array(4 * 2 * 3), 4, 2);
  await to.accept({ type: "node-done", nodeId: "a", seconds: 1, outputs: { image: { type: "image", facts: { ...value.facts }, shapes: { image: { dtype: "uint8", dims: [2, 4, 3] } }, encoded: encodeValue(value), picture: value.tensors.image as Tensor<"uint8"> } } });
  const [event] = events;
  if (event?.type !== "node-done") throw new Error("no output");
  expect(event.outputs.image).toMatchObject({ type: "image", facts: { width: 4, height: 2 }, shapes: { image: { dtype: "uint8", dims: [2, 4, 3] } } });
  expect(await sharp(await store.read(event.outputs.image!.picture!)).metadata()).toMatchObject({ width: 4, height: 2 });
});

test("events keep their order although writing takes different times", async () => {
  const slow = new ArtifactStore(await mkdtemp(join(dataDir, "slow-")), diskOf(async (path, bytes) => {
    await new Promise((resolve) => setTimeout(resolve, (bytes[bytes.length - 2]! * 7) % 11));
    await writeFile(path, bytes);
  }));
  const { events, recorder: to } = recorder(slow);
  const sent = [frame(1), { type: "notice", nodeId: "a", message: "x" } as const, frame(2), frame(3), frame(4), { type: "started" } as const];
  await Promise.all(sent.map((event) => to.accept(event)));
  expect(events.map((event) => (event.type === "frame" ? event.frame.step : event.type))).toEqual([1, "notice", 2, 3, 4, "started"]);
});

test("a full disk is told once, with the node it met; nothing half-written, no later event", async () => {
  const root = await mkdtemp(join(dataDir, "full-"));
  const full = new ArtifactStore(root, diskOf(async (path, bytes) => {
    await writeFile(path, bytes);
    // A file ends with its tensor, the number of the step. That of the first step ends last: the others have failed long before their turn comes.
    if (new DataView(bytes.buffer, bytes.byteOffset).getFloat32(bytes.length - 4, true) === 1) await new Promise((resolve) => setTimeout(resolve, 50));
    else throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  }));
  const { events, failures, recorder: to } = recorder(full);
  await Promise.all([to.accept(frame(1)), to.accept(frame(2)), to.accept(frame(3)), to.accept({ type: "ended", status: "done", seconds: 1 })]);
  await to.settled();
  expect(events.map(({ type }) => type)).toEqual(["frame"]);
  expect(failures()).toBe(1);
  expect(to.failure).toMatchObject({ nodeId: "a", error: expect.any(ArtifactError) });
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files).toHaveLength(1);
});
