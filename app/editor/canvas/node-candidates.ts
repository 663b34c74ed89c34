/** Node types that fit a search, best first. */
import type { NodeSpec } from "@/nodes/define-node";
import { type DataType, type Ports, typeMismatch } from "@/nodes/ports";
import { specs } from "@/nodes/specs";

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

/** Higher is better; null when the query does not fit at all. */
function score(spec: NodeSpec, query: string): number | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const title = spec.title.toLowerCase();
  const rest = `${spec.category} ${spec.type} ${spec.help}`.toLowerCase();
  let total = 0;
  for (const word of words) {
    if (title.startsWith(word)) total += 4;
    else if (title.split(/[\s-]/).some((part) => part.startsWith(word))) total += 3;
    else if (title.includes(word)) total += 2;
    else if (rest.includes(word)) total += 1;
    else return null;
  }
  return total;
}

export function findCandidates(query: string, from: { type: DataType; side: "input" | "output" } | null): Candidate[] {
  return allSpecs
    .flatMap((spec) => {
      const points = score(spec, query);
      if (points === null) return [];
      const ports: Ports = from?.side === "output" ? spec.inputs : spec.outputs;
      const port = from ? Object.keys(ports).find((name) => typeMismatch(from.type, ports[name]!.type) === null) : null;
      if (from && port === undefined) return [];
      return [{ points, candidate: { spec, port: port ?? null, shape: shapeOf(spec) } }];
    })
    .sort((a, b) => b.points - a.points)
    .map(({ candidate }) => candidate);
}
