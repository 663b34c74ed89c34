/** The runs that test:faults asks for, and what is compared of them. */
import { framesOf, type RunState } from "@/nodes/run-events";
import { findPreset } from "@/nodes/presets";
import { nodeIdOf } from "@/nodes/sweeps";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";

function preset(params: Readonly<Record<string, WorkflowNode["params"]>>, sampler: Partial<WorkflowNode> = {}): Workflow {
  const { graph } = findPreset("text-to-image")!;
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, params: { ...node.params, ...params[node.id] }, ...(node.id === "sampler" && sampler) })) };
}

/** Long enough for kills to find it inside the unmasker and the sampler. */
export function pictured(seed: number): Workflow {
  return preset({ unmasker: { iterations: 64, seed }, sampler: { steps: 60, seed } });
}

/** Two pictures that share everything before the sampler. */
function swept(): Workflow {
  return preset({ unmasker: { iterations: 32, seed: 7 }, sampler: { steps: 30 } }, { sweeps: { seed: { kind: "list", values: [7, 8] } } });
}

/** What runs are started from, again and again. */
export const variants: readonly Workflow[] = [pictured(0), pictured(1), swept()];

/** The hash of every step's tensors by "node step"; null where they were let go and only numbers and preview are kept. */
export function stepsOf({ nodes }: RunState): Map<string, string | null> {
  return new Map(Object.entries(nodes).flatMap(([id, node]) => framesOf(node).map(({ step, tensors }) => [`${id} step ${step}`, tensors?.hash ?? null] as const)));
}

/** Steps of `before` that are not there any more, or whose tensors are others. That tensors were let go is no loss. */
export function lostSteps(before: ReadonlyMap<string, string | null>, now: ReadonlyMap<string, string | null>): string[] {
  return [...before].flatMap(([step, hash]) => {
    const left = now.get(step);
    return left === undefined || (left !== null && hash !== null && left !== hash) ? [step] : [];
  });
}

/** The pictures of all cells as hashes of their tensors; null unless every one is there. */
export function picturesOf({ nodes }: RunState): string | null {
  const saved = Object.entries(nodes).filter(([id]) => nodeIdOf(id) === "save");
  const hashes = saved.map(([, node]) => (node.status === "done" ? node.outputs.image?.tensors.hash : undefined));
  return hashes.length > 0 && hashes.every((hash) => hash !== undefined) ? hashes.join(" ") : null;
}
