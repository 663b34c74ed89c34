/** A sweep while it is typed: texts of the form's fields, and what they mean. */
import type { Translate } from "@/app/i18n/translate";
import { spoken } from "@/app/i18n/vocabulary";
import { joined } from "@/app/ui/quantity";
import type { Control } from "@/nodes/param-form";
import type { Sweep } from "@/nodes/workflow";
import { sweepLength, sweepValues } from "@/nodes/sweeps";
import type { ParamValue } from "../graph/operations";
import type { ParamField } from "../graph/param-fields";
import { valueText } from "../graph/sweep-layout";

export interface SweepDraft {
  readonly kind: "range" | "count" | "list";
  readonly from: string;
  readonly to: string;
  readonly step: string;
  /** How many seeds, one after the other from `from`. */
  readonly count: string;
  /** One value per line; numbers may stand in one, parted by commas. */
  readonly list: string;
  /** Of a select or a toggle. */
  readonly chosen: readonly string[];
}

const isNumeric = ({ meta }: ParamField) => meta.control === "number" || meta.control === "slider" || meta.control === "seed";

const chosenOneByOne: ReadonlySet<Control> = new Set(["image", "saved-tensors", "patch-grid"]);

/** Whether a param can be swept here. Pictures and pinned steps are chosen one by one, patches are painted. */
export const canSweep = ({ meta }: ParamField) => !chosenOneByOne.has(meta.control);

/** How the values can be given: numbers as a range or a list, seeds counted, choices ticked, the rest as lines. */
export function sweepKinds(field: ParamField): readonly SweepDraft["kind"][] {
  if (field.meta.control === "seed") return ["count", "list"];
  return isNumeric(field) ? ["range", "list"] : ["list"];
}

export function choicesOf(field: ParamField): readonly string[] | null {
  if (field.meta.control === "toggle") return ["off", "on"];
  return field.meta.control === "select" ? field.choices : null;
}

/** A value as it is typed, whatever the language: with the minus of keyboards. */
function typed(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** The form as it opens: the sweep that is there, or a small one around the present value. */
export function draftOf(field: ParamField, value: ParamValue, sweep: Sweep | undefined): SweepDraft {
  const number = typeof value === "number" ? value : 0;
  const step = field.meta.step ?? 1;
  const seed = field.meta.control === "seed";
  const end = Math.min(field.max ?? Infinity, Number((number + 3 * step).toPrecision(12)));
  const base: SweepDraft = { kind: sweepKinds(field)[0]!, from: String(number), to: String(end), step: String(step), count: "4", list: typed(value), chosen: choicesOf(field) ?? [] };
  if (!sweep) return base;
  const values = sweepValues(sweep);
  const texts = values.map(typed);
  const list = texts.join(isNumeric(field) ? ", " : "\n");
  if (sweep.kind === "list") return { ...base, kind: "list", list, chosen: texts };
  const range = { ...base, from: String(sweep.from), to: String(sweep.to), step: String(sweep.step), count: String(sweepLength(sweep)), list };
  if (!seed) return { ...range, kind: "range" };
  return { ...range, kind: sweep.step === 1 ? "count" : "list" };
}

export type ReadSweep = { readonly sweep: Sweep } | { readonly problem: string };

const numberOf = (text: string) => (text.trim() === "" ? Number.NaN : Number(text.trim().replace(",", ".")));

function readNumbers(text: string, t: Translate): ReadSweep {
  const words = text.split(/[\n;,；，、]/).map((word) => word.trim()).filter(Boolean);
  const wrong = words.find((word) => !Number.isFinite(Number(word)));
  if (wrong !== undefined) return { problem: t("params.wrong.notNumber", { word: wrong }) };
  return words.length === 0 ? { problem: t("params.wrong.noNumber") } : { sweep: { kind: "list", values: words.map(Number) } };
}

function readCount(draft: SweepDraft, t: Translate): ReadSweep {
  const [from, count] = [numberOf(draft.from), numberOf(draft.count)];
  if (!Number.isSafeInteger(from) || from < 0) return { problem: t("params.wrong.firstSeed") };
  if (!Number.isSafeInteger(count) || count < 1) return { problem: t("params.wrong.seedCount") };
  if (!Number.isSafeInteger(from + (count - 1))) return { problem: t("params.wrong.tooManySeeds") };
  return { sweep: { kind: "range", from, to: from + (count - 1), step: 1 } };
}

/** What the form means, or what it still lacks, as a sentence. */
export function readSweep(field: ParamField, draft: SweepDraft, t: Translate): ReadSweep {
  if (draft.kind === "count") return readCount(draft, t);
  if (draft.kind === "range") {
    const [from, to, step] = [numberOf(draft.from), numberOf(draft.to), numberOf(draft.step)];
    if (![from, to, step].every(Number.isFinite)) return { problem: t("params.wrong.notNumbers") };
    if (step === 0) return { problem: t("params.wrong.noStep") };
    const sweep: Sweep = { kind: "range", from, to, step };
    return sweepLength(sweep) === 0 ? { problem: t("params.wrong.leadsNowhere", { step: valueText(step, t), from: valueText(from, t), to: valueText(to, t) }) } : { sweep };
  }
  const choices = choicesOf(field);
  if (choices) {
    const chosen = choices.filter((choice) => draft.chosen.includes(choice));
    if (chosen.length === 0) return { problem: t("params.wrong.noneChosen") };
    return { sweep: { kind: "list", values: field.meta.control === "toggle" ? chosen.map((choice) => choice === "on") : chosen } };
  }
  if (isNumeric(field)) return readNumbers(draft.list, t);
  const lines = draft.list.split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.length === 0 ? { problem: t("params.wrong.noLines") } : { sweep: { kind: "list", values: lines } };
}

/** "5 values". */
export function sweepSize(sweep: Sweep, t: Translate): string {
  return t("params.sweep.size", { count: sweepLength(sweep) });
}

/** So many values are named before the rest is counted. */
const mostNamed = 4;

/** The first few values: "4, 8, 12, 16 and 7 more". */
export function sweepSummary(sweep: Sweep, field: Pick<ParamField, "choices">, t: Translate): string {
  const count = sweepLength(sweep);
  const first = sweepValues(sweep.kind === "range" && count > mostNamed ? { ...sweep, to: sweep.from + (mostNamed - 1) * sweep.step } : sweep).slice(0, mostNamed);
  const values = joined(first.map((value) => (field.choices.length > 0 ? spoken(String(value), t) : valueText(value, t))), t);
  return count > mostNamed ? t("params.sweep.more", { values, count: count - mostNamed }) : values;
}
