import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { fingerprint } from "./fingerprint";
import { pipelineFolders } from "./pipeline-folders";

const root = mkdtempSync(join(tmpdir(), "bifrost-fingerprint-"));
afterAll(() => rmSync(root, { recursive: true }));

const folder = join(root, "checkpoint");
const path = join(folder, "flux/transformer/diffusion_pytorch_model.safetensors");
/** Above the size to which weights are hashed whole. The file is sparse: it takes no room on the disk. */
const large = 120_000_000;
const small = 40;

/** Two tensors of zeros: `large` bytes, then `small`. Returns where the first begins. */
function writeWeights(names: readonly [string, string] = ["large", "small"]): number {
  const header = Buffer.from(JSON.stringify({ [names[0]]: { dtype: "U8", shape: [large], data_offsets: [0, large] }, [names[1]]: { dtype: "U8", shape: [small], data_offsets: [large, large + small] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path, Buffer.concat([length, header]));
  const handle = openSync(path, "r+");
  ftruncateSync(handle, 8 + header.length + large + small);
  closeSync(handle);
  return 8 + header.length;
}

function flip(at: number): void {
  const handle = openSync(path, "r+");
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, at);
  writeSync(handle, Buffer.of(byte[0]! ^ 1), 0, 1, at);
  closeSync(handle);
}

const taken = () => fingerprint(pipelineFolders(folder), {});

let start: number;
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "flux/transformer"), { recursive: true });
  writeFileSync(join(folder, "flux/transformer/config.json"), "{}");
  start = writeWeights();
});

test.each([
  ["the first byte of a tensor", 0],
  ["its middle", large / 2],
  ["its last byte", large - 1],
  ["a byte anywhere in a small tensor", large + 17],
])("a change of %s gives another fingerprint, and undone the first one again", (_, at) => {
  const before = taken();
  flip(start + at);
  expect(taken()).not.toBe(before);
  flip(start + at);
  expect(taken()).toBe(before);
});

test("so does a change of the header and of a config", () => {
  const before = taken();
  writeWeights(["longer", "small"]);
  const renamed = taken();
  expect(renamed).not.toBe(before);
  writeWeights();
  expect(taken()).toBe(before);
  writeFileSync(join(folder, "flux/transformer/config.json"), '{"num_layers": 1}');
  expect(taken()).not.toBe(before);
});

test("the hole that is left: a byte between the samples of a large tensor goes unnoticed", () => {
  const before = taken();
  flip(start + large / 4);
  expect(taken()).toBe(before);
});

test("without data that has been downloaded, it is taken over the headers", () => {
  const before = fingerprint(pipelineFolders(folder), { headersOnly: true });
  flip(start);
  expect(fingerprint(pipelineFolders(folder), { headersOnly: true })).toBe(before);
  expect(before).not.toBe(taken());
});
