import { expect, test } from "vitest";
import { presets } from "./presets";
import { workflowProblems } from "./problems";

test.each(presets.map((preset) => [preset.id, preset] as const))("preset %s only lacks what a person must choose", (_, { graph }) => {
  const problems = workflowProblems(graph).filter(({ param }) => param !== "image");
  expect(problems).toEqual([]);
  const pictures = graph.nodes.filter(({ type }) => type === "load-image").length;
  expect(workflowProblems(graph)).toHaveLength(pictures);
});

test("preset ids are unique", () => {
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
});

/** Cards as the canvas draws them, with their defaults. */
const cardSizes: Record<string, { width: number; height: number }> = {
  prompt: { width: 242, height: 149 },
  "text-encoder": { width: 181, height: 75 },
  "visual-branch-unmasker": { width: 255, height: 446 },
  "clip-patch-encoder": { width: 210, height: 261 },
  "patch-mask": { width: 234, height: 321 },
  "mix-patches": { width: 206, height: 365 },
  "latent-downsampler": { width: 227, height: 75 },
  controlnet: { width: 210, height: 181 },
  "flux-sampler": { width: 216, height: 431 },
  "vae-decode": { width: 200, height: 261 },
  "describe-image": { width: 246, height: 256 },
  "load-image": { width: 234, height: 310 },
  "save-image": { width: 206, height: 309 },
};

// Beside each other edges leave their ports and reach others; below each other at most one is led through.
test.each(presets.map((preset) => [preset.id, preset] as const))("preset %s leaves room between its cards", (_, { graph }) => {
  const cards = graph.nodes.map(({ id, type, position }) => ({ id, ...position, ...cardSizes[type]! }));
  for (const a of cards) {
    for (const b of cards) {
      if (a.id >= b.id) continue;
      const apart = a.x + a.width + 32 <= b.x || b.x + b.width + 32 <= a.x || a.y + a.height + 24 <= b.y || b.y + b.height + 24 <= a.y;
      expect(apart, `${a.id} and ${b.id}`).toBe(true);
    }
  }
});

// Of a window of 1280 × 720, what the panels leave of the canvas and fitting fills: 726 × 436 px. Below a zoom of 0.3 cards are only outlines.
test.each(presets.map((preset) => [preset.id, preset] as const))("preset %s opens with its cards drawn in full in a small window", (_, { graph }) => {
  const cards = graph.nodes.map(({ type, position }) => ({ right: position.x + cardSizes[type]!.width, bottom: position.y + cardSizes[type]!.height }));
  const width = Math.max(...cards.map(({ right }) => right));
  const height = Math.max(...cards.map(({ bottom }) => bottom));
  expect(Math.min(726 / width, 436 / height)).toBeGreaterThan(0.32);
});

test("every edge of a preset leads to the right, or down", () => {
  for (const { graph } of presets) {
    const at = (id: string) => graph.nodes.find((node) => node.id === id)!.position;
    for (const { source, target } of graph.edges) {
      const [from, to] = [at(source), at(target)];
      expect(from.x < to.x || (from.x === to.x && from.y < to.y), `${source} to ${target}`).toBe(true);
    }
  }
});
