import { expect, test } from "vitest";
import { presets } from "./presets";
import { workflowProblems } from "./problems";
import { findSpec } from "./specs";

test.each(presets.map((preset) => [preset.id, preset] as const))("preset %s only lacks what a person must choose", (_, { graph }) => {
  const problems = workflowProblems(graph).filter(({ param }) => param !== "image");
  expect(problems).toEqual([]);
  const pictures = graph.nodes.filter(({ type }) => type === "load-image").length;
  expect(workflowProblems(graph)).toHaveLength(pictures);
});

test("preset ids are unique", () => {
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
});

/** Heights as the canvas draws them at most; the gap keeps edges readable. */
test.each(presets.map((preset) => [preset.id, preset] as const))("preset %s leaves room between its cards", (_, { graph }) => {
  const pictured = new Set(["visual-branch-unmasker", "flux-sampler", "vae-decode", "save-image", "load-image"]);
  const cards = graph.nodes.map(({ id, type, position }) => ({ id, ...position, width: 220, height: pictured.has(type) ? 330 : 60 + 28 * Object.keys(findSpec(type)!.params.shape).length }));
  for (const a of cards) {
    for (const b of cards) {
      if (a.id >= b.id) continue;
      const apart = a.x + a.width + 60 <= b.x || b.x + b.width + 60 <= a.x || a.y + a.height + 60 <= b.y || b.y + b.height + 60 <= a.y;
      expect(apart, `${a.id} and ${b.id}`).toBe(true);
    }
  }
});

test("every edge of a preset leads to the right", () => {
  for (const { graph } of presets) {
    const x = (id: string) => graph.nodes.find((node) => node.id === id)!.position.x;
    for (const edge of graph.edges) expect(x(edge.source)).toBeLessThan(x(edge.target));
  }
});
