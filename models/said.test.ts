import { expect, it } from "vitest";
import { inEnglish, said, sayWith } from "./said";

const sentence = said("{node} needs {what}.", { node: "{what}", what: said("an input “{port}”", { port: "Prompt" }) });

it("puts values in their places, and nothing into what they hold", () => {
  expect(inEnglish(sentence)).toBe("{what} needs an input “Prompt”.");
});

it("translates the sentence and the words in it, which may stand in another order", () => {
  const words: Record<string, string> = { "{node} needs {what}.": "{what}：{node}", "an input “{port}”": "输入“{port}”", Prompt: "提示词" };
  expect(sayWith(sentence, (text) => words[text] ?? text)).toBe("输入“提示词”：{what}");
});

it("leaves a place that nothing was said for", () => {
  expect(inEnglish(said("{a} and {constructor}", { a: "b" }))).toBe("b and {constructor}");
});
