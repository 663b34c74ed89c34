/** Node types that fit a search, best first. */
import type { Translate } from "@/app/i18n/translate";
import { spoken } from "@/app/i18n/vocabulary";
import type { NodeSpec } from "@/nodes/define-node";
import { type DataType, type Ports, typeMismatch } from "@/nodes/ports";
import { specs } from "@/nodes/specs";
import type { SubgraphPreset } from "@/server/api/contract";
import { matchPoints, ranked } from "../search-ranking";
import { otherNamesOf } from "./other-names";

export interface Candidate {
  readonly spec: NodeSpec;
  /** The port a dropped connection would go to. */
  readonly port: string | null;
  /** The type its dot shows: what the node gives, or takes when it gives nothing. */
  readonly shape: DataType | null;
}

const all: readonly NodeSpec[] = Object.values(specs);
/** Those that people put on a canvas. */
export const allSpecs = all.filter(({ probe }) => !probe);

export function shapeOf(spec: NodeSpec): DataType | null {
  return Object.values(spec.outputs)[0]?.type ?? Object.values(spec.inputs)[0]?.type ?? null;
}

interface From {
  readonly type: DataType;
  readonly side: "input" | "output";
  /** It is a param: only a constant feeds it. */
  readonly param?: boolean;
}

const best = (points: readonly (number | null)[]) => points.reduce((most, each) => (each !== null && (most === null || each > most) ? each : most), null);

/** By what a type is called and says here, by its English, and by what other tools call it. */
function pointsOf({ type, title, category, help }: NodeSpec, query: string, t: Translate): number | null {
  const points = matchPoints(query, title, `${category} ${type} ${help}`);
  const here = spoken(title, t) === title ? null : matchPoints(query, spoken(title, t), `${spoken(category, t)} ${spoken(help, t)}`);
  // Less than a word of a node's own name.
  const elsewhere = otherNamesOf(type).map((name) => matchPoints(query, name)).map((fit) => (fit === null || query.trim() === "" ? null : Math.max(0.5, fit - 2.5)));
  return best([points, here, ...elsewhere]);
}

export function findCandidates(query: string, from: From | null, t: Translate): Candidate[] {
  return ranked(allSpecs, (spec) => pointsOf(spec, query, t)).flatMap((spec): Candidate[] => {
    const ports: Ports = from?.side === "output" ? spec.inputs : spec.outputs;
    const port = from ? Object.keys(ports).find((name) => typeMismatch(from.type, ports[name]!.type) === null) : null;
    if (from && (port === undefined || (from.param && spec.constant === undefined))) return [];
    return [{ spec, port: port ?? null, shape: shapeOf(spec) }];
  });
}

export interface KeptCandidate {
  readonly preset: SubgraphPreset;
  /** Which port of the side that fits, counted from 0, a dropped connection would go to. */
  readonly port: number | null;
  readonly shape: DataType | null;
}

/** Kept subgraphs that fit a search, best first. */
export function findKept(query: string, kept: readonly SubgraphPreset[], from: { type: DataType; side: "input" | "output" } | null): KeptCandidate[] {
  return ranked(kept, ({ name, description }) => matchPoints(query, name, description)).flatMap((preset): KeptCandidate[] => {
    const ports = from?.side === "output" ? preset.inputs : preset.outputs;
    const port = from ? ports.findIndex(({ type }) => (from.side === "output" ? typeMismatch(from.type, type) : typeMismatch(type, from.type)) === null) : null;
    return port === -1 ? [] : [{ preset, port, shape: preset.outputs[0]?.type ?? preset.inputs[0]?.type ?? null }];
  });
}
