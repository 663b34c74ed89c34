import { describe, expect, it } from "vitest";
import { cardsInView, hasJumped, isFar, isTiny, nextFull } from "./card-detail";

const card = (id: string, x: number, y = 0) => ({ id, x, y, width: 200, height: 100 });
const view = { x: 0, y: 0, width: 1000, height: 600 };

describe("the view", () => {
  it("holds what touches it, nearest its middle first", () => {
    expect(cardsInView([card("left", -190), card("outside", -260), card("middle", 400, 250), card("right", 900, 250)], view)).toEqual(["middle", "right", "left"]);
  });

  it("is far below 30 %, and with more cards than can be drawn at once", () => {
    expect(isFar(0.29, 0, false)).toBe(true);
    expect(isFar(0.3, 100, false)).toBe(false);
    expect(isFar(1, 150, false)).toBe(true);
  });

  it("is too far for names below 16 %", () => {
    expect([isTiny(0.1), isTiny(0.16), isTiny(0.3)]).toEqual([true, false, false]);
  });

  it("does not change to and fro around the border", () => {
    expect([isFar(1, 120, false), isFar(1, 120, true)]).toEqual([false, true]);
  });

  it("jumps only when it changes much at once", () => {
    expect([hasJumped(1, 0.11), hasJumped(0.11, 1)]).toEqual([true, true]);
    expect([hasJumped(0.31, 0.29), hasJumped(0.29, 0.31), hasJumped(0.5, 1)]).toEqual([false, false, false]);
  });
});

describe("cards drawn in full", () => {
  const ids = Array.from({ length: 12 }, (_, at) => `n${at}`);

  /** Until nothing is left to do. */
  function steps(full: ReadonlySet<string>, wanted: readonly string[], kept: ReadonlySet<string> = new Set()): ReadonlySet<string>[] {
    const seen: ReadonlySet<string>[] = [];
    for (let now = full; seen.length < 100; now = seen.at(-1)!) {
      const next = nextFull(now, wanted, kept);
      if (next === now) break;
      seen.push(next);
    }
    return seen;
  }

  it("come a few per frame, the first wanted first", () => {
    const seen = steps(new Set(), ids);
    expect([...seen[0]!]).toEqual(ids.slice(0, seen[0]!.size));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual(new Set(ids));
  });

  it("leave before others come", () => {
    const seen = steps(new Set(["old"]), ids);
    expect(seen[0]).toEqual(new Set());
    expect(seen.at(-1)).toEqual(new Set(ids));
  });

  it("stay while somebody writes in them", () => {
    expect(steps(new Set(["old", "n0"]), [], new Set(["old"])).at(-1)).toEqual(new Set(["old"]));
  });
});
