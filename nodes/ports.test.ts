import { expect, test } from "vitest";
import { connectionProblem, workflowProblems } from "./problems";
import { portOf } from "./ports";
import { specs } from "./specs";
import { emptyWorkflow, type Workflow } from "./workflow";

test("a port is found by its own name only", () => {
  expect(portOf(specs.prompt.outputs, "text")).toBe(specs.prompt.outputs.text);
  expect(portOf(specs.prompt.outputs, "constructor")).toBeUndefined();
  expect(portOf(undefined, "text")).toBeUndefined();
});

test.each(["constructor", "__proto__", "toString"])("an edge at a port “%s” is named as a problem", (name) => {
  const node = (id: string, type: string) => ({ id, type, version: 1, position: { x: 0, y: 0 }, params: {} });
  const edge = { source: "a", sourcePort: name, target: "b", targetPort: "text" };
  const graph: Workflow = { ...emptyWorkflow, nodes: [node("a", "prompt"), node("b", "text-encoder")], edges: [edge] };
  expect(connectionProblem(graph, edge)?.text).toContain("has no output named");
  expect(workflowProblems(graph).map(({ message }) => message)).toContain(`Prompt has no output named “${name}”.`);
});
