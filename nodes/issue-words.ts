/** What zod found wrong, as a sentence. A schema's own words are kept; zod's general ones are for programmers. */
import type { z } from "zod";
import { inEnglish, listed, quoted, type Said, said } from "@/models/said";

const kinds: Record<string, string> = { int: "a whole number", number: "a number", string: "text", boolean: "on or off", object: "an object", record: "an object", array: "a list" };

function quotedValues(values: readonly unknown[]): Said {
  const [first, ...rest] = values.map((value) => said("“{value}”", { value: String(value) }));
  return first ? listed(first, ...rest) : quoted("");
}

export function issueWords(issue: z.core.$ZodIssue): Said {
  if (issue.code === "custom" && issue.params?.said) return issue.params.said as Said;
  if (issue.code === "too_small" && issue.message.startsWith("Too small")) return said("At least {minimum}.", { minimum: issue.minimum.toLocaleString("en") });
  if (issue.code === "too_big" && issue.message.startsWith("Too big")) return said("At most {maximum}.", { maximum: issue.maximum.toLocaleString("en") });
  if (!issue.message.startsWith("Invalid") && !issue.message.startsWith("Unrecognized")) return { text: issue.message, values: {} };
  if (issue.code === "invalid_type") return said("Should be {kind}.", { kind: kinds[issue.expected] ?? issue.expected });
  if (issue.code === "invalid_value") return issue.values.length === 1 ? said("Should be {value}.", { value: quotedValues(issue.values) }) : said("Should be one of {values}.", { values: quotedValues(issue.values) });
  if (issue.code === "unrecognized_keys") return said("Holds {keys}, which means nothing there.", { keys: quotedValues(issue.keys) });
  return quoted(`${issue.message}.`);
}

/** For an issue of one's own, whose words have values in them. */
export function ownIssue(words: Said): { message: string; params: { said: Said } } {
  return { message: inEnglish(words), params: { said: words } };
}
