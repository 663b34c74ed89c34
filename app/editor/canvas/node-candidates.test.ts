import { expect, test } from "vitest";
import { allSpecs, findCandidates } from "./node-candidates";

test("what only the inspector uses is not offered, neither in the palette nor by a search or a port", () => {
  expect(allSpecs.length).toBeGreaterThan(10);
  expect(allSpecs.filter(({ probe }) => probe)).toEqual([]);
  expect(findCandidates("attention", null).map(({ spec }) => spec.type)).not.toContain("sampler-attention");
  expect(findCandidates("", { type: "latents", side: "output" }).map(({ spec }) => spec.type)).not.toContain("sampler-attention");
});
