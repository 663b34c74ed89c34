import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constantBytes } from "./constant-bytes";

const bits = (value: number, type: "float16" | "bfloat16") => new Uint16Array(constantBytes([value], type).slice().buffer)[0]!;

/** What sixteen IEEE half bits stand for. */
function halfValue(half: number): number {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half & 0x8000 ? -size : size;
}

describe("constantBytes", () => {
  it("gives every float16 value back", () => {
    for (let half = 0; half < 0x7c00; half++) expect(bits(halfValue(half), "float16")).toBe(half);
  });

  it("rounds to the nearest float16", () => {
    fc.assert(fc.property(fc.double({ min: -65000, max: 65000, noNaN: true }), (value) => {
      const rounded = bits(value, "float16");
      const error = Math.abs(halfValue(rounded) - value);
      for (const neighbour of [rounded - 1, rounded + 1]) {
        if ((neighbour & 0x7fff) < 0x7c00) expect(error).toBeLessThanOrEqual(Math.abs(halfValue(neighbour & 0xffff) - value));
      }
    }));
  });

  it.each([[1, 0x3f80], [-2.5, 0xc020], [1 + 2 ** -8, 0x3f80], [1 + 3 * 2 ** -8, 0x3f82], [Number.NaN, 0x7fc0]])("rounds %d to bfloat16, ties to even", (value, expected) => {
    expect(bits(value, "bfloat16")).toBe(expected);
  });

  it("writes an infinity for what float16 cannot hold", () => {
    expect([bits(65520, "float16"), bits(-1e9, "float16"), bits(65519, "float16")]).toEqual([0x7c00, 0xfc00, 0x7bff]);
  });
});
