/**
 * Which cards come out alike. In a large workflow most do: one card of each shape is measured, and its size and the places of
 * its ports hold for the others, which are then drawn without being laid out first.
 */
import { isSubgraph } from "@/nodes/nesting";
import { findSpec } from "@/nodes/specs";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { expectedAspect } from "../node/node-result";
import type { MeasuredSize, PortBox } from "../store/editor-store";
import { modeIn } from "./levels";
import { grouped, nodeOf } from "./lookup";
import { cardFields } from "./param-fields";
import { isPictured } from "./pictured";
import { problemsOf } from "./problem-lookup";

/** Controls as large whatever their value is. */
const steady: ReadonlySet<string> = new Set(["number", "slider", "seed", "toggle", "select", "text"]);

/** Inline params whose value changes how large the card is. */
function growingParams(node: WorkflowNode): unknown[] {
  const spec = findSpec(node.type);
  return spec ? cardFields(node, spec).flatMap(({ name, meta }) => (steady.has(meta.control) ? [] : [node.params[name]])) : [];
}

/** The same for two cards only if both come out equally large, with their ports at the same places, before anything ran. */
export function cardShape(workflow: Workflow, node: WorkflowNode): string {
  // Whatever else a node holds may change its card; its place, its colour and most of its params do not.
  const { id, position: _position, params: _params, color: _color, inside: _inside, mode: _mode, ...rest } = node;
  // What a subgraph's card shows comes from the nodes in it.
  if (isSubgraph(node)) return id;
  const problems = problemsOf(workflow, id);
  const aspect = isPictured(node.type) ? expectedAspect(workflow, id) : null;
  return JSON.stringify([rest, modeIn(workflow, id) ?? null, growingParams(node), aspect, problems.length > 0, problems.filter(({ param }) => param !== undefined).map(({ message }) => message)]);
}

type Sizes = ReadonlyMap<string, MeasuredSize>;

/** Those of some nodes that can be drawn: whose size is known, and the first of each shape nobody has measured yet. */
export function drawable(workflow: Workflow, nodes: readonly WorkflowNode[], sizes: Sizes): readonly WorkflowNode[] {
  if (nodes.every(({ id }) => sizes.has(id))) return nodes;
  const firsts = new Set<string>();
  return nodes.filter((node) => {
    if (sizes.has(node.id)) return true;
    const shape = cardShape(workflow, node);
    if (firsts.has(shape)) return false;
    firsts.add(shape);
    return true;
  });
}

/** Sizes with those of nodes whose cards are like one just measured. */
export function withAlike(workflow: Workflow, nodes: readonly WorkflowNode[], sizes: Sizes, measured: Iterable<string>, portsOf: (id: string) => readonly PortBox[]): Sizes {
  const waiting = nodes.filter(({ id }) => !sizes.has(id));
  if (waiting.length === 0) return sizes;
  const byShape = grouped(waiting, (node) => cardShape(workflow, node));
  const all = new Map(sizes);
  for (const id of measured) {
    const [node, size] = [nodeOf(workflow, id), sizes.get(id)];
    if (!node || !size) continue;
    const ports = portsOf(id);
    for (const alike of byShape.get(cardShape(workflow, node)) ?? []) all.set(alike.id, { width: size.width, height: size.height, ports });
  }
  return all;
}
