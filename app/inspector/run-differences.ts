/** What differs between the workflows of two runs, as a person would list it. */
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle, spoken, typeTitle } from "@/app/i18n/vocabulary";
import { isSubgraph, modesOf } from "@/nodes/nesting";
import { feedsParam, inputsOf, withFedParams } from "@/nodes/param-inputs";
import { paramMeta } from "@/nodes/param-form";
import { portOf } from "@/nodes/ports";
import { canonicalJson } from "@/nodes/recipe";
import { findSpec } from "@/nodes/specs";
import { edgeId, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import type { InspectedRun } from "./subject";

export interface GraphDifference {
  /** Tells apart what has one title. */
  readonly key: string;
  /** The node, as it is called in the first workflow that has it. */
  readonly node: string;
  /** What of it; null when the whole node is on one side only. */
  readonly what: string | null;
  readonly a: string;
  readonly b: string;
}

const absent = "–";

function say(value: unknown): string {
  if (value === undefined) return absent;
  return typeof value === "string" ? value : canonicalJson(value);
}

function paramsOf(node: WorkflowNode): Record<string, unknown> {
  const spec = findSpec(node.type);
  // A param that was never touched has its default, and not nothing.
  const parsed = spec?.params.safeParse(node.params);
  return parsed?.success ? parsed.data : node.params;
}

function paramTitle(type: string, name: string, t: Translate): string {
  const schema = findSpec(type)?.params.shape[name];
  return schema ? spoken(paramMeta(schema).title, t) : name;
}

function withinNode(a: WorkflowNode, b: WorkflowNode, t: Translate): GraphDifference[] {
  const node = nodeTitle(a, t);
  const one = (what: string, ours: unknown, theirs: unknown): GraphDifference[] => (canonicalJson(ours) === canonicalJson(theirs) ? [] : [{ key: `${a.id} ${what}`, node, what, a: say(ours), b: say(theirs) }]);
  if (a.type !== b.type) return one(t("inspector.differences.type"), typeTitle(a.type, t), typeTitle(b.type, t));
  const mode = (of: WorkflowNode) => (of.mode ? t(`cards.mode.${of.mode}`) : t("inspector.differences.active"));
  const [ours, theirs] = [paramsOf(a), paramsOf(b)];
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  const params = names.flatMap((name) => one(paramTitle(a.type, name, t), ours[name], theirs[name]));
  return [...params, ...one(t("inspector.differences.sweeps"), a.sweeps ?? {}, b.sweeps ?? {}), ...one(t("inspector.differences.mode"), mode(a), mode(b)), ...one(t("inspector.differences.version"), a.version, b.version)];
}

/** Without subgraphs, which compute nothing: each node with the mode that counts for it and the values its params are fed. */
function computing(workflow: Workflow): Workflow {
  const modes = modesOf(workflow);
  return { ...workflow, nodes: withFedParams(workflow).filter((node) => !isSubgraph(node)).map(({ mode: _, ...node }) => ({ ...node, ...(modes.has(node.id) && { mode: modes.get(node.id) }) })) };
}

/** Changed params first, then nodes and connections that only one of them has. Positions, names and folding count as nothing. */
export function graphDifferences(one: Workflow, other: Workflow, t: Translate): GraphDifference[] {
  const [a, b] = [computing(one), computing(other)];
  const [inA, inB] = [new Map(a.nodes.map((node) => [node.id, node])), new Map(b.nodes.map((node) => [node.id, node]))];
  const changed = a.nodes.flatMap((node) => {
    const other = inB.get(node.id);
    return other ? withinNode(node, other, t) : [];
  });
  const there = t("inspector.differences.there");
  const onlyA = a.nodes.filter(({ id }) => !inB.has(id)).map((node) => ({ key: node.id, node: nodeTitle(node, t), what: null, a: there, b: absent }));
  const onlyB = b.nodes.filter(({ id }) => !inA.has(id)).map((node) => ({ key: node.id, node: nodeTitle(node, t), what: null, a: absent, b: there }));
  const [edgesA, edgesB] = [new Set(a.edges.map(edgeId)), new Set(b.edges.map(edgeId))];
  const fed = (workflow: Workflow, nodes: Map<string, WorkflowNode>, other: ReadonlySet<string>, side: "a" | "b") =>
    workflow.edges
      // What feeds a param differs by its value, which is listed with the params.
      .filter((edge) => !other.has(edgeId(edge)) && inA.has(edge.target) && inB.has(edge.target) && !feedsParam(nodes.get(edge.target), edge))
      .map((edge) => {
        const target = nodes.get(edge.target)!;
        const source = nodes.get(edge.source);
        const port = portOf(inputsOf(target), edge.targetPort)?.title ?? edge.targetPort;
        // Two prompts have one title: the id tells them apart.
        const from = source ? t("inspector.differences.source", { node: nodeTitle(source, t), id: source.id }) : edge.source;
        return { key: `${edge.target}.${edge.targetPort}`, node: nodeTitle(target, t), what: t("inspector.differences.input", { port: spoken(port, t) }), a: side === "a" ? from : absent, b: side === "b" ? from : absent };
      });
  return [...changed, ...merged([...fed(a, inA, edgesB, "a"), ...fed(b, inB, edgesA, "b")]), ...onlyA, ...onlyB];
}

/** An input fed from elsewhere is one difference, not two. */
function merged(edges: readonly GraphDifference[]): GraphDifference[] {
  const byPlace = new Map<string, GraphDifference>();
  for (const edge of edges) {
    const before = byPlace.get(edge.key);
    byPlace.set(edge.key, before ? { ...before, a: before.a === absent ? edge.a : before.a, b: before.b === absent ? edge.b : before.b } : edge);
  }
  return [...byPlace.values()];
}

/** Characters of a fingerprint: as many as tell checkpoints apart. */
const shown = 12;

/** What differs between two runs: their workflows, then the checkpoints they were computed with, where both say so. */
export function runDifferences(a: Pick<InspectedRun, "graph" | "state">, b: Pick<InspectedRun, "graph" | "state">, t: Translate): GraphDifference[] {
  const [ours, theirs] = [a.state.checkpoint, b.state.checkpoint];
  const differs = ours !== undefined && theirs !== undefined && ours !== theirs;
  return [...graphDifferences(a.graph, b.graph, t), ...(differs ? [{ key: "checkpoint", node: t("inspector.differences.checkpoint"), what: null, a: ours.slice(0, shown), b: theirs.slice(0, shown) }] : [])];
}
