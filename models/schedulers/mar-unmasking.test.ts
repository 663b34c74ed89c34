import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guided, unmaskingIterations, type UnmaskingPlan } from "./mar-unmasking";

const inOrder = (count: number) => Array.from({ length: count }, (_, i) => i);
const run = (plan: UnmaskingPlan) => [...unmaskingIterations(plan)];
const counts = (plan: UnmaskingPlan) => run(plan).map(({ unmasked }) => unmasked.length);

/** A permutation of 0 … n−1, some of it known, and a number of iterations. */
const plans = fc
  .integer({ min: 1, max: 80 })
  .chain((n) =>
    fc.record({
      order: fc.shuffledSubarray(inOrder(n), { minLength: n }),
      iterations: fc.integer({ min: 1, max: 100 }),
      known: fc.subarray(inOrder(n)).map((positions) => new Set(positions)),
    }),
  );

describe("unmasking", () => {
  it("follows the cosine: 16 tokens in 4 iterations", () => {
    // Still masked: floor(16 · cos(22.5°, 45°, 67.5°)) = 14, 11, 6, and 0 at the end.
    expect(counts({ order: inOrder(16), iterations: 4 })).toEqual([2, 3, 5, 6]);
  });

  it("fixes one token per iteration when there are as many iterations, as the authors' script does", () => {
    expect(counts({ order: inOrder(256), iterations: 256 })).toEqual(Array<number>(256).fill(1));
  });

  it("unmasks from the end of the order", () => {
    const [first, ...rest] = run({ order: [3, 0, 2, 1], iterations: 3 });
    expect(first?.unmasked).toEqual([1]);
    expect([...(first?.mask ?? [])]).toEqual([1, 1, 1, 1]);
    expect([...(rest[0]?.mask ?? [])]).toEqual([1, 0, 1, 1]);
  });

  it("predicts every unknown position exactly once, and never a known one", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const iterations = run(plan);
        const predicted = iterations.flatMap(({ unmasked }) => unmasked);
        expect(predicted.toSorted((a, b) => a - b)).toEqual(inOrder(plan.order.length).filter((position) => !plan.known.has(position)));
        for (const { mask, unmasked } of iterations) {
          expect(unmasked.every((position) => mask[position] === 1)).toBe(true);
          expect([...plan.known].every((position) => mask[position] === 0)).toBe(true);
        }
        expect(iterations).toHaveLength(predicted.length === 0 ? 0 : plan.iterations);
      }),
    );
  });

  it("refuses plans that are none", () => {
    expect(() => run({ order: [0, 0], iterations: 1 })).toThrow("permutation of 0 … 1");
    expect(() => run({ order: [0, 1], iterations: 0 })).toThrow("at least one iteration");
    expect(() => run({ order: [0, 1], iterations: 1, known: new Set([2]) })).toThrow("Known position 2 is outside the 2 tokens");
  });
});

describe("guidance", () => {
  it("extrapolates from the unconditional prediction", () => {
    expect([...guided(Float32Array.of(3, 1), Float32Array.of(1, 1), 2.5)]).toEqual([6, 1]);
  });

  it("refuses predictions of different sizes", () => {
    expect(() => guided(new Float32Array(2), new Float32Array(3), 1)).toThrow("2 and 3 values");
  });
});
