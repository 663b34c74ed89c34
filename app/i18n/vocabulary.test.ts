import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { workflowProblems } from "@/nodes/problems";
import { specs } from "@/nodes/specs";
import { emptyWorkflow, type WorkflowNode } from "@/nodes/workflow";
import { english, translatorOf } from "./translator";
import { dataTypeWord, nodeTitle, problemWords, spoken, typeTitle } from "./vocabulary";
import { vocabularyTexts } from "./vocabulary-texts";
import { problemSentences } from "./zh/problem-sentences";
import { vocabulary } from "./zh/vocabulary";

/** Proper names and signs. */
const sameInBoth = new Set(["ControlNet", "2 × 2", "4 × 4", "8 × 8"]);

/** What is wrong with a param, which no spec gives back once it is part of a schema: read where it is written. */
function sentencesOfParams(): string[] {
  const files = [...Object.keys(specs).map((type) => `${type}/spec.ts`), "saved-tensors.ts"];
  const source = files.map((file) => readFileSync(join(import.meta.dirname, "../../nodes", file), "utf8")).join("\n");
  return [...source.matchAll(/"((?:[A-Z“])[^"\n]*[.”])"/g)].map(([, text]) => text!);
}

// What people ask the model, in the language it reads.
const unspoken = new Set(["Describe this image."]);

describe("the vocabulary of nodes in Chinese", () => {
  const wanted = new Set([...vocabularyTexts(), ...sentencesOfParams()].filter((text) => !unspoken.has(text)));

  it("says everything that specs, data types and presets say", () => {
    expect([...wanted].filter((text) => !Object.hasOwn(vocabulary, text))).toEqual([]);
  });

  it("says nothing that none of them says", () => {
    expect(Object.keys(vocabulary).filter((text) => !wanted.has(text))).toEqual([]);
  });

  it("leaves nothing empty or in English", () => {
    expect(Object.entries(vocabulary).filter(([text, chinese]) => chinese.trim() === "" || (chinese === text && !sameInBoth.has(text)))).toEqual([]);
  });

  it("uses full-width punctuation between Chinese characters", () => {
    // Shapes in brackets are written as in code.
    expect(Object.values(vocabulary).filter((text) => /\p{Script=Han}[,;:!?.]|[,;:!?]\p{Script=Han}/u.test(text.replace(/\[[^\]]*\]/g, "")))).toEqual([]);
  });
});

/** Sentences that a problem, a connection or a sweep is said with: the first argument of `said`, choices included. */
function saidTexts(): Set<string> {
  const files = ["nodes/problems.ts", "nodes/ports.ts", "nodes/param-inputs.ts", "nodes/sweeps.ts", "nodes/probes.ts", "app/editor/graph/checkpoint-problems.ts", "app/editor/graph/level-edges.ts", "app/editor/graph/memory-problems.ts"];
  const source = files.map((file) => readFileSync(join(import.meta.dirname, "../..", file), "utf8")).join("\n");
  const calls = [...source.matchAll(/said\((?:[^"()]*(?:\([^()]*\))?[^"()]*\? )?"([^"]+)"(?: : "([^"]+)")?/g)].flatMap(([, one, other]) => [one!, ...(other ? [other] : [])]);
  return new Set(calls);
}

describe("the problems of workflows in Chinese", () => {
  const wanted = saidTexts();
  /** Values, which are put together in code. */
  const values = new Set(["a whole number", "a number", "text", "on or off", "an object", "on", "off"]);

  it("say everything that the English ones say, and nothing else", () => {
    expect(wanted.size).toBeGreaterThan(40);
    expect([...wanted].filter((text) => !Object.hasOwn(problemSentences, text))).toEqual([]);
    expect(Object.keys(problemSentences).filter((text) => !wanted.has(text) && !values.has(text))).toEqual([]);
  });

  it("have the same places for values", () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    expect(Object.entries(problemSentences).filter(([text, chinese]) => places(text).join() !== places(chinese).join())).toEqual([]);
  });

  it("are whole sentences with their nodes, ports and types", () => {
    const node = (id: string, type: string, params = {}): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params });
    const found = workflowProblems({ ...emptyWorkflow, nodes: [node("d", "vae-decode"), node("s", "flux-sampler", { steps: 900 }), node("i", "load-image")] });
    expect(found.map((each) => Object.values(problemWords(each, translatorOf("zh"))).filter(Boolean).join(" "))).toEqual([
      "“VAE 解码”需要输入“潜变量”。 请连接类型为潜变量的输出。",
      "FLUX 采样器：步数：最多为 200。",
      "“FLUX 采样器”需要输入“条件”。 请连接类型为文本条件的输出。",
      "“加载图像”还没有图片。 请选择文件，或把文件拖到节点上。",
    ]);
    expect(found.map((each) => problemWords(each, english).message)).toEqual(found.map(({ message }) => message));
  });
});

describe("speaking it", () => {
  const chinese = translatorOf("zh");

  it("in English says what the specs say", () => {
    expect([spoken("Patch latents", english), typeTitle("flux-sampler", english), dataTypeWord("patch-latents", english)]).toEqual(["Patch latents", "FLUX Sampler", "patch latents"]);
  });

  it("in Chinese says it in Chinese, and leaves what people wrote", () => {
    expect([typeTitle("flux-sampler", chinese), typeTitle("of-another-program", chinese), dataTypeWord("patch-latents", chinese)]).toEqual(["FLUX 采样器", "of-another-program", "图块潜变量"]);
    expect([spoken("FLUX Sampler: Steps", chinese), spoken("My node: Steps", chinese), spoken("Note: mine", chinese)]).toEqual(["FLUX 采样器：步数", "My node：步数", "Note: mine"]);
    expect([nodeTitle({ type: "prompt" }, chinese), nodeTitle({ type: "prompt", title: "My words" }, chinese)]).toEqual(["提示词", "My words"]);
  });
});
