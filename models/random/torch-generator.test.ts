import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readSafetensorsHeader, readTensor } from "../checkpoints/safetensors";
import { TorchGenerator } from "./torch-generator";

const header = readSafetensorsHeader(join(fileURLToPath(new URL("../reference/fixtures", import.meta.url)), "random.safetensors"));
const names = [...header.tensors.keys()];
const numbers = (name: string) => [...readTensor(header, name).data].map(Number);

/** Of about one unit in the last place at magnitude 4: the logarithm, sine and cosine of two libraries. */
const closeness = 1e-6;

function worstDifference(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
}

describe("TorchGenerator", () => {
  it.each(names.filter((name) => name.startsWith("randn.")))("%s", (name) => {
    const [, seed, size] = name.split(".").map(Number) as [number, number, number];
    expect(worstDifference(new TorchGenerator(seed).randn([size]).data, numbers(name))).toBeLessThan(closeness);
  });

  it.each(names.filter((name) => name.startsWith("rand.")))("%s, exactly", (name) => {
    const [, seed, size] = name.split(".").map(Number) as [number, number, number];
    expect([...new TorchGenerator(seed).rand([size]).data]).toEqual(numbers(name));
  });

  it.each(names.filter((name) => name.startsWith("randperm.")))("%s, exactly", (name) => {
    const [, seed, size] = name.split(".").map(Number) as [number, number, number];
    expect(new TorchGenerator(seed).randperm(size)).toEqual(numbers(name));
  });

  it.each(names.filter((name) => name.startsWith("sequence.")))("%s: draws of several kinds from one generator", (name) => {
    const generator = new TorchGenerator(Number(name.split(".")[1]));
    const drawn = [generator.randn([3]), generator.randn([2, 10]), generator.rand([5]), generator.randn([4]), generator.randn([2])];
    expect(worstDifference(drawn.flatMap(({ data }) => [...data]), numbers(name))).toBeLessThan(closeness);
  });

  it("refuses a seed that is no whole number", () => {
    expect(() => new TorchGenerator(-1)).toThrow(/whole number/);
    expect(() => new TorchGenerator(0.5)).toThrow(/whole number/);
  });
});
