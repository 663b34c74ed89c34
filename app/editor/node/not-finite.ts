/** NaN and infinite values a node computed: black pictures begin with them. */
import type { NodeState } from "@/nodes/run-events";

/** Where they are, in words, the first bad step named; null when every value is finite. */
export function notFiniteWords(node: NodeState | undefined): string | null {
  if (!node) return null;
  const frames = "frames" in node ? node.frames : [];
  const first = frames.find(({ tensors }) => tensors?.notFinite !== undefined);
  const outputs = node.status === "done" ? Object.values(node.outputs).reduce((sum, { tensors }) => sum + (tensors.notFinite ?? 0), 0) : 0;
  if (!first && outputs === 0) return null;
  const values = (count: number) => `${count} ${count === 1 ? "value is" : "values are"} NaN or infinite`;
  if (!first) return `${values(outputs)} in what this node gave.`;
  return `${values(first.tensors!.notFinite!)} at step ${first.step}, the first with any.`;
}
