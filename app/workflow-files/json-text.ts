/** JSON that somebody gave, before anything is known of it. */
import type { z } from "zod";
import type { Translate } from "@/app/i18n/translate";
import { sentence } from "@/app/i18n/vocabulary";
import { inTurn } from "@/app/ui/quantity";
import { issueWords } from "@/nodes/issue-words";

/** Characters. 5,000 nodes with long prompts are a tenth of it. */
export const longestText = 20_000_000;

/** Deeper than any value of ours; far from where a walk over it would end the call stack. */
const deepest = 200;

export type ReadJson = { ok: true; json: unknown } | { ok: false; why: "long" | "no JSON" | "deep" } | { ok: false; why: "broken"; at: TextPlace };

/** From 1. */
interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Brackets inside texts do not count. */
function depthOf(text: string): number {
  let [depth, most, inText] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (inText) {
      if (sign === "\\") at++;
      else if (sign === '"') inText = false;
    } else if (sign === '"') inText = true;
    else if (sign === "[" || sign === "{") most = Math.max(most, ++depth);
    else if (sign === "]" || sign === "}") depth--;
  }
  return most;
}

/** Looks at length and depth before anything walks over the value. */
export function readJson(text: string): ReadJson {
  if (text.length > longestText) return { ok: false, why: "long" };
  if (depthOf(text) > deepest) return { ok: false, why: "deep" };
  try {
    return { ok: true, json: JSON.parse(text) };
  } catch {
    return /^\s*[[{]/.test(text) ? { ok: false, why: "broken", at: brokenPlace(text) } : { ok: false, why: "no JSON" };
  }
}

/** Whether a beginning of JSON is only cut off: more of it could make it whole. */
function isCutOff(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const words = error instanceof Error ? error.message : "";
    return /end of (JSON|data)|unterminated/i.test(words) || saysEnd(words, text);
  }
}

/** What is missing at the very end is missing there only: Chromium says its position, Firefox its line and column. */
function saysEnd(words: string, text: string): boolean {
  const position = /position (\d+)/.exec(words);
  if (position) return Number(position[1]) >= text.length;
  const place = /line (\d+) column (\d+)/.exec(words);
  const end = endOf(text);
  return place !== null && Number(place[1]) === end.line && Number(place[2]) >= end.column;
}

function endOf(text: string): TextPlace {
  const lines = text.split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

/** Browsers do not say where in every case; the shortest beginning that nothing could make whole does. */
function brokenPlace(text: string): TextPlace {
  let [whole, broken] = [0, text.length + 1];
  while (broken - whole > 1) {
    const middle = Math.floor((whole + broken) / 2);
    if (isCutOff(text.slice(0, middle))) whole = middle;
    else broken = middle;
  }
  return endOf(text.slice(0, broken - 1));
}

/** `nodes › 3 › params: what is wrong`, for the first few things that are. */
export function issuesText(issues: readonly z.core.$ZodIssue[], t: Translate): string {
  const said = issues.slice(0, 3).map((issue) => {
    const words = sentence(issueWords(issue), t);
    return issue.path.length > 0 ? t("files.at", { place: issue.path.join(" › "), words }) : words;
  });
  const more = issues.length - said.length;
  return inTurn([...said, more > 0 && t("files.moreIssues", { count: more })], t);
}
