import { beforeEach, describe, expect, it, vi } from "vitest";
import { histogramOf, statisticsOf } from "../tensors/statistics";
import { float32, referenceFile, referenceNumbers, referenceTensor, safetensorsFile } from "../tensors/test-files";
import type { View } from "./contract";
import { createInspector } from "./inspector";

/** A store of files by hash, behind what stands for `fetch`. */
const files = new Map<string, ArrayBuffer>();
const fetched = vi.fn(async (url: string): Promise<Response> => {
  const hash = /^\/api\/artifacts\/(\w+)\.safetensors$/.exec(url)?.[1] ?? "";
  const file = files.get(hash);
  if (file) return new Response(file.slice(0));
  return Response.json({ message: "This artifact is not in the store any more.", remedy: "Run the workflow again." }, { status: 404 });
});
const open = (budget?: number) => createInspector(fetched, budget);
const reference = (name: string) => ({ hash: "reference", name });
const grid = { rows: 4, columns: 4 };
const timeline = [0, 1, 2, 3].map((i) => reference(`frame.${i}.patches`));

beforeEach(() => {
  files.clear();
  files.set("reference", referenceFile());
  fetched.mockClear();
});

describe("the inspector", () => {
  it("describes an artifact, fetched once by however many ask at a time", async () => {
    const inspector = open();
    const [summary] = await Promise.all([inspector.describe("reference"), inspector.statistics(reference("latents.0")), inspector.values(reference("known")), inspector.prefetch(["reference"])]);
    expect(summary).toContainEqual({ name: "image.a", dtype: "U8", dims: [8, 6, 3], bytes: 144 });
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it.each<View>([
    { kind: "patch-components", of: timeline[3]!, grid, timeline },
    { kind: "patch-norms", of: timeline[3]!, grid, mask: reference("frame.1.mask") },
    { kind: "patch-similarity", of: timeline[3]!, grid, patch: 15 },
    { kind: "patch-dimension", of: timeline[3]!, grid, dimension: 23 },
    { kind: "patch-change", of: timeline[3]!, grid, before: timeline[2]! },
    { kind: "patch-heatmap", of: timeline[3]!, grid },
    { kind: "unmask-order", masks: [0, 1, 2, 3].map((i) => ({ step: i + 1, of: reference(`frame.${i}.mask`) })), last: 4, first: null, grid },
    { kind: "mask", of: reference("frame.1.mask"), grid },
    { kind: "latent-channels", of: reference("latents.0"), scale: "shared" },
    { kind: "latent-channels", of: reference("latents.0"), scale: "per-channel" },
    { kind: "latent-channel", of: reference("latents.0"), channel: 3 },
    { kind: "latent-components", of: reference("latents.0"), timeline: [0, 1, 2].map((i) => reference(`latents.${i}`)) },
    { kind: "latent-norms", of: reference("latents.0") },
    { kind: "latent-change", of: reference("latents.1"), before: reference("latents.0") },
    { kind: "slice", of: reference("attention"), at: [0, 1, [0, 2]], grid: { rows: 3, columns: 3 } },
    { kind: "image", of: reference("image.a") },
    { kind: "matrix", of: reference("image.a") },
    { kind: "vector", of: reference("known"), columns: 2 },
  ])("draws $kind", async (view: View) => {
    const [raster] = await open().draw([view], false);
    expect(raster!.width * raster!.height).toBeGreaterThan(0);
    expect(raster!.rgba).toHaveLength(raster!.width * raster!.height * 4);
    // A pixel of each kind of picture that is neither blank nor an error.
    expect(new Uint32Array(raster!.rgba.buffer).some((pixel) => pixel !== 0 && pixel !== 0xff_ff_00_ff)).toBe(true);
    if ("timeline" in view) expect(raster).toMatchObject({ values: null, scale: null, basis: { frames: view.timeline.length } });
    else if (view.kind === "image") expect(raster).toMatchObject({ width: 6, height: 8, values: null, scale: null, basis: null });
    else expect(raster!.values).toHaveLength(raster!.width * raster!.height);
  });

  it("gives away nothing of what it keeps", async () => {
    const inspector = open();
    const results = [await inspector.values(reference("latents.0")), await inspector.npy(reference("latents.0")), ...(await inspector.draw([{ kind: "matrix", of: reference("latents.0") }, { kind: "patch-heatmap", of: timeline[0]!, grid }], false))];
    for (const buffer of results.flatMap((result) => ("rgba" in result ? [result.rgba.buffer, result.values!.buffer] : "data" in result ? [result.data.buffer] : [result.buffer]))) structuredClone(buffer, { transfer: [buffer] });
    expect([...(await inspector.values(reference("latents.0"))).data]).toEqual([...referenceNumbers("latents.0")]);
  });

  it("computes statistics, histograms and differences of tensors and of images", async () => {
    const inspector = open();
    expect(await inspector.statistics(reference("image.a"))).toEqual(statisticsOf(referenceNumbers("image.a")));
    expect(await inspector.histogram(reference("image.a"), 256)).toEqual(histogramOf(referenceNumbers("image.a"), 256));
    // 255 is an image's range, whatever its pixels are.
    const { psnr, maxAbs } = await inspector.compare(reference("image.a"), reference("image.b"));
    expect(maxAbs).toBe(9);
    expect(psnr).toBeCloseTo([...referenceNumbers("expected.difference.image")][2]!, 9);
    expect((await inspector.values(reference("image.a"))).dims).toEqual([8, 6, 3]);
    expect(await inspector.npy(reference("half"))).toEqual(referenceTensor("expected.npy.half").bytes.slice());
  });

  it("has one scale for many views, without what is gone, and draws on it", async () => {
    const inspector = open();
    const views = [0, 1, 2].map((i): View => ({ kind: "latent-norms", of: reference(`latents.${i}`) }));
    const own = (await Promise.all(views.map((view) => inspector.draw([view], false)))).map(([raster]) => raster!.scale!);
    const scale = await inspector.scaleOver([...views, { kind: "latent-norms", of: { hash: "gone", name: "x" } }]);
    expect(scale).toEqual({ map: "sequential", low: Math.min(...own.map(({ low }) => low)), high: Math.max(...own.map(({ high }) => high)) });
    const [first] = await inspector.draw([{ ...views[0]!, range: [scale!.low, scale!.high] }], false);
    expect(first!.scale).toEqual(scale);
    const channels = await inspector.scaleOver([0, 1].map((i) => ({ kind: "latent-channel", channel: 0, of: reference(`latents.${i}`) })));
    expect(channels!.low).toBe(-channels!.high);
    // Colours of components have none.
    expect(await inspector.scaleOver([{ kind: "patch-components", of: timeline[3]!, grid, timeline }])).toBeNull();
    expect(await inspector.scaleOver([])).toBeNull();
  });

  it("gives the values of small tensors at many steps, and histograms of a picture's channels", async () => {
    const inspector = open();
    const [first, gone, absent] = await inspector.valuesOver([reference("half"), { hash: "gone", name: "half" }, reference("nothing")]);
    expect([...first!]).toEqual([...referenceNumbers("half")]);
    expect([gone, absent]).toEqual([null, null]);
    const channels = await inspector.channelHistograms(reference("image.a"));
    expect(channels.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0))).toEqual([48, 48, 48]);
    await expect(inspector.channelHistograms(reference("latents.0"))).rejects.toThrow(/"latents.0" has the shape \[1, 4, 6, 5\]/);
  });

  it("subtracts pictures", async () => {
    const norms = (name: string): View => ({ kind: "latent-norms", of: reference(name) });
    const { scale, values } = await open().drawDifference(norms("latents.1"), norms("latents.1"));
    expect(scale).toEqual({ map: "diverging", low: 0, high: 0 });
    expect(values!.every((value) => value === 0)).toBe(true);
  });

  it("says how far apart components are, whose colours cannot be subtracted", async () => {
    const latentTimeline = [0, 1].map((i) => reference(`latents.${i}`));
    const components = (i: number): View => ({ kind: "latent-components", of: latentTimeline[i]!, timeline: latentTimeline });
    const apart = await open().drawDifference(components(1), components(0));
    // Computed by NumPy, of one step and the one before it.
    const expected = referenceNumbers("expected.latent-change");
    apart.values!.forEach((value, place) => expect(value).toBeCloseTo(expected[place]!, 5));
    expect(apart).toMatchObject({ width: 5, height: 6, basis: null, scale: { map: "sequential" } });

    const patches = (i: number, mask: number): View => ({ kind: "patch-components", of: timeline[i]!, grid, timeline, mask: reference(`frame.${mask}.mask`) });
    const between = await open().drawDifference(patches(3, 3), patches(2, 1));
    const [known, unknown] = [referenceNumbers("expected.patch-change"), referenceNumbers("frame.1.mask")];
    // What one of the two does not know yet has no distance.
    between.values!.forEach((value, patch) => (unknown[patch] === 1 ? expect(value).toBeNaN() : expect(value).toBeCloseTo(known[patch]!, 5)));
    expect(unknown.some((one) => one === 1)).toBe(true);
    await expect(open().drawDifference(components(0), patches(0, 0))).rejects.toThrow("cannot be subtracted");
  });

  it("subtracts images by the mean of their colours", async () => {
    const { scale, values } = await open().drawDifference({ kind: "image", of: reference("image.a") }, { kind: "image", of: reference("image.b") });
    const [a, b] = [referenceNumbers("image.a"), referenceNumbers("image.b")];
    expect(values![5]).toBeCloseTo((a[15]! + a[16]! + a[17]! - b[15]! - b[16]! - b[17]!) / 3, 4);
    expect(scale!.map).toBe("diverging");
  });

  it("draws the pixels of an image as they are, see-through ones too", async () => {
    const [raster] = await open().draw([{ kind: "image", of: reference("image.a") }], false);
    const a = referenceNumbers("image.a");
    expect([...raster!.rgba.subarray(0, 8)]).toEqual([a[0], a[1], a[2], 255, a[3], a[4], a[5], 255]);
    files.set("alpha", safetensorsFile({ x: { dtype: "U8", dims: [1, 2, 4], data: Uint8Array.of(1, 2, 3, 0, 250, 251, 252, 200) } }));
    const [clear] = await open().draw([{ kind: "image", of: { hash: "alpha", name: "x" } }], false);
    expect([...clear!.rgba]).toEqual([1, 2, 3, 0, 250, 251, 252, 200]);
  });

  it("takes patches whose rows and columns are dimensions of their own, and names the steps of an order", async () => {
    const norms: View = { kind: "patch-norms", of: { hash: "grid", name: "x" }, grid: { rows: 2, columns: 1 } };
    files.set("grid", safetensorsFile({ x: float32([1, 2, 1, 2], [3, 4, 6, 8]), mask: float32([1, 2], [0, 1]) }));
    const order: View = { kind: "unmask-order", masks: [{ step: 7, of: { hash: "grid", name: "mask" } }], last: 7, first: null, grid: { rows: 2, columns: 1 } };
    const [first, second] = await open().draw([norms, order], false);
    expect([...first!.values!]).toEqual([5, 10]);
    expect([...second!.values!]).toEqual([7, NaN]);
    expect(second!.scale).toEqual({ map: "sequential", low: 1, high: 7 });
  });
});

describe("a basis", () => {
  const frame = (values: readonly number[], masked: readonly number[] = [0, 0, 0]) => safetensorsFile({ p: float32([1, 3, 2], values), mask: float32([1, 3], masked) });
  const at = (hash: string): View => ({ kind: "patch-components", of: { hash, name: "p" }, grid: { rows: 1, columns: 3 }, mask: { hash, name: "mask" }, timeline: ["a", "b", "gone"].map((one) => ({ hash: one, name: "p" })) });

  beforeEach(() => {
    files.set("a", frame([1, 0, 2, 0, 3, 0]));
    files.set("b", frame([4, 0, 5, 0, 0, 99], [0, 0, 1]));
  });

  it("leaves out masked patches of every frame, and frames that are gone", async () => {
    const [raster] = await open().draw([at("a")], false);
    // With the masked [0, 99] a second direction would be needed.
    expect(raster!.basis).toEqual({ frames: 2, of: 3, explained: 1 });
  });

  it("is the same for every frame of its timeline, and fitted once", async () => {
    const inspector = open();
    const [a] = await inspector.draw([at("a")], false);
    const asked = fetched.mock.calls.length;
    const [b] = await inspector.draw([at("b")], false);
    expect(fetched.mock.calls.length).toBe(asked);
    // [1, 0] and [5, 0] are the least and the most of five.
    expect([a!.rgba[0], b!.rgba[4]]).toEqual([0, 255]);
  });

  it("of ten thousand frames is fitted on an even sample", async () => {
    files.set("many", safetensorsFile(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}`, float32([1, 3, 2], [i, 0, 1, 1, 2, i])]))));
    const long = Array.from({ length: 10_000 }, (_, i) => ({ hash: "many", name: `p${i % 40}` }));
    const [raster] = await open().draw([{ kind: "patch-components", of: long[0]!, grid: { rows: 1, columns: 3 }, timeline: long }], false);
    expect(raster!.basis).toMatchObject({ frames: 32, of: 10_000 });
  });
});

describe("bad input", () => {
  it.each<[string, View, string]>([
    ["numbers as an image", { kind: "image", of: reference("latents.0") }, "this view draws 8-bit pictures, [height, width, 3 or 4]"],
    ["a tensor that is not there", { kind: "matrix", of: reference("nothing") }, 'There is no tensor "nothing" in artifact referenc, which has "'],
    ["latents as patches", { kind: "patch-norms", of: reference("latents.0"), grid }, '"latents.0" of artifact referenc has the shape [1, 4, 6, 5]; this view draws 16 patches, for a grid of 4 × 4'],
    ["patches as latents", { kind: "latent-norms", of: timeline[0]! }, "this view draws [1, channels, height, width]"],
    ["another grid", { kind: "patch-norms", of: timeline[0]!, grid: { rows: 2, columns: 4 } }, "this view draws 8 patches, for a grid of 2 × 4"],
    ["another mask", { kind: "patch-norms", of: timeline[0]!, grid, mask: reference("known") }, '"known" of artifact referenc has the shape [3]; this view draws [1, 16]'],
    ["a patch that is not there", { kind: "patch-similarity", of: timeline[0]!, grid, patch: 16 }, "There is no patch 16: they go from 0 to 15."],
    ["a channel that is not there", { kind: "latent-channel", of: reference("latents.0"), channel: -1 }, "There is no channel -1"],
    ["a dimension that is not there", { kind: "patch-dimension", of: timeline[0]!, grid, dimension: 24 }, "There is no dimension 24"],
    ["a change between shapes", { kind: "latent-change", of: reference("latents.0"), before: reference("small") }, "this view draws"],
    ["an artifact that is gone", { kind: "matrix", of: { hash: "gone", name: "x" } }, "This artifact is not in the store any more. Run the workflow again."],
  ])("is refused: %s", async (_, view, words) => {
    files.set("reference", referenceFile());
    const broken = view.kind === "latent-change" ? { ...view, before: { hash: "small", name: "x" } } : view;
    files.set("small", safetensorsFile({ x: float32([2, 2], [1, 2, 3, 4]) }));
    await expect(open().draw([broken], false)).rejects.toThrow(words);
  });

  it("is refused: a change between latents of two sizes", async () => {
    files.set("small", safetensorsFile({ x: float32([1, 1, 1, 2], [1, 2]) }));
    await expect(open().draw([{ kind: "latent-change", of: reference("latents.0"), before: { hash: "small", name: "x" } }], false)).rejects.toThrow('"x" of artifact small differ in shape');
  });

  it("is refused: a difference of tensors of two shapes", async () => {
    await expect(open().compare(reference("latents.0"), reference("image.a"))).rejects.toThrow('"latents.0" has the shape [1, 4, 6, 5], "image.a" [8, 6, 3]');
  });

  it("is refused: a damaged file, one that is too large, a server that answers nonsense or not at all", async () => {
    files.set("cut", referenceFile().slice(0, 5000));
    await expect(open().describe("cut")).rejects.toThrow("artifact cut is not a sound safetensors file");
    const answering = (response: Response) => createInspector(async () => response).describe("12345678abc");
    await expect(answering(new Response("x", { headers: { "content-length": "5000000000" } }))).rejects.toThrow("artifact 12345678 has 5.0 GB, more than the inspector takes (1.1 GB)");
    await expect(answering(new Response("<html>", { status: 502 }))).rejects.toThrow("the studio answered 502");
    await expect(createInspector(() => Promise.reject(new TypeError("Failed to fetch"))).describe("12345678abc")).rejects.toThrow("Fetching artifact 12345678 failed: Failed to fetch. Check that the studio is running.");
  });

  it("is drawn where it can be: nothing but NaN, and nothing at all", async () => {
    files.set("odd", safetensorsFile({ nan: float32([1, 16, 24], new Float32Array(384).fill(NaN)), none: float32([1, 4, 0, 0], []), empty: float32([0, 7], []) }));
    const odd = (name: string) => ({ hash: "odd", name });
    const views: View[] = [
      { kind: "patch-components", of: odd("nan"), grid, timeline: [odd("nan")] },
      { kind: "patch-norms", of: odd("nan"), grid },
      { kind: "latent-components", of: odd("none"), timeline: [odd("none")] },
      { kind: "latent-channels", of: odd("none"), scale: "per-channel" },
      { kind: "matrix", of: odd("empty") },
    ];
    const rasters = await open().draw(views, true);
    for (const { rgba } of rasters.slice(0, 2)) expect([...new Uint32Array(rgba.buffer)]).toEqual(Array.from({ length: 16 }, () => 0xff_ff_00_ff));
    expect(rasters.slice(2).map(({ rgba }) => rgba.length)).toEqual([0, 0, 0]);
  });
});

describe("the memory", () => {
  const file = (seed: number) => safetensorsFile({ x: float32([1, 256], new Float32Array(256).fill(seed)) });
  const ask = (inspector: ReturnType<typeof open>, hash: string) => inspector.values({ hash, name: "x" });

  beforeEach(() => {
    for (let i = 0; i < 6; i++) files.set(`f${i}`, file(i));
  });

  it("holds what was used last", async () => {
    const inspector = open(3 * file(0).byteLength);
    for (const hash of ["f0", "f1", "f2", "f0", "f3"]) await ask(inspector, hash);
    fetched.mockClear();
    // f1 made room for f3.
    for (const hash of ["f0", "f2", "f3"]) await ask(inspector, hash);
    expect(fetched).not.toHaveBeenCalled();
    await ask(inspector, "f1");
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("counts numbers that were made from 16-bit types", async () => {
    files.set("half", safetensorsFile({ x: { dtype: "F16", dims: [1, 256], data: new Uint16Array(256) } }));
    const inspector = open(2 * file(0).byteLength);
    await ask(inspector, "f0");
    // As a file it would fit beside f0; with its numbers it does not.
    await ask(inspector, "half");
    fetched.mockClear();
    await ask(inspector, "half");
    expect(fetched).not.toHaveBeenCalled();
    await ask(inspector, "f0");
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("still takes an artifact that is larger than all of it", async () => {
    const inspector = open(10);
    await ask(inspector, "f0");
    expect((await ask(inspector, "f0")).data[0]).toBe(0);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("is not filled by statistics over many frames, which come in order, null for what is gone", async () => {
    const inspector = open();
    const over = await inspector.statisticsOver(["f3", "gone", "f1", "f3"].map((hash) => ({ hash, name: "x" })));
    expect(over.map((one) => one?.mean ?? null)).toEqual([3, null, 1, 3]);
    fetched.mockClear();
    await ask(inspector, "f1");
    expect(fetched).toHaveBeenCalledTimes(1);
    // Statistics of a name never change.
    await inspector.statisticsOver([{ hash: "f3", name: "x" }]);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("is filled ahead no further than it goes, and never fails for it", async () => {
    const inspector = open(2 * file(0).byteLength);
    await inspector.prefetch(["gone", "f0", "f1", "f2", "f3", "f4", "f5"]);
    const first = fetched.mock.calls.length;
    expect(first).toBeLessThan(7);
  });

  it("asks again for what failed", async () => {
    const inspector = open();
    await expect(ask(inspector, "late")).rejects.toThrow("not in the store");
    files.set("late", file(1));
    expect((await ask(inspector, "late")).data[0]).toBe(1);
  });
});
