import { describe, expect, test } from "vitest";
import { english, translatorOf } from "@/app/i18n/translator";
import { allSpecs, findCandidates } from "./node-candidates";
import { absentFor } from "./other-names";

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

describe("words of other tools", () => {
  const first = (query: string, language: "en" | "zh" = "en") => findCandidates(query, null, translatorOf(language))[0]?.spec.type;

  test.each([
    ["ksampler", "flux-sampler"],
    ["KSampler", "flux-sampler"],
    ["empty latent", "flux-sampler"],
    ["clip text encode", "text-encoder"],
    ["controlnet apply", "controlnet"],
    ["preview", "save-image"],
    ["img", "load-image"],
    ["vae decoder", "vae-decode"],
    ["load latent", "saved-latents"],
    ["clip vision", "clip-patch-encoder"],
    ["float", "number"],
  ])("%s finds %s", (query, type) => {
    expect(first(query)).toBe(type);
    expect(first(query, "zh")).toBe(type);
  });

  test.each([["K采样器", "flux-sampler"], ["CLIP文本编码", "text-encoder"], ["预览", "save-image"], ["局部重绘", "patch-mask"]])("%s finds %s", (query, type) => {
    expect(first(query, "zh")).toBe(type);
  });

  test("do not come before a node that is called so, and an empty search keeps the order", () => {
    expect([first("text"), first("prompt"), first("seed"), first("number"), first("load")]).toEqual(["text", "prompt", "seed", "number", "load-image"]);
    expect(findCandidates("", null, english).map(({ spec }) => spec)).toEqual(allSpecs);
  });

  test("that nothing here answers are told why", () => {
    for (const query of ["lora", "load lora", "upscale", "load checkpoint", "CheckpointLoaderSimple", "vae loader", "加载检查点", "放大图像"]) {
      expect(findCandidates(query, null, english).map(({ spec }) => spec.type), query).toEqual([]);
      expect(absentFor(query), query).not.toBeNull();
    }
    expect([absentFor("lora"), absentFor("upscale image"), absentFor("vae loader"), absentFor("elephant")]).toEqual(["lora", "upscale", "model", null]);
  });
});
