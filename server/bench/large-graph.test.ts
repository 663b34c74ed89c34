import { expect, test } from "vitest";
import { workflowProblems } from "@/nodes/problems";
import { workflowSchema } from "@/nodes/workflow";
import { counts, largeGraph } from "./large-graph";

test("the bench's large graph is a workflow of so many nodes and edges, wrong in nothing but its first and saved inputs", () => {
  const graph = largeGraph();
  expect(workflowSchema.parse(graph)).toEqual(graph);
  expect([graph.nodes.length, graph.edges.length]).toEqual([counts.nodes, counts.edges]);
  expect(new Set(graph.nodes.map(({ id }) => id)).size).toBe(counts.nodes);
  // Nothing is before the first pipeline: its unmasker has no prompt, its first mix one side.
  expect(workflowProblems(graph).map(({ nodeId, port }) => `${nodeId}.${port}`)).toEqual(["unmasker-0.text", "mix-0.b"]);
});
