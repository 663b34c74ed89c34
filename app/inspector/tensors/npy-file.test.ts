import { describe, expect, it } from "vitest";
import { npyFile } from "./npy-file";
import { referenceTensor } from "./test-files";

describe("a .npy file", () => {
  it.each(["half", "known", "counts", "latents.0", "image.a"])("is that of numpy.save, byte by byte: %s", (name) => {
    expect(npyFile(referenceTensor(name))).toEqual(referenceTensor(`expected.npy.${name}`).bytes.slice());
  });

  it("holds bfloat16 as float32", () => {
    expect(npyFile({ ...referenceTensor("bfloat.bits"), dtype: "BF16" })).toEqual(referenceTensor("expected.npy.bfloat.bits").bytes.slice());
  });

  it("has an empty shape for a single number", () => {
    const file = npyFile({ name: "x", dtype: "F32", dims: [], bytes: new Uint8Array(4) });
    expect(new TextDecoder("latin1").decode(file)).toContain("'shape': (), }");
    expect(file.length).toBe(128 + 4);
  });
});
