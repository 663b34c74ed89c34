import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { float32, int64, type Tensors } from "../tensor";
import { decodeSafetensors, encodeSafetensors, readSafetensorsHeader, readTensor, writeSafetensors } from "./safetensors";
import { openWeights } from "./weight-files";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "safetensors-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tensors: Tensors = {
  odd: { dtype: "uint8", dims: [3], data: Uint8Array.of(1, 2, 3) },
  sample: float32(Float32Array.of(1.5, -2, 3), [1, 3]),
  ids: int64([5, -6], [2]),
  empty: float32(new Float32Array(0), [0, 4]),
};

/** A file with this header, JSON or raw, and so many data bytes. */
function fileWith(name: string, header: unknown, dataBytes: number): string {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = Buffer.alloc(8 + text.length + dataBytes);
  bytes.writeBigUInt64LE(BigInt(text.length));
  bytes.write(text, 8);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("a safetensors file", () => {
  it("comes back as it was written", () => {
    const bytes = encodeSafetensors(tensors, { step: "3", node: "flux-sampler" });
    expect(decodeSafetensors(bytes, "test")).toEqual({ tensors, metadata: { step: "3", node: "flux-sampler" } });
    const path = join(folder, "written.safetensors");
    writeSafetensors(path, tensors, { step: "3", node: "flux-sampler" });
    const header = readSafetensorsHeader(path);
    expect(readTensor(header, "ids")).toEqual(tensors["ids"]);
    expect(header.metadata["step"]).toBe("3");
  });

  it("has the same bytes whatever order its tensors were given in", () => {
    const reversed = Object.fromEntries(Object.entries(tensors).reverse());
    expect(encodeSafetensors(reversed, { b: "2", a: "1" })).toEqual(encodeSafetensors(tensors, { a: "1", b: "2" }));
  });

  it("widens bfloat16 exactly", () => {
    const path = fileWith("half.safetensors", { x: { dtype: "BF16", shape: [2], data_offsets: [0, 4] } }, 0);
    writeFileSync(path, Buffer.from([0x80, 0x3f, 0x20, 0xc0]), { flag: "a" }); // 1 and −2.5
    expect([...readTensor(readSafetensorsHeader(path), "x").data]).toEqual([1, -2.5]);
  });

  it("names file, tensor and remedy when a tensor is missing", () => {
    const path = fileWith("one.safetensors", { x: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, 4);
    expect(() => readTensor(readSafetensorsHeader(path), "y")).toThrow(/one\.safetensors has no tensor "y".*Check/);
  });

  it.each<[string, unknown, number, RegExp]>([
    ["cut off", { x: { dtype: "F32", shape: [4], data_offsets: [0, 16] } }, 8, /"x" ends at byte .*interrupted download/],
    ["with the wrong length", { x: { dtype: "F32", shape: [4], data_offsets: [0, 12] } }, 12, /"x" of F32 \[4\] needs 16 bytes and is given 12/],
    ["with overlapping tensors", { x: { dtype: "U8", shape: [4], data_offsets: [0, 4] }, y: { dtype: "U8", shape: [4], data_offsets: [2, 6] } }, 6, /"x" and "y" overlap/],
    ["of an unknown type", { x: { dtype: "F4", shape: [2], data_offsets: [0, 1] } }, 1, /unknown type F4/],
    ["without offsets", { x: { dtype: "F32", shape: [1] } }, 4, /"x" has no dtype, shape and data_offsets/],
    ["that is not JSON", "{nonsense", 0, /header is not JSON/],
  ])("%s is refused", (name, header, dataBytes, message) => {
    expect(() => readSafetensorsHeader(fileWith("broken.safetensors", header, dataBytes))).toThrow(message);
  });

  it("with a header longer than itself is refused", () => {
    const path = join(folder, "long.safetensors");
    writeFileSync(path, Buffer.from([255, 255, 255, 255, 255, 255, 255, 127]));
    expect(() => readSafetensorsHeader(path)).toThrow(/header claims/);
    writeFileSync(path, Buffer.from([1]));
    expect(() => readSafetensorsHeader(path)).toThrow(/it has 1 bytes/);
  });

  it("is known by its real path", () => {
    const path = fileWith("blob.safetensors", {}, 0);
    symlinkSync(path, join(folder, "link.safetensors"));
    expect(readSafetensorsHeader(join(folder, "link.safetensors")).file).toBe(path);
  });
});

it.each(["model.bin", "model.ckpt", "MODEL.PT"])("%s is refused as a pickle", (name) => {
  writeFileSync(join(folder, name), "x");
  expect(() => readSafetensorsHeader(join(folder, name))).toThrow(/pickle.*runs code.*safetensors version/s);
});

describe("weights over shards", () => {
  const sharded = mkdtempSync(join(folder, "sharded-"));
  const index = (map: Record<string, string>) => writeFileSync(join(sharded, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
  writeSafetensors(join(sharded, "model-1.safetensors"), { "a.weight": float32(Float32Array.of(1, 2), [2]) });
  writeSafetensors(join(sharded, "model-2.safetensors"), { "b.weight": float32(Float32Array.of(3), [1]) });

  it("finds each tensor in its file", () => {
    index({ "a.weight": "model-1.safetensors", "b.weight": "model-2.safetensors" });
    const weights = openWeights("test", sharded);
    expect([...weights.readFloat32("b.weight")]).toEqual([3]);
    expect(weights.within("a.").names()).toEqual(["weight"]);
  });

  it("says which shard is missing, misplaced or suspicious", () => {
    index({ "a.weight": "model-3.safetensors" });
    expect(() => openWeights("test", sharded)).toThrow(/names the shard model-3/);
    index({ "c.weight": "model-1.safetensors" });
    expect(() => openWeights("test", sharded)).toThrow(/lacks tensor "c\.weight"/);
    index({ "a.weight": "../model-1.safetensors" });
    expect(() => openWeights("test", sharded)).toThrow(/not a plain file name/);
  });

  it("refuses several files that no index joins", () => {
    rmSync(join(sharded, "model.safetensors.index.json"));
    expect(() => openWeights("test", sharded)).toThrow(/2 \.safetensors files.*index\.json/s);
  });
});
