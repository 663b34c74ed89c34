import { expect, test } from "vitest";
import { english, translatorOf } from "@/app/i18n/translator";
import { allSpecs, findCandidates } from "./node-candidates";

test("what only the inspector uses is not offered, neither in the palette nor by a search or a port", () => {
  expect(allSpecs.length).toBeGreaterThan(10);
  expect(allSpecs.filter(({ probe }) => probe)).toEqual([]);
  expect(findCandidates("attention", null, english).map(({ spec }) => spec.type)).not.toContain("sampler-attention");
  expect(findCandidates("", { type: "latents", side: "output" }, english).map(({ spec }) => spec.type)).not.toContain("sampler-attention");
});

test("nodes are found by their names in the language of the page, and by their English ones", () => {
  const chinese = translatorOf("zh");
  const best = (query: string) => findCandidates(query, null, chinese)[0]?.spec.type;
  expect([best("采样器"), best("sampler"), best("提示词"), best("prompt")]).toEqual(["flux-sampler", "flux-sampler", "prompt", "prompt"]);
});
