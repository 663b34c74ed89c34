import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBundle } from "@/models/parity/bundle";
import { bundleParity } from "@/models/parity/parity";
import { GraphRunner, runtimeReason } from "./graph-runner";
import { copyWithin, makeScratchFolder } from "./scratch-folder";

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "graph-runner-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("weights on another disk", () => {
  it("are copied when small", async () => {
    const runner = new GraphRunner(() => {
      throw new Error("EXDEV");
    });
    const [comparison] = await bundleParity(openBundle(join(import.meta.dirname, "../../models/reference/fixtures/bundles/clip-text-0")), runner.run).finally(() => runner.close());
    expect(comparison!.error).toBeLessThan(2e-4); // as in bundles.test.ts
  });

  it("are refused when large, and nothing is copied", () => {
    const [file, copy] = [join(scratch, "a.safetensors"), join(scratch, "b.safetensors")];
    writeFileSync(file, "12345678");
    expect(() => copyWithin(7, file, copy)).toThrow(`Set TMPDIR to a folder on the disk of ${scratch}`);
    expect(existsSync(copy)).toBe(false);
    expect(copyWithin(8, file, copy)).toBe(8);
  });
});

describe("scratch folders", () => {
  it("of runs killed more than a day ago are removed", () => {
    const now = Date.now();
    const [stale, fresh, other] = ["bifrost-parity-stale", "bifrost-parity-fresh", "other"].map((name) => join(scratch, name)) as [string, string, string];
    for (const [folder, hours] of [[stale, 25], [fresh, 23], [other, 100]] as const) {
      mkdirSync(folder);
      utimesSync(folder, new Date(now), new Date(now - hours * 3_600_000));
    }
    expect(existsSync(makeScratchFolder(scratch, now))).toBe(true);
    expect([stale, fresh, other].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  });

  it("that cannot be made say what to set", () => {
    expect(() => makeScratchFolder(join(scratch, "none"))).toThrow(/Set TMPDIR to a folder that can be written/);
  });
});

describe("ONNX Runtime's reasons", () => {
  it.each([
    ["Load model from /tmp/bifrost-parity-8Yjkjs/clip-text-0.onnx failed:Node (layers.0/FusedMatMul_12) Op (FusedMatMul) [ShapeInferenceError] Incompatible dimensions for matrix multiplication", "FusedMatMul of layers.0/FusedMatMul_12: Incompatible dimensions for matrix multiplication"],
    [
      "Non-zero status code returned while running Attention node. Name:'a/Attention_18' Status Message: /onnxruntime_src/onnxruntime/core/attention_parameters.h:83 void onnxruntime::check() const q > 0 was false. Q sequence length must be greater than 0\n",
      "Attention of a/Attention_18: Q sequence length must be greater than 0",
    ],
  ])("name no path", (message, reason) => expect(runtimeReason(message)).toBe(reason));
});
