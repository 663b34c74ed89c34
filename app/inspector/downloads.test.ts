import { expect, test } from "vitest";
import type { StoredFrame } from "@/nodes/run-events";
import { animationSize, csvRows, enlargement } from "./downloads";

const hash = "ab".repeat(32);
const frame = (step: number, kept: boolean): StoredFrame => ({ step, total: 3, tensors: kept ? { hash, kind: "safetensors", bytes: 1 } : null, numbers: { sigma: 1 / step }, preview: null });
const numbers = { count: 4, min: -1, max: 2, mean: 0.5, std: 1.5, nan: 0, infinite: 0 };

test("a row per step; those whose tensors are gone keep what the node said of them", () => {
  const csv = csvRows([frame(1, true), frame(2, false), frame(4, true)], [numbers, null]);
  expect(csv.split("\n")).toEqual(["step,sigma,count,min,max,mean,std,nan,infinite,sha256", `1,1,4,-1,2,0.5,1.5,0,0,${hash}`, "2,0.5,,,,,,,,", `4,0.25,,,,,,,,${hash}`, ""]);
});

test("small pictures are enlarged by whole factors, large ones stay", () => {
  expect([8, 16, 500, 3584].map((side) => enlargement({ width: side, height: 4 }))).toEqual([64, 32, 1, 1]);
});

test("an animation is as large as the server takes it: enlarged less before steps are left out", () => {
  expect(animationSize({ width: 16, height: 16 }, 28)).toEqual({ factor: 32, frames: 28 });
  const { factor, frames } = animationSize({ width: 16, height: 16 }, 600);
  expect([frames, factor < 32, (16 * factor) ** 2 * 4 * frames <= 96_000_000]).toEqual([600, true, true]);
  expect(animationSize({ width: 3584, height: 256 }, 100)).toEqual({ factor: 1, frames: 26 });
});
