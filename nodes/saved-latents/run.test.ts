import { describe, expect, test } from "vitest";
import { said } from "@/models/said";
import { float32, type Tensors } from "@/models/tensor";
import { NodeError } from "../define-node";
import { fakeModels, runToEnd } from "../test-models";
import { runSavedLatents } from "./run";
import { savedLatentsSpec } from "./spec";

const hash = "a".repeat(64);
const frame = (dims: readonly number[], data = new Float32Array(dims.reduce((count, side) => count * side, 1))): Tensors => ({ latents: float32(data, dims), denoised: float32(data.map((x) => x + 1), dims) });
const run = (tensors: Tensors, params: object = {}) =>
  runToEnd(runSavedLatents, savedLatentsSpec, {
    inputs: {},
    params: { tensors: hash, ...params },
    models: fakeModels({}),
    loadTensors: async (asked) => (asked === hash ? tensors : Promise.reject(new NodeError(said("gone")))),
  });
const failure = (tensors: Tensors, params?: object) => run(tensors, params).then(() => expect.unreachable(), (error: NodeError) => error);

test("a saved step comes out as it is, with the size of its picture", async () => {
  const tensors = frame([1, 16, 16, 8]);
  const { outputs, notices } = await run(tensors);
  expect(outputs.latents.tensors).toEqual({ latents: tensors.latents });
  expect(outputs.latents.facts).toEqual({ width: 64, height: 128 });
  expect(notices).toEqual([]);
  expect((await run(tensors, { tensor: "denoised" })).outputs.latents.tensors).toEqual({ latents: tensors.denoised });
});

test("values that are no numbers are let through, with their count", async () => {
  const data = new Float32Array(16 * 4);
  data.set([Number.NaN, Number.POSITIVE_INFINITY], 5);
  expect((await run(frame([1, 16, 2, 2], data))).notices).toEqual(["2 of the 64 values of “latents” are not finite (NaN or infinite)."]);
});

describe("refuses", () => {
  test("a node without a file", async () => {
    expect(await failure({}, { tensors: "" })).toMatchObject({ message: "There is no saved tensor yet." });
  });

  test("a file without the tensor, naming those it has", async () => {
    expect(await failure({ mask: frame([1, 4]).latents! })).toMatchObject({ message: "The saved file has no tensor “latents”; it holds mask.", remedy: "Set Tensor to one of these." });
    expect((await failure(frame([1, 16, 2, 2]), { tensor: "constructor" })).message).toContain("no tensor “constructor”");
  });

  test.each([[[16, 16, 16]], [[2, 16, 16, 16]], [[1, 4, 16, 16]], [[1, 16, 15, 16]], [[1, 16, 0, 16]]])("the shape %j, naming what would fit", async (dims) => {
    const { message } = await failure(frame(dims));
    expect(message).toContain(`[${dims.join(", ")}]`);
    expect(message).toContain("[1, 16, height, width]");
  });

  test("another dtype", async () => {
    expect((await failure({ latents: { dtype: "int32", dims: [1, 16, 2, 2], data: new Int32Array(64) } })).message).toContain("int32, not float32");
  });
});
