import { describe, expect, it } from "vitest";
import { pixelMemory } from "./pixel-memory";

describe("memory for pixels", () => {
  it("is used again where the size is the same, once for each time it was given", () => {
    const memory = pixelMemory();
    const [small, large] = [memory.take(4), memory.take(8)];
    memory.give(small);
    memory.give(large);
    expect(memory.take(8)).toBe(large);
    expect(memory.take(8)).not.toBe(large);
    expect(memory.take(4)).toBe(small);
  });

  it("is let go beyond its limit, that given longest ago first", () => {
    const memory = pixelMemory(10);
    const given = [new ArrayBuffer(4), new ArrayBuffer(6), new ArrayBuffer(3)];
    for (const buffer of given) memory.give(buffer);
    expect(memory.take(6)).toBe(given[1]);
    expect(memory.take(3)).toBe(given[2]);
    expect(memory.take(4)).not.toBe(given[0]);
  });

  it("is let go when it is in ever more pieces", () => {
    const memory = pixelMemory();
    const given = Array.from({ length: 100 }, () => new ArrayBuffer(4));
    for (const buffer of given) memory.give(buffer);
    const taken = given.map(() => memory.take(4));
    expect(taken.filter((buffer) => given.includes(buffer)).length).toBeLessThan(10);
  });
});
