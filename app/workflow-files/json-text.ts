/** JSON that somebody gave, before anything is known of it. */
import type { z } from "zod";
import type { Translate } from "@/app/i18n/translate";

/** Characters. 5,000 nodes with long prompts are a tenth of it. */
export const longestText = 20_000_000;

/** Deeper than any value of ours; far from where a walk over it would end the call stack. */
const deepest = 200;

export type ReadJson = { ok: true; json: unknown } | { ok: false; why: "long" | "no JSON" | "deep" };

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
    return { ok: false, why: "no JSON" };
  }
}

/** `nodes › 3 › params: what is wrong`, for the first few things that are. */
export function issuesText(issues: readonly z.core.$ZodIssue[], t: Translate): string {
  const said = issues.slice(0, 3).map(({ path, message }) => (path.length > 0 ? `${path.join(" › ")}: ${message}` : message));
  const more = issues.length - said.length;
  return [...said, ...(more > 0 ? [t("files.moreIssues", { count: more })] : [])].join(" ");
}
