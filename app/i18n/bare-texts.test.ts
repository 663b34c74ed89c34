/** No text that people read stands in a component: it would stay English in Chinese. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseSync } from "vite";

/** Attributes and props that are read or heard. */
const spoken = new Set(["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "alt", "placeholder", "label", "hint", "help", "description", "detail", "note"]);

/** Proper names. */
const allowed = new Set(["Bifrost Studio", "NaN", "PNG"]);

interface Part {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const isPart = (value: unknown): value is Part => typeof value === "object" && value !== null && typeof (value as Part).type === "string";
const partsOf = (part: Part): Part[] => Object.values(part).flatMap((value) => (Array.isArray(value) ? value.filter(isPart) : isPart(value) ? [value] : []));

const isWords = (text: string) => /\p{L}{2}/u.test(text) && !allowed.has(text.trim());

/** The texts that an expression may come to, its choices included; calls (of `t`) are no texts. */
function textsOf(part: Part | null | undefined): { text: string; start: number }[] {
  switch (part?.type) {
    case "Literal":
      return typeof part.value === "string" ? [{ text: part.value, start: part.start }] : [];
    case "JSXText":
      return [{ text: part.value as string, start: part.start }];
    case "TemplateLiteral":
      return (part.quasis as (Part & { value: { raw: string } })[]).map(({ value, start }) => ({ text: value.raw, start }));
    case "JSXExpressionContainer":
      return textsOf(part.expression as Part);
    case "ConditionalExpression":
      return [...textsOf(part.consequent as Part), ...textsOf(part.alternate as Part)];
    case "LogicalExpression":
      return [...textsOf(part.left as Part), ...textsOf(part.right as Part)];
    default:
      return [];
  }
}

function bareTextsIn(part: Part): { text: string; start: number }[] {
  const own =
    part.type === "JSXElement" || part.type === "JSXFragment"
      ? (part.children as Part[]).flatMap(textsOf)
      : part.type === "JSXAttribute" && spoken.has((part.name as unknown as { name: string }).name)
        ? textsOf(part.value as Part | null)
        : part.type === "CallExpression" && (part.callee as unknown as { name?: string }).name === "toast"
          ? textsOf((part.arguments as Part[])[0])
          : [];
  return [...own.filter(({ text }) => isWords(text)), ...partsOf(part).flatMap(bareTextsIn)];
}

function bareTexts(file: string, source: string): string[] {
  const { program } = parseSync(file, source);
  return bareTextsIn(program as unknown as Part).map(({ text, start }) => `${file}:${source.slice(0, start).split("\n").length} ${text.trim()}`);
}

it("finds texts in elements, in what is read aloud, and in notices", () => {
  const source = 'const A = ({ on }) => <p aria-label={on ? "An on" : t("x.off")} className="px-2">Hello {`dear ${on}`} {t("x.y")} 12 · B</p>;\ntoast("Done");';
  expect(bareTexts("a.tsx", source)).toEqual(["a.tsx:1 Hello", "a.tsx:1 dear", "a.tsx:1 An on", "a.tsx:2 Done"]);
});

it("finds none in app/", () => {
  const root = join(import.meta.dirname, "../..");
  const files = (readdirSync(join(root, "app"), { recursive: true }) as string[]).map((file) => `app/${file}`).filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|^app\/(i18n|api)\//.test(file));
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((file) => bareTexts(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
});
