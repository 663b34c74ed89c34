/** The nodes that hold one value: what they give is their param. */
import { expect, test } from "vitest";
import type { NodeContext, NodeSpec } from "./define-node";
import { runs } from "./runs";
import { specs } from "./specs";

test.each([
  ["number", { value: 2.5 }, { value: { type: "number", tensors: {}, facts: { value: 2.5 } } }],
  ["integer", { value: 28 }, { value: { type: "number", tensors: {}, facts: { value: 28 } } }],
  ["seed", { seed: 7 }, { seed: { type: "number", tensors: {}, facts: { value: 7 } } }],
  ["text", { text: "a cat" }, { text: { type: "text", tensors: {}, facts: { text: "a cat" } } }],
  ["boolean", { value: false }, { value: { type: "boolean", tensors: {}, facts: { value: false } } }],
] as const)("%s gives its value", async (type, params, outputs) => {
  const steps = runs[type]({ params: specs[type].params.parse(params) } as unknown as NodeContext<NodeSpec> & never);
  expect(await steps.next()).toEqual({ done: true, value: outputs });
});

test("a whole number takes no fraction, a text no novel", () => {
  expect(specs.integer.params.safeParse({ value: 1.5 }).success).toBe(false);
  expect(specs.text.params.safeParse({ text: "x".repeat(2001) }).success).toBe(false);
});
