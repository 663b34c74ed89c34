import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawSeed, nodesOfRun, seedAfter, usedSeeds, withSeedsForRun } from "./seeds";
import { emptyWorkflow, type SeedMode, type Workflow, type WorkflowNode } from "./workflow";

function sampler(id: string, seed: number, seedMode?: SeedMode, more: Partial<WorkflowNode> = {}): WorkflowNode {
  return { id, type: "flux-sampler", version: 1, position: { x: 0, y: 0 }, params: { steps: 4, seed }, ...(seedMode && { seedMode }), ...more };
}
const workflow = (...nodes: WorkflowNode[]): Workflow => ({ ...emptyWorkflow, nodes });
const seedOf = (graph: Workflow, id = "a") => graph.nodes.find((node) => node.id === id)!.params.seed;
const never = () => {
  throw new Error("No seed should be drawn.");
};

describe("withSeedsForRun", () => {
  it("leaves fixed seeds, and the workflow's identity, alone", () => {
    const graph = workflow(sampler("a", 42), sampler("b", 7, "fixed"));
    expect(withSeedsForRun(graph, never, { used: new Map([["a.seed", 42]]) })).toBe(graph);
  });

  it("counts up the seeds of a subgraph that is run by itself, and none that a muted node did not use", () => {
    let graph = workflow({ id: "s", type: "subgraph", version: 1, position: { x: 0, y: 0 }, params: {} }, sampler("a", 42, "increment", { inside: "s" }), sampler("b", 7, "increment", { mode: "muted" }));
    let used: ReadonlyMap<string, number> = new Map();
    for (const seed of [42, 43, 44]) {
      graph = withSeedsForRun(graph, never, { targets: ["s"], used });
      used = new Map([...used, ...usedSeeds(graph, nodesOfRun(graph, ["s"]))]);
      expect(seedOf(graph)).toBe(seed);
    }
    expect(nodesOfRun(graph)).toEqual(new Set(["s", "a"]));
  });

  it("runs every seed that counts up, the first one too, and one only once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 1, max: 20 }), (first, runs) => {
        let graph = workflow(sampler("a", first, "increment"));
        let used: ReadonlyMap<string, number> = new Map();
        const seeds = Array.from({ length: runs }, () => {
          graph = withSeedsForRun(graph, never, { used });
          used = usedSeeds(graph, new Set(["a"]));
          return seedOf(graph);
        });
        const expected = [first];
        while (expected.length < runs) expected.push(seedAfter(expected.at(-1)!));
        expect(seeds).toEqual(expected);
      }),
    );
  });

  it("goes from the largest seed to 0", () => {
    const graph = workflow(sampler("a", Number.MAX_SAFE_INTEGER, "increment"));
    expect(seedOf(withSeedsForRun(graph, never, { used: usedSeeds(graph, new Set(["a"])) }))).toBe(0);
  });

  it("uses a seed that was typed after a run as it was typed", () => {
    expect(seedOf(withSeedsForRun(workflow(sampler("a", 100, "increment")), never, { used: new Map([["a.seed", 42]]) }))).toBe(100);
  });

  it("draws anew for the first run as for the later ones, one seed per node", () => {
    let next = 10;
    const graph = withSeedsForRun(workflow(sampler("a", 1, "random"), sampler("b", 1, "random")), () => next++);
    expect([seedOf(graph), seedOf(graph, "b")]).toEqual([10, 11]);
  });

  it("does not touch a swept seed, nor one of a node that does not run", () => {
    const swept = sampler("a", 1, "random", { sweeps: { seed: { kind: "list", values: [1, 2] } } });
    const graph = workflow(swept, sampler("b", 1, "random", { mode: "muted" }), sampler("c", 1, "random", { mode: "bypassed" }));
    expect(withSeedsForRun(graph, never)).toBe(graph);
  });

  it("changes only what the targets need", () => {
    const graph = {
      ...workflow(sampler("a", 1, "random"), sampler("b", 1, "random"), sampler("c", 1, "random")),
      edges: [{ source: "a", sourcePort: "latents", target: "b", targetPort: "control" }],
    };
    const seeded = withSeedsForRun(graph, () => 9, { targets: ["b"] });
    expect(["a", "b", "c"].map((id) => seedOf(seeded, id))).toEqual([9, 9, 1]);
  });
});

describe("drawSeed", () => {
  it("gives whole numbers a person can read out", () => {
    expect([0, 0.5, 0.999999999999].map((at) => drawSeed(() => at))).toEqual([0, 2 ** 31, 2 ** 32 - 1]);
  });
});
