/** What a subgraph's card shows of the nodes in it: ports and params. */
import type { z } from "zod";
import { nestingOf } from "./nesting";
import { paramMeta } from "./param-form";
import { inputsOf, isParamInput } from "./param-inputs";
import { type Port, portOf } from "./ports";
import { findSpec } from "./specs";
import type { Workflow, WorkflowEdge, WorkflowNode } from "./workflow";

/** A port of a node inside. */
export interface PortPlace {
  readonly node: string;
  readonly port: string;
}

/** A port of a subgraph's card, and where inside it leads: an input to one or more, an output from one. */
export interface CardPort extends Port {
  readonly places: readonly PortPlace[];
  /** The name it was given; absent, it goes by what the port inside is called. */
  readonly ownTitle?: string;
}

/** By key, in the order of the card. */
export interface CardPorts {
  readonly inputs: Readonly<Record<string, CardPort>>;
  readonly outputs: Readonly<Record<string, CardPort>>;
}

/** What a card's port is named by: the first port inside that it stands for. */
export const keyOf = ({ node, port }: PortPlace) => `${node}.${port}`;

/** Ports as they are found, before they have titles of their own. */
interface Draft {
  readonly title: string | undefined;
  readonly places: readonly PortPlace[];
}

/**
 * The ports of a subgraph's card: those chosen that are there and, for inputs, not fed from inside; then whatever an
 * edge crosses its border by, so that no connection is ever out of sight.
 */
export function cardPorts(workflow: Workflow, subgraph: string, nesting = nestingOf(workflow.nodes)): CardPorts {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const contents = nesting.contentsOf(subgraph);
  const { inputs = [], outputs = [] } = nodes.get(subgraph)?.exposed ?? {};
  const crossing = workflow.edges.filter(({ source, target }) => contents.has(source) !== contents.has(target));
  const fedInside = new Set(workflow.edges.filter(({ source, target }) => contents.has(source) && contents.has(target)).map(({ target, targetPort }) => keyOf({ node: target, port: targetPort })));
  const entering = grouped(crossing.filter(({ target }) => contents.has(target)));
  const leaving = crossing.filter(({ source }) => contents.has(source)).map(({ source, sourcePort }) => ({ title: undefined, places: [{ node: source, port: sourcePort }] }));
  const side = (name: "inputs" | "outputs", drafts: readonly Draft[]) => sideOf(drafts, (place) => {
    if (!contents.has(place.node) || (name === "inputs" && fedInside.has(keyOf(place)))) return undefined;
    const node = nodes.get(place.node);
    return portOf(name === "inputs" ? inputsOf(node) : findSpec(node?.type ?? "")?.outputs, place.port);
  }, (place) => titleOf(nodes.get(place.node)));
  return {
    inputs: side("inputs", [...inputs.map(({ title, places }) => ({ title, places })), ...entering]),
    outputs: side("outputs", [...outputs.map(({ title, node, port }) => ({ title, places: [{ node, port }] })), ...leaving]),
  };
}

/** What one output outside feeds is one input of the card. */
function grouped(edges: readonly WorkflowEdge[]): Draft[] {
  const groups = new Map<string, PortPlace[]>();
  for (const { source, sourcePort, target, targetPort } of edges) {
    const from = keyOf({ node: source, port: sourcePort });
    groups.set(from, [...(groups.get(from) ?? []), { node: target, port: targetPort }]);
  }
  return [...groups.values()].map((places) => ({ title: undefined, places }));
}

const titleOf = (node: WorkflowNode | undefined) => node?.title ?? findSpec(node?.type ?? "")?.title ?? node?.type ?? "";

function sideOf(drafts: readonly Draft[], portAt: (place: PortPlace) => Port | undefined, nodeTitle: (place: PortPlace) => string): Record<string, CardPort> {
  const taken = new Set<string>();
  const found: { title: string | undefined; port: Port; places: PortPlace[]; ports: Port[] }[] = [];
  for (const { title, places } of drafts) {
    const there = places.flatMap((place) => {
      const port = portAt(place);
      return port && !taken.has(keyOf(place)) ? [{ place, port }] : [];
    });
    // Two data types never share a port.
    const same = there.filter(({ port }) => port.type === there[0]!.port.type);
    for (const { place } of same) taken.add(keyOf(place));
    if (same[0]) found.push({ title, port: same[0].port, places: same.map(({ place }) => place), ports: same.map(({ port }) => port) });
  }
  const titles = found.map(({ title, port }) => title ?? port.title);
  return Object.fromEntries(
    found.map(({ title, port, places, ports }, index): [string, CardPort] => {
      const name = title ?? port.title;
      const unclear = title === undefined && titles.some((other, at) => at !== index && other === name);
      const { type, help } = port;
      return [
        keyOf(places[0]!),
        { type, title: unclear ? `${nodeTitle(places[0]!)}: ${name}` : name, ...(help !== undefined && places.length === 1 && { help }), ...(ports.every(({ optional }) => optional) && { optional: true as const }), ...(title !== undefined && { ownTitle: title }), places },
      ];
    }),
  );
}

/** A param of a node inside that a subgraph's card shows. */
export interface CardParam {
  readonly node: string;
  readonly param: string;
  readonly title: string;
  /** The name it was given; absent, it goes by its own. */
  readonly ownTitle?: string;
}

/** Those chosen that are there, each once; not those that are inputs, which the card has a port for while something feeds them. */
export function cardParams(workflow: Workflow, subgraph: string, nesting = nestingOf(workflow.nodes)): CardParam[] {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const contents = nesting.contentsOf(subgraph);
  const seen = new Set<string>();
  const chosen = (nodes.get(subgraph)?.exposed?.params ?? []).filter(({ node, param }) => {
    const key = keyOf({ node, port: param });
    const there = contents.has(node) && !seen.has(key) && !isParamInput(nodes.get(node)!, param) && Object.hasOwn(findSpec(nodes.get(node)?.type ?? "")?.params.shape ?? {}, param);
    seen.add(key);
    return there;
  });
  const names = chosen.map(({ node, param, title }) => title ?? paramMeta(findSpec(nodes.get(node)!.type)!.params.shape[param] as z.ZodType).title);
  return chosen.map(({ node, param, title }, index) => {
    const unclear = title === undefined && names.some((other, at) => at !== index && other === names[index]);
    return { node, param, title: unclear ? `${titleOf(nodes.get(node))}: ${names[index]!}` : names[index]!, ...(title !== undefined && { ownTitle: title }) };
  });
}
