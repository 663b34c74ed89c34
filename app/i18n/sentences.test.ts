/** Nothing that the server, a node or the inspector says is without Chinese. That they say it with `said`, the compiler asks: refusals, errors and notices take nothing else. */
import { describe, expect, it } from "vitest";
import { inEnglish, type Said, said, saidMessage } from "@/nodes/said";
import { emptyWorkflow, type WorkflowNode } from "@/nodes/workflow";
import { workflowProblems } from "@/nodes/problems";
import { allSaid } from "./said-texts";
import { english, translatorOf } from "./translator";
import { messageInOne, messageWords, runMessage, sentence } from "./vocabulary";
import { sentences, sentencesByArea } from "./zh/sentences";
import { vocabulary } from "./zh/vocabulary";

const chinese = translatorOf("zh");
const found = allSaid();
const texts = new Set(found.said.flatMap(({ text }) => (text === null ? [] : [text])));

/** Words that sentences are filled in with. */
const values = new Set(["a whole number", "a number", "text", "on or off", "an object", "a list", "on", "off"]);
/** All places and no words: what stands there is translated, or a quote. */
const isFrame = (text: string) => !/\p{L}/u.test(text.replace(/\{\w+\}/g, ""));

describe("sentences in Chinese", () => {
  it("are written out where they are said, so that they can be found", () => {
    expect(found.said.filter(({ text }) => text === null)).toEqual([]);
  });

  it("say everything that is said in English", () => {
    expect(texts.size).toBeGreaterThan(250);
    expect([...texts, ...values].filter((text) => !Object.hasOwn(sentences, text) && !Object.hasOwn(vocabulary, text))).toEqual([]);
  });

  it("say nothing that is not", () => {
    expect(Object.keys(sentences).filter((text) => !texts.has(text) && !values.has(text))).toEqual([]);
  });

  it("are in one area each", () => {
    const keys = sentencesByArea.flatMap((area) => Object.keys(area));
    expect(keys.filter((key, at) => keys.indexOf(key) !== at || Object.hasOwn(vocabulary, key))).toEqual([]);
  });

  it("have the same places for values", () => {
    const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort().join();
    expect(Object.entries(sentences).filter(([text, words]) => places(text) !== places(words))).toEqual([]);
  });

  it("are in Chinese, with full-width punctuation", () => {
    const left = (text: string, words: string) => words.trim() === "" || (!/\p{Script=Han}/u.test(words) && !isFrame(text));
    expect(Object.entries(sentences).filter(([text, words]) => left(text, words))).toEqual([]);
    // Shapes in brackets are written as in code.
    expect(Object.values(sentences).filter((words) => /\p{Script=Han}[,;:!?.]|[,;:!?]\p{Script=Han}/u.test(words.replace(/\[[^\]]*\]/g, "")))).toEqual([]);
  });

  it("are not passed by: quotes hold no words of ours", () => {
    const worded = ({ source }: { source: string }) => /^["'`]/.test(source) && /\p{L}{2}/u.test(source.replace(/\$\{[^}]*\}/g, ""));
    expect(found.quoted.filter(worded)).toEqual([]);
  });
});

describe("saying it", () => {
  const failure = saidMessage(said("{node} needed {used} of memory, more than the limit of {limit}.", { node: "VAE Decode", used: "9 GB", limit: "8 GB" }), said("Give it a longer limit, or fewer steps."));

  it("in Chinese is one sentence with its values, and what to do", () => {
    expect(messageWords(failure, chinese)).toEqual({ message: "“VAE 解码”需要 9 GB 内存，超过上限 8 GB。", remedy: "请延长时限，或减少步数。" });
    expect(messageInOne(failure, chinese)).toBe("“VAE 解码”需要 9 GB 内存，超过上限 8 GB。请延长时限，或减少步数。");
    expect(messageInOne(failure, english)).toBe("VAE Decode needed 9 GB of memory, more than the limit of 8 GB. Give it a longer limit, or fewer steps.");
  });

  it("says what was stored before sentences were: whole ones it knows, all others as they came", () => {
    expect(messageInOne({ message: "The disk is full. Make room and run again." }, chinese)).toBe("磁盘已满。请腾出空间后重新运行。");
    expect(messageInOne({ message: "VAE Decode needed 9 GB of memory.", remedy: "This run has ended." }, chinese)).toBe("VAE Decode needed 9 GB of memory.此次运行已结束。");
    expect(runMessage({ message: "Its workflow was deleted.", said: null }, chinese)).toBe("它的工作流已删除。");
    expect(runMessage({ message: null, said: null }, chinese)).toBeNull();
  });

  it("leaves what others say as it came, in a translated frame", () => {
    const words = said("This node failed: {why}", { why: said("{words}", { words: "bad allocation" }) });
    expect([inEnglish(words), sentence(words, chinese)]).toEqual(["This node failed: bad allocation", "此节点失败：bad allocation"]);
  });

  it("puts a space between Chinese and Latin letters, whichever the value is", () => {
    const missing = (component: string): Said => said("The {component}'s folder {folder} does not exist. Check the checkpoint's path, or download the missing part.", { component, folder: "/a" });
    expect(sentence(missing("transformer"), chinese)).toContain("transformer 的文件夹 /a 不存在。");
    expect(sentence(missing("latent downsampler"), chinese)).toContain("潜变量下采样器的文件夹 /a 不存在。");
  });

  it("says the problems of a workflow", () => {
    const node = (id: string, type: string, params = {}): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params });
    const problems = workflowProblems({ ...emptyWorkflow, nodes: [node("d", "vae-decode"), node("s", "flux-sampler", { steps: 900 }), node("i", "load-image")] });
    expect(problems.map((each) => messageInOne(each, chinese))).toEqual([
      "“VAE 解码”需要输入“潜变量”。请连接类型为潜变量的输出。",
      "FLUX 采样器：步数：最多为 200。",
      "“FLUX 采样器”需要输入“条件”。请连接类型为文本条件的输出。",
      "“加载图像”还没有选择图片。请选择文件，或把文件拖到节点上。",
    ]);
    expect(problems.map((each) => messageWords(each, english).message)).toEqual(problems.map(({ message }) => message));
  });
});
