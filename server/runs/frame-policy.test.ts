import { expect, test } from "vitest";
import { afterEvent, framesOf, type RunEvent, type RunState, unstartedRun } from "@/nodes/run-events";
import { FramePolicy, type Thinning } from "./frame-policy";

const frame = (nodeId: string, step: number, bytes = 100): RunEvent => ({
  type: "frame",
  nodeId,
  frame: { step, total: 100, tensors: { hash: step.toString(16).padStart(64, "0"), kind: "safetensors", bytes }, numbers: { sigma: step }, preview: null },
});
const key = "a".repeat(64);
const started = (nodeId: string, after?: number): RunEvent => ({ type: "node-started", nodeId, key, ...(after !== undefined && { after }) });
const done = (nodeId: string): RunEvent => ({ type: "node-done", nodeId, seconds: 1, outputs: {} });
const frames = (nodeId: string, from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => frame(nodeId, from + i));

/** The state the events and what the policy adds to them make. */
function follow(limit: number, events: readonly RunEvent[], before: RunState = unstartedRun): { state: RunState; thinnings: Thinning[] } {
  const policy = new FramePolicy(limit, before);
  const thinnings: Thinning[] = [];
  let state = before;
  for (const event of events) {
    state = afterEvent(state, event);
    for (const thinning of policy.after(event)) {
      thinnings.push(thinning);
      state = afterEvent(state, thinning.event);
    }
  }
  return { state, thinnings };
}

const keptOf = (state: RunState, nodeId: string) => framesOf(state.nodes[nodeId]).flatMap(({ step, tensors }) => (tensors ? [step] : []));

test("up to the limit every step keeps its tensors", () => {
  const { state, thinnings } = follow(1000, [started("a"), ...frames("a", 1, 10)]);
  expect(thinnings).toEqual([]);
  expect(keptOf(state, "a")).toHaveLength(10);
});

test("beyond it every second step goes, and again when it is full; numbers and previews of all stay", () => {
  const after = (count: number) => keptOf(follow(1000, [started("a"), ...frames("a", 1, count)]).state, "a");
  expect(after(11)).toEqual([1, 3, 5, 7, 9, 11]);
  expect(after(15)).toEqual([1, 3, 5, 7, 9, 11, 12, 13, 14, 15]);
  // What came since is thinned like the rest before the rest is thinned again: 1, 3, 5, 7, 9, 11, 13, 15, 16 would be too many.
  expect(after(16)).toEqual([1, 5, 9, 13, 16]);
  const { state } = follow(1000, [started("a"), ...frames("a", 1, 100)]);
  const kept = keptOf(state, "a");
  expect(kept.length).toBeLessThanOrEqual(10);
  expect([kept[0], kept.at(-1)]).toEqual([1, 100]);
  expect(framesOf(state.nodes.a).map(({ step, numbers }) => [step, numbers.sigma])).toEqual(Array.from({ length: 100 }, (_, i) => [i + 1, i + 1]));
});

test("at any moment the newest step is kept, whatever the limit", () => {
  for (let count = 1; count <= 40; count++) expect(keptOf(follow(0, [started("a"), ...frames("a", 1, count)]).state, "a")).toEqual(count === 1 ? [1] : [1, count]);
});

test("nodes that are done make room too, each with its first and last step, in their stored results as well", () => {
  const { state, thinnings } = follow(1200, [started("a"), ...frames("a", 1, 8), done("a"), started("b"), ...frames("b", 1, 5)]);
  expect(keptOf(state, "a")).toEqual([1, 3, 5, 7, 8]);
  expect(keptOf(state, "b")).toEqual([1, 3, 5]);
  expect(thinnings).toEqual([
    { event: { type: "frames-thinned", nodeId: "a", steps: [2, 4, 6] }, result: { key, thinned: [2, 4, 6] } },
    { event: { type: "frames-thinned", nodeId: "b", steps: [2, 4] } },
  ]);
});

test("large first and last steps of one node leave the room beside them to the steps of others", () => {
  const large = [frame("a", 1, 300), frame("a", 2, 300)];
  const { state } = follow(1000, [started("a"), ...large, done("a"), started("b"), ...frames("b", 1, 10)]);
  expect([keptOf(state, "a"), keptOf(state, "b")]).toEqual([[1, 2], [1, 5, 9, 10]]);
});

test("a resumed run counts what it kept before; a node that starts again does not count twice", () => {
  const { state } = follow(1000, [started("a"), ...frames("a", 1, 8), { type: "resumed" }]);
  expect(follow(1000, [started("a", 8), ...frames("a", 9, 10)], state).thinnings).toEqual([]);
  expect(keptOf(follow(1000, [started("a", 8), ...frames("a", 9, 11)], state).state, "a")).toEqual([1, 3, 5, 7, 9, 11]);
  // It was told to go on after step 8 and cannot: its frames are those of the new attempt.
  const again = follow(1000, [started("a", 8), ...frames("a", 1, 10)], state);
  expect(again.thinnings).toEqual([]);
  expect(keptOf(again.state, "a")).toHaveLength(10);
});

test("steps of a reused result are not this run's to let go", () => {
  const { state } = follow(1e6, [started("a"), ...frames("a", 1, 8), done("a")]);
  const reused = { ...state, nodes: { a: { ...state.nodes.a!, reused: true } } } as RunState;
  const { thinnings } = follow(900, [started("b"), ...frames("b", 1, 9)], reused);
  expect(thinnings).toEqual([]);
});
