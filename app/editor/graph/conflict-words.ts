/** What two sides changed, in words. */
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle, spoken } from "@/app/i18n/vocabulary";
import { findSpec } from "@/nodes/specs";
import type { Workflow } from "@/nodes/workflow";
import { isObject, type Maybe } from "./json";
import { nodeOf } from "./lookup";
import type { Conflict } from "./merge";
import { type ParamField, paramFields } from "./param-fields";

export interface ConflictWords {
  /** The node, or whatever else it is about. */
  readonly thing: string;
  /** What of it. */
  readonly field: string;
  readonly mine: string;
  readonly theirs: string;
}

type Graphs = readonly [mine: Workflow, theirs: Workflow];

const known = ["title", "position", "size", "mode", "seedMode", "color", "collapsed", "locked", "text", "sweepMode", "inside", "exposed", "paramInputs"] as const;

/** A field by its name; one of a later version of the format by what it is called there. */
function fieldWords(name: string, t: Translate): string {
  const field = known.find((one) => one === name);
  return field ? t(`saving.places.${field}`) : name;
}

const longest = 90;

function nodeIn(graphs: Graphs, id: string) {
  return graphs.map((graph) => nodeOf(graph, id)).find((node) => node !== undefined);
}

function titleOf(graphs: Graphs, id: string, t: Translate): string {
  const node = nodeIn(graphs, id);
  return node ? nodeTitle(node, t) : id;
}

function fieldOf(graphs: Graphs, id: string, name: string): ParamField | undefined {
  const spec = findSpec(nodeIn(graphs, id)?.type ?? "");
  return spec && paramFields(spec).find((field) => field.name === name);
}

function paramTitle(graphs: Graphs, id: string, name: string, t: Translate): string {
  const field = fieldOf(graphs, id, name);
  return field ? spoken(field.meta.title, t) : name;
}

function valueWords(value: Maybe, t: Translate): string {
  if (value === undefined) return t("saving.values.nothing");
  if (typeof value === "string") return value === "" ? t("saving.values.empty") : value;
  if (isObject(value) && typeof value.x === "number" && typeof value.y === "number") return `${value.x}, ${value.y}`;
  if (isObject(value) && typeof value.width === "number" && typeof value.height === "number") return `${value.width} × ${value.height}`;
  if (value === true || value === false) return t(value ? "saving.values.yes" : "saving.values.no");
  return JSON.stringify(value);
}

/** The part of a text where the two begin to differ, short enough for a line or two. */
function excerpt(text: string, other: string): string {
  const line = text.replace(/\s+/g, " ");
  const opposite = other.replace(/\s+/g, " ");
  let at = 0;
  while (at < line.length && line[at] === opposite[at]) at++;
  const start = line.length <= longest || at < longest / 2 ? 0 : at - 20;
  const cut = line.slice(start, start + longest);
  return `${start > 0 ? "…" : ""}${cut}${start + longest < line.length ? "…" : ""}`;
}

function placeWords(path: readonly string[], graphs: Graphs, t: Translate): { thing: string; field: string } {
  const [root, list, id, ...rest] = path;
  const whole = t("saving.places.workflow");
  if (root !== "graph" || list === undefined) return { thing: whole, field: t(root === "name" ? "saving.places.title" : "saving.places.everything") };
  if (id === undefined) return { thing: whole, field: fieldWords(list, t) };
  const field = rest.map((name) => fieldWords(name, t)).join(" · ");
  if (list === "nodes") {
    const param = rest[1] === undefined ? null : paramTitle(graphs, id, rest[1], t);
    if (param !== null && rest[0] === "params") return { thing: titleOf(graphs, id, t), field: param };
    if (param !== null && rest[0] === "sweeps") return { thing: titleOf(graphs, id, t), field: t("saving.places.sweep", { param }) };
    return { thing: titleOf(graphs, id, t), field };
  }
  if (list === "edges") {
    const [target = "", name = ""] = id.split(".");
    const input = findSpec(nodeIn(graphs, target)?.type ?? "")?.inputs[name];
    const port = input ? spoken(input.title, t) : paramTitle(graphs, target, name, t);
    return { thing: titleOf(graphs, target, t), field: t("saving.places.input", { port }) };
  }
  if (list === "frames") return { thing: t("saving.places.frame", { title: graphs.map((graph) => graph.frames?.find((frame) => frame.id === id)?.title).find(Boolean) ?? id }), field };
  if (list === "notes") return { thing: t("saving.places.note"), field };
  return { thing: whole, field: path.slice(1).join(" · ") };
}

/** What one side made of it. */
function sideWords(path: readonly string[], value: Maybe, graphs: Graphs, t: Translate): string {
  const [, list, id = "", kind, name = ""] = path;
  const isThing = path.length === 3 && (list === "nodes" || list === "frames" || list === "notes");
  if (isThing) return t(value === undefined ? "saving.values.deleted" : "saving.values.changed");
  if (list === "edges") return isObject(value) && typeof value.source === "string" ? t("saving.values.from", { source: titleOf(graphs, value.source, t) }) : t("saving.values.unconnected");
  if (path.at(-1) === "mode") return value === "muted" || value === "bypassed" ? t(`saving.values.${value}`) : t("saving.values.asUsual");
  const isChoice = list === "nodes" && kind === "params" && typeof value === "string" && fieldOf(graphs, id, name)?.choices.includes(value);
  return isChoice ? spoken(value, t) : valueWords(value, t);
}

/** `graphs`: mine and theirs as a whole, to name things by. */
export function conflictWords({ path, mine, theirs }: Conflict, graphs: Graphs, t: Translate): ConflictWords {
  const place = placeWords(path, graphs, t);
  const [own, other] = [sideWords(path, mine, graphs, t), sideWords(path, theirs, graphs, t)];
  // Too much to say in a line, or a difference that is seen and not said: the places an edge is led through, say.
  if (own === other || path.join() === "graph") return { ...place, mine: t("saving.values.own"), theirs: t("saving.values.other") };
  return { ...place, mine: excerpt(own, other), theirs: excerpt(other, own) };
}
