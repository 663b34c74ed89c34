import { describe, expect, test } from "vitest";
import { emptyWorkflow, type Workflow, type WorkflowNode, workflowSchema } from "@/nodes/workflow";
import { planRun } from "./plan";
import { keyOf } from "./resolve";

const node = (id: string, type: string, params: WorkflowNode["params"] = {}, rest: Partial<WorkflowNode> = {}): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params, ...rest });
const environment = { checkpoint: "c", numericMode: "m" };

/** A prompt into a sampler's encoder, whose steps and text are typed, or come from constants. */
const typed = (steps: number, text: string): Workflow => graph([node("p", "prompt", { text }), node("e", "text-encoder"), node("s", "flux-sampler", { steps })]);
const fed = (steps: number, text: string, rest: Partial<WorkflowNode> = {}): Workflow =>
  graph(
    [
      node("n", "integer", { value: steps }, rest),
      node("t", "text", { text }),
      node("p", "prompt", { text: "waits" }, { paramInputs: ["text"] }),
      node("e", "text-encoder"),
      node("s", "flux-sampler", { steps: 99 }, { paramInputs: ["steps"] }),
    ],
    [
      { source: "n", sourcePort: "value", target: "s", targetPort: "steps" },
      { source: "t", sourcePort: "text", target: "p", targetPort: "text" },
    ],
  );
function graph(nodes: WorkflowNode[], edges: Workflow["edges"] = []): Workflow {
  return workflowSchema.parse({
    ...emptyWorkflow,
    nodes,
    edges: [...edges, { source: "p", sourcePort: "text", target: "e", targetPort: "text" }, { source: "e", sourcePort: "conditioning", target: "s", targetPort: "conditioning" }],
  });
}

const keys = (workflow: Workflow) => planRun(workflow, ["s"]).nodes.map((instance) => [instance.id, keyOf(instance, Object.fromEntries(instance.edges.map(({ source, targetPort }) => [targetPort, source.split("@")[0]!])), environment)!.key] as const);

describe("params that are inputs", () => {
  test("name the same results as if their values had been typed", () => {
    expect(planRun(fed(12, "a cat"), ["s"]).problems).toEqual([]);
    expect(keys(fed(12, "a cat"))).toEqual(keys(typed(12, "a cat")));
    expect(keys(fed(13, "a cat"))).not.toEqual(keys(typed(12, "a cat")));
    expect(new Map(keys(fed(13, "a cat"))).get("p")).toBe(new Map(keys(typed(12, "a cat"))).get("p"));
  });

  test("take nothing into the plan that only holds their values, unless it is asked for itself or feeds more", () => {
    expect(planRun(fed(12, "a cat"), ["s"]).nodes.map(({ id }) => id)).toEqual(["p", "e", "s"]);
    expect(planRun(fed(12, "a cat"), ["n"]).nodes.map(({ id }) => id)).toEqual(["n"]);
  });

  test("are swept by what feeds them, with the keys of the same sweep typed", () => {
    const sweep = { kind: "list" as const, values: [3, 5] };
    const plan = planRun(fed(12, "a cat", { sweeps: { value: sweep } }), ["s"]);
    expect(plan.axes).toEqual([{ nodeId: "n", param: "value", title: "Whole Number: Value", values: [3, 5] }]);
    expect(plan.targets).toEqual(["s@0", "s@1"]);
    const [three, five] = plan.nodes.filter(({ id }) => id.startsWith("s@"));
    expect([three, five].map((instance) => instance!.node.params.steps)).toEqual([3, 5]);
    expect(new Map(keys(fed(12, "a cat", { sweeps: { value: sweep } }))).get("s@1")).toBe(new Map(keys(typed(5, "a cat"))).get("s"));
  });

  test("refuse a value that does not fit before anything runs", () => {
    expect(planRun(fed(201, "a cat"), ["s"]).problems.map(({ nodeId, message }) => [nodeId, message])).toEqual([["s", "FLUX Sampler: Steps: 201 from Whole Number: At most 200."]]);
  });
});
