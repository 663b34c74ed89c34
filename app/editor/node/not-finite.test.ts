import { expect, test } from "vitest";
import { english } from "@/app/i18n/translator";
import type { NodeState, StoredFrame } from "@/nodes/run-events";
import { notFinite, notFiniteWords } from "./not-finite";

const tensors = (notFinite?: number) => ({ hash: "0".repeat(64), kind: "safetensors" as const, bytes: 1, ...(notFinite !== undefined && { notFinite }) });
const frame = (step: number, notFinite?: number): StoredFrame => ({ step, total: 3, tensors: tensors(notFinite), numbers: {}, preview: null });
const done = (frames: StoredFrame[], notFinite?: number): NodeState => ({ status: "done", reused: false, key: null, why: null, seconds: 1, outputs: { latents: { type: "latents", tensors: tensors(notFinite), shapes: {}, facts: {}, picture: null } }, frames, notices: [] });
const words = (node: NodeState) => notFiniteWords(notFinite(node)!, english);

test("nothing to say of a node that is waiting, or whose values are all finite", () => {
  expect(notFinite(undefined)).toBeNull();
  expect(notFinite({ status: "waiting" })).toBeNull();
  expect(notFinite(done([frame(1), frame(2)]))).toBeNull();
});

test("the first bad step is named; without steps it is the output", () => {
  expect(words(done([frame(1), frame(2, 1), frame(3, 64)], 64))).toBe("1 value is NaN or infinite at step 2, the first with any.");
  expect(words(done([], 7))).toBe("7 values are NaN or infinite in what this node gave.");
});
