import { describe, expect, test } from "vitest";
import { float32, float32Data, type Tensors } from "@/models/tensor";
import { NodeError, type InputsOf } from "../define-node";
import { fakeModels, runToEnd, shippedPipeline } from "../test-models";
import { textValue, type Value } from "../values";
import { runVisualBranchUnmasker } from "./run";
import { visualBranchUnmaskerSpec } from "./spec";

const { geometry, bifrost } = shippedPipeline();
const count = geometry.patchGrid ** 2;
const size = bifrost.text.hidden_size;

/** Predicts at every position the number of positions still masked; the empty prompt predicts 1. */
function branch(feeds: Tensors): Tensors {
  const masked = float32Data(feeds.mask, "mask").reduce((sum, value) => sum + value, 0);
  const isEmpty = feeds["key.0"]!.dims[2] === shortest;
  return { prediction: float32(new Float32Array(count * size).fill(isEmpty ? 1 : masked), [1, count, size]) };
}

/** The same in one batch. The empty prompt has the most padding, and comes second. */
function authorsBranch(feeds: Tensors): Tensors {
  const masked = float32Data(feeds.mask, "mask").reduce((sum, value) => sum + value, 0);
  const halves = feeds.input_ids!.dims[0]!;
  const prediction = new Float32Array(halves * count * size).fill(1).fill(masked, 0, count * size);
  return { prediction: float32(prediction, [halves, count, size]) };
}

let shortest = 0;
async function unmask(params: object, inputs: Partial<InputsOf<typeof visualBranchUnmaskerSpec>> = {}) {
  const models = fakeModels({
    "qwen-text": (feeds) => ({ "key.0": float32(new Float32Array(feeds.input_ids!.dims[1]!), [1, 1, feeds.input_ids!.dims[1]!, 1]) }),
    "visual-branch": branch,
    "visual-branch-authors": authorsBranch,
  });
  const result = await runToEnd(runVisualBranchUnmasker, visualBranchUnmaskerSpec, { inputs: { text: textValue("a photo of a dog"), ...inputs }, params, models });
  const of = (graph: string) => models.calls.filter((call) => call.graph === graph);
  return { ...result, of, latents: float32Data(result.outputs.patches.tensors.patch_latents, "patches") };
}

const masks = (frames: Awaited<ReturnType<typeof unmask>>["frames"]) => frames.map(({ numbers }) => numbers?.masked);

test("the text is read once, the branch once per iteration, and nothing stays masked", async () => {
  const { of, frames, latents } = await unmask({ iterations: 4 });
  expect(of("qwen-text")).toHaveLength(1);
  expect(of("visual-branch")).toHaveLength(4);
  // ⌊64 · cos(π/2 · (i + 1) / 4)⌋
  expect(masks(frames)).toEqual([59, 45, 24, 0]);
  expect(new Set(latents)).toEqual(new Set([64, 59, 45, 24]));
  expect(frames.every(({ tensors }) => !("first_mask" in tensors!))).toBe(true);
});

test("a fixed patch keeps the value it was given when it was fixed", async () => {
  const { frames } = await unmask({ iterations: 3 });
  const [first, , last] = frames.map(({ tensors }) => tensors);
  const mask = float32Data(first!.mask, "mask");
  for (let patch = 0; patch < count; patch++) {
    if (mask[patch] === 0) expect(float32Data(last!.patch_latents, "latents")[patch * size]).toBe(count);
  }
});

test("the seed chooses the order", async () => {
  const [a, b, c] = await Promise.all([42, 42, 43].map(async (seed) => (await unmask({ iterations: 4, seed })).latents));
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});

test("more iterations than patches run the branch no more than there are patches", async () => {
  const { of, frames } = await unmask({ iterations: 200 });
  expect(frames).toHaveLength(200);
  expect(of("visual-branch").length).toBeLessThanOrEqual(count);
});

describe("guidance", () => {
  test("at 1 the unconditional half is not computed", async () => {
    expect((await unmask({ iterations: 2, guidance: 1 })).of("qwen-text")).toHaveLength(1);
  });

  test("above 1: uncond + w · (cond − uncond)", async () => {
    const probe = await unmask({ iterations: 1, guidance: 3 });
    const lengths = probe.of("qwen-text").map(({ feeds }) => feeds.input_ids!.dims[1]!);
    expect(lengths).toHaveLength(2);
    shortest = Math.min(...lengths);
    const { latents, of } = await unmask({ iterations: 1, guidance: 3 });
    expect(of("visual-branch")).toHaveLength(2);
    expect(latents[0]).toBe(1 + 3 * (count - 1));
    shortest = 0;
  });
});

describe("the authors' way", () => {
  const everyIteration = { textPrefix: "every iteration (authors)" };
  const always = { unconditionalHalf: "always (authors)" };

  test("text and image go through both branches in every iteration, padded to 300 tokens", async () => {
    const { of, latents } = await unmask({ iterations: 3, ...everyIteration });
    expect(of("qwen-text")).toHaveLength(0);
    expect(of("visual-branch-authors").map(({ feeds }) => feeds.input_ids!.dims)).toEqual([[1, 300], [1, 300], [1, 300]]);
    expect(latents).toEqual((await unmask({ iterations: 3 })).latents);
  });

  test("the halves are one batch, combined as ours are", async () => {
    const { of, latents } = await unmask({ iterations: 1, guidance: 3, ...everyIteration });
    expect(of("visual-branch-authors")[0]!.feeds.input_ids!.dims).toEqual([2, 300]);
    expect(latents[0]).toBe(1 + 3 * (count - 1));
  });

  test("the unconditional half can be computed at guidance 1, where it changes nothing", async () => {
    const both = await unmask({ iterations: 2, ...everyIteration, ...always });
    expect(both.of("visual-branch-authors")[0]!.feeds.input_ids!.dims).toEqual([2, 300]);
    const prefixed = await unmask({ iterations: 2, ...always });
    expect(prefixed.of("qwen-text")).toHaveLength(2);
    expect(prefixed.of("visual-branch")).toHaveLength(4);
    const plain = (await unmask({ iterations: 2 })).latents;
    expect(both.latents).toEqual(plain);
    expect(prefixed.latents).toEqual(plain);
  });
});

describe("known patches", () => {
  const known = (rows: number): Value<"patch-latents"> => ({
    type: "patch-latents",
    tensors: { patch_latents: float32(new Float32Array(rows * rows * size).map((_, i) => -1 - i / 1000), [1, rows * rows, size]) },
    facts: { rows, columns: rows },
  });

  test.each([0, 0.25, 1])("a share of %d stays bit for bit", async (keep) => {
    const given = known(geometry.patchGrid);
    const { latents, frames } = await unmask({ iterations: 2, keep }, { known: given });
    const before = float32Data(given.tensors.patch_latents, "known");
    const kept = Array.from({ length: count }, (_, patch) => latents.subarray(patch * size, (patch + 1) * size).every((value, i) => Object.is(value, before[patch * size + i])));
    expect(kept.filter(Boolean)).toHaveLength(keep * count);
    // Said even where the share is none: a step without it is of a version that did not keep it.
    for (const { tensors } of frames) expect([...float32Data(tensors!.first_mask, "first_mask")]).toEqual(kept.map((stays) => (stays ? 0 : 1)));
  });

  test("with a mask: what it marks is predicted, the rest stays bit for bit, and the share does nothing", async () => {
    const given = known(geometry.patchGrid);
    const marked = [0, 9, 10, 63];
    const mask = float32(new Float32Array(count).map((_, position) => (marked.includes(position) ? 1 : 0)), [1, count]);
    const before = float32Data(given.tensors.patch_latents, "known");
    for (const keep of [0, 1]) {
      const { latents, frames } = await unmask({ iterations: 3, keep }, { known: { ...given, tensors: { ...given.tensors, mask } } });
      const changed = Array.from({ length: count }, (_, patch) => patch).filter((patch) => !latents.subarray(patch * size, (patch + 1) * size).every((value, i) => Object.is(value, before[patch * size + i])));
      expect(changed).toEqual(marked);
      expect(masks(frames)).toEqual([3, 2, 0]);
      // What was there before the first iteration is told from what that iteration made.
      for (const { tensors } of frames) expect(tensors!.first_mask).toEqual(mask);
    }
  });

  test("with a mask that marks nothing come out as they are, without a prediction", async () => {
    const given = known(geometry.patchGrid);
    const { latents, of } = await unmask({}, { known: { ...given, tensors: { ...given.tensors, mask: float32(new Float32Array(count), [1, count]) } } });
    expect(latents).toEqual(given.tensors.patch_latents!.data);
    expect(of("visual-branch")).toHaveLength(0);
  });

  test("on another grid are refused", async () => {
    const refusal = await unmask({}, { known: known(4) }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NodeError);
    expect((refusal as NodeError).message).toContain("4 × 4");
  });
});

test("previews are transparent where nothing is known", async () => {
  const { frames } = await unmask({ iterations: 4 });
  const { preview, tensors } = frames[0]!;
  const mask = float32Data(tensors.mask, "mask");
  expect(preview?.dims).toEqual([geometry.patchGrid, geometry.patchGrid, 4]);
  const alphas = preview!.data.filter((_, at) => at % 4 === 3);
  expect([...alphas]).toEqual([...mask].map((value) => (value === 0 ? 255 : 0)));
});
