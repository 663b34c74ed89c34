import { describe, expect, it } from "vitest";
import { parseSafetensors } from "./safetensors-file";
import { float32Copy, numbersOf } from "./tensor-numbers";
import { expectedNumbers, fileOf, float32, referenceNumbers, referenceTensor, safetensorsFile, type Written } from "./test-files";

const pair = { a: float32([2, 2], [1, 2, 3, 4]), b: float32([1], [5]) };
const entry = (dtype: string, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });

describe("a safetensors file", () => {
  it("gives views on its bytes, in its order", () => {
    const file = safetensorsFile(pair);
    const [a, b] = parseSafetensors(file, "x");
    expect(a).toMatchObject({ name: "a", dtype: "F32", dims: [2, 2] });
    expect(a!.bytes.buffer).toBe(file);
    expect([...numbersOf(a!), ...numbersOf(b!)]).toEqual([1, 2, 3, 4, 5]);
  });

  it("may hold metadata, tensors without elements, and nothing", () => {
    const file = safetensorsFile({ none: float32([0, 4], []) }, (made) => ({ __metadata__: { format: "pt" }, ...made }));
    expect(parseSafetensors(file, "x").map(({ name, dims, bytes }) => [name, dims, bytes.length])).toEqual([["none", [0, 4], 0]]);
    expect(parseSafetensors(safetensorsFile({}), "x")).toEqual([]);
  });

  it("keeps tensors whose names are properties of every object", () => {
    const file = fileOf(JSON.stringify({ constructor: entry("U8", [1], [0, 1]) }), [Uint8Array.of(7)]);
    expect(parseSafetensors(file, "x").map(({ name }) => name)).toEqual(["constructor"]);
  });

  it.each<[string, ArrayBuffer, string]>([
    ["of four bytes", new ArrayBuffer(4), "4 bytes, fewer than a header's length field"],
    ["cut in its header", safetensorsFile(pair).slice(0, 40), "its header claims"],
    ["cut in its data", safetensorsFile(pair).slice(0, -2), "ends at byte"],
    ["with bytes too many", fileOf(JSON.stringify({ a: entry("F32", [1], [0, 4]) }), [new Float32Array(2)]), "4 bytes at its end belong to no tensor"],
    ["with a gap", fileOf(JSON.stringify({ a: entry("U8", [1], [2, 3]) }), [new Uint8Array(3)]), "2 bytes from byte"],
    ["with tensors that overlap", fileOf(JSON.stringify({ a: entry("U8", [2], [0, 2]), b: entry("U8", [2], [1, 3]) }), [new Uint8Array(3)]), "overlap"],
    ["whose header is no JSON", fileOf("{oops", []), "its header is not JSON"],
    ["whose header is a list", fileOf("[]", []), "its header is not a JSON object"],
    ["without offsets", fileOf('{"a":{"dtype":"F32","shape":[1]}}', []), 'tensor "a" has no dtype, shape and data_offsets'],
    ["with a negative size", fileOf(JSON.stringify({ a: entry("F32", [-1], [0, 4]) }), [new Float32Array(1)]), 'tensor "a" has no dtype, shape'],
    ["whose shape needs more", safetensorsFile(pair, (made) => ({ ...made, a: { ...(made["a"] as object), shape: [2, 3] } })), 'tensor "a" of F32 [2, 3] needs 24 bytes and is given 16'],
    ["of a type nobody knows", fileOf(JSON.stringify({ a: entry("F4", [2], [0, 1]) }), [new Uint8Array(1)]), "stored as F4, which the inspector does not read"],
    ["that claims more elements than a browser holds", fileOf(JSON.stringify({ a: entry("F32", [65_536, 65_536], [0, 4]) }), [new Float32Array(1)]), "4,294,967,296 elements, where the inspector takes at most 268,435,456"],
  ])("is refused %s", (_, file, words) => {
    expect(() => parseSafetensors(file, "artifact 12ab34cd")).toThrow(words);
    expect(() => parseSafetensors(file, "artifact 12ab34cd")).toThrow("artifact 12ab34cd");
  });
});

describe("elements as numbers", () => {
  const one = (dtype: Written["dtype"], data: Written["data"], count: number) => numbersOf(parseSafetensors(safetensorsFile({ x: { dtype, dims: [count], data } }), "x")[0]!);

  it("are NumPy's for float16 and bfloat16, to the bit", () => {
    expect([...referenceNumbers("half")]).toEqual(expectedNumbers("half"));
    const bits = referenceTensor("bfloat.bits").bytes.slice();
    expect([...one("BF16", bits, 5)]).toEqual(expectedNumbers("bfloat"));
  });

  it("are exact for every integer type up to 2⁵³", () => {
    expect([...referenceNumbers("counts")]).toEqual([-(2 ** 40), 3, 0, 2 ** 52 + 1]);
    expect([...referenceNumbers("known")]).toEqual([1, 0, 1]);
    expect([...one("I32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1), 2)]).toEqual([-(2 ** 31), 2 ** 31 - 1]);
    expect([...one("U32", Uint32Array.of(2 ** 32 - 1), 1)]).toEqual([2 ** 32 - 1]);
    expect([...one("U64", BigUint64Array.of(2n ** 53n), 1)]).toEqual([2 ** 53]);
    expect([...one("I16", Int16Array.of(-32_768), 1), ...one("U16", Uint16Array.of(65_535), 1), ...one("I8", Int8Array.of(-128), 1), ...one("U8", Uint8Array.of(255), 1)]).toEqual([-32_768, 65_535, -128, 255]);
    expect([...one("F64", Float64Array.of(Math.PI), 1)]).toEqual([Math.PI]);
  });

  it("are read where they do not lie on a multiple of their size", () => {
    const file = fileOf(JSON.stringify({ odd: entry("U8", [3], [0, 3]), x: entry("F32", [2], [3, 11]) }), [new Uint8Array(3), Float32Array.of(1.5, -2)]);
    expect([...numbersOf(parseSafetensors(file, "x")[1]!)]).toEqual([1.5, -2]);
  });

  it("are copied before they are given away", () => {
    const file = safetensorsFile(pair);
    expect(float32Copy(numbersOf(parseSafetensors(file, "x")[0]!)).buffer).not.toBe(file);
  });
});
