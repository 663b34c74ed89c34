/** Every way to look at every kind of tensor, as the nodes write them, drawn by the worker's inspector. */
import { describe, expect, it } from "vitest";
import { english } from "@/app/i18n/translator";
import { meaningOf, type Meaning } from "./meaning";
import { float32, safetensorsFile } from "./tensors/test-files";
import { firstOptions, leavesBlank, quantityOf, readout, scalesItself, type ViewChoice, type ViewContext, type ViewOptions, viewsOf } from "./views";
import type { Raster, View } from "./worker/contract";
import { createInspector } from "./worker/inspector";

const t = english;
const wave = (dims: readonly number[], phase: number) => float32(dims, Array.from({ length: dims.reduce((all, dim) => all * dim, 1) }, (_, i) => Math.sin(i + phase)));
const bytes = (dims: readonly number[]) => ({ dtype: "U8" as const, dims, data: Uint8Array.from({ length: dims.reduce((all, dim) => all * dim, 1) }, (_, i) => i % 256) });
const masks = [
  [1, 0, 1, 1, 1, 0],
  [1, 0, 0, 1, 1, 0],
  [0, 0, 0, 0, 0, 0],
];

/** Three steps of each node; patch 1 was given, patch 5 unmasked in the first iteration. */
const files = new Map<string, ArrayBuffer>();
for (const step of [1, 2, 3]) {
  files.set(`unmasker${step}`, safetensorsFile({ patch_latents: wave([1, 6, 8], step), mask: float32([1, 6], masks[step - 1]!), first_mask: float32([1, 6], [1, 0, 1, 1, 1, 1]) }));
  files.set(`sampler${step}`, safetensorsFile({ latents: wave([1, 4, 5, 7], step), denoised: wave([1, 4, 5, 7], -step), residual_norms: float32([1, 3], [1, 2, 3]) }));
}
files.set("downsampler", safetensorsFile({ control_latents: wave([1, 2, 3, 8], 0) }));
files.set("encoder", safetensorsFile({ prompt_embeds: wave([1, 5, 8], 0), pooled_prompt_embeds: wave([1, 8], 0) }));
files.set("decoder", safetensorsFile({ image: bytes([6, 4, 3]) }));
files.set("picture with alpha", safetensorsFile({ image: bytes([6, 4, 4]) }));
const inspector = createInspector(async (url) => new Response(files.get(decodeURIComponent(/artifacts\/(.+)\.safetensors$/.exec(url)![1]!))!.slice(0)));
const grid = { rows: 2, columns: 3 };

/** What is known of a tensor at step `step` of a node's three; of an output for null. */
function contextOf(node: string, step: number | null, name: string, meaning: Meaning): ViewContext {
  const at = (each: number) => ({ hash: `${node}${each}`, name });
  const masked = node === "unmasker" && meaning.kind === "patches";
  return {
    meaning,
    of: step === null ? { hash: node, name } : at(step),
    before: step === null || step === 1 ? null : at(step - 1),
    thinned: false,
    timeline: step === null ? [{ hash: node, name }] : [1, 2, 3].map(at),
    mask: masked ? { hash: `${node}${step}`, name: "mask" } : null,
    order: masked ? { masks: [1, 2, 3].slice(0, step!).map((each) => ({ step: each, of: { hash: `${node}${each}`, name: "mask" } })), last: 3, first: { hash: `${node}${step}`, name: "first_mask" } } : null,
    probes: { decode: name === "denoised", attention: masked || meaning.kind === "latents" },
  };
}

async function choicesOf(node: string, step: number | null, options: ViewOptions): Promise<{ name: string; choice: ViewChoice }[]> {
  const described = await inspector.describe(step === null ? node : `${node}${step}`);
  return described.flatMap((summary) => viewsOf(contextOf(node, step, summary.name, meaningOf(summary, grid)), options, t).map((choice) => ({ name: summary.name, choice })));
}

const nodes = [
  ["unmasker", 1],
  ["unmasker", 2],
  ["unmasker", 3],
  ["sampler", 1],
  ["sampler", 3],
  ["downsampler", null],
  ["encoder", null],
  ["decoder", null],
  ["picture with alpha", null],
] as const;
const chosen: ViewOptions = { ...firstOptions, patch: 4, dimension: 7, channel: 3, perChannel: true };
const beyond: ViewOptions = { ...firstOptions, patch: 999, dimension: 999, channel: 999 };

describe.each([
  ["as they open", firstOptions],
  ["as somebody chose", chosen],
  ["as chosen on something larger", beyond],
])("views %s", (_, options) => {
  it.each(nodes)("of the %s, step %s, are all drawn, with a title, what they compute, and words for every pixel", async (node, step) => {
    const choices = await choicesOf(node, step, options);
    expect(choices.length).toBeGreaterThan(0);
    for (const { name, choice } of choices) {
      expect(`${choice.title} ${choice.computes}`, `${name} ${choice.id}`).toMatch(/^\S.* \S/);
      if (choice.draws.by !== "worker") continue;
      const { view } = choice.draws;
      const [raster] = await inspector.draw([view], false);
      expect(raster!.rgba, `${name} ${choice.id}`).toHaveLength(raster!.width * raster!.height * 4);
      expect(raster!.width * raster!.height).toBeGreaterThan(0);
      expect(quantityOf(view, t)).not.toBe("");
      expect(readout(view, raster!, 0, 0, t)).toBeTruthy();
    }
  });
});

describe("words for what is drawn", () => {
  const drawnView = async (node: string, step: number | null, id: string, options = firstOptions): Promise<{ view: View; raster: Raster }> => {
    const found = (await choicesOf(node, step, options)).find(({ choice }) => choice.id === id)!.choice.draws;
    if (found.by !== "worker") throw new Error(`${id} is not drawn.`);
    return { view: found.view, raster: (await inspector.draw([found.view], false))[0]! };
  };
  const said = ({ view, raster }: { view: View; raster: Raster }) => Array.from({ length: raster.width * raster.height }, (_, i) => readout(view, raster, i % raster.width, Math.floor(i / raster.width), t)!.replace(/^.* · /, ""));

  it("count rows and columns, channels, dimensions and pixels from 1", async () => {
    const tiles = await drawnView("sampler", 1, "channels");
    expect(readout(tiles.view, tiles.raster, 9, 7, t)).toMatch(/^channel 4, y 2, x 2 · /);
    const heatmap = await drawnView("unmasker", 3, "heatmap");
    expect(readout(heatmap.view, heatmap.raster, 7, 5, t)).toMatch(/^patch row 2, column 3, dimension 8 · /);
    const matrix = await drawnView("encoder", null, "matrix");
    expect(readout(matrix.view, matrix.raster, 0, 4, t)).toMatch(/^row 5, column 1 · /);
    const { choice } = (await choicesOf("sampler", 1, chosen)).find((each) => each.choice.id === "channel")!;
    expect(choice.computes).toBe("Channel 4 of 4.");
  });

  it("tell what was given from what was unmasked, and say nothing of iterations to come", async () => {
    expect(said(await drawnView("unmasker", 2, "order"))).toEqual(["not known yet", "given", "iteration 2", "not known yet", "not known yet", "iteration 1"]);
    const last = await drawnView("unmasker", 3, "order");
    expect(said(last)).toEqual(["iteration 3", "given", "iteration 2", "iteration 3", "iteration 3", "iteration 1"]);
    // The scale is of all iterations at each of them.
    expect(last.raster.scale).toMatchObject({ low: 1, high: 3 });
    expect((await drawnView("unmasker", 1, "order")).raster.scale).toMatchObject({ low: 1, high: 3 });
    expect(scalesItself(last.view)).toBe(false);
    expect(scalesItself((await drawnView("unmasker", 1, "norms")).view)).toBe(true);
    const colours = new Uint32Array(last.raster.rgba.buffer);
    expect(colours[1]).not.toBe(colours[5]);
  });

  it("say of a run that did not keep what it was given that patches of its first iteration may be that", async () => {
    const { order, ...context } = contextOf("unmasker", 2, "patch_latents", { kind: "patches", grid, dims: 8 });
    const { draws, computes } = viewsOf({ ...context, order: { ...order!, first: null, givenLost: true } }, firstOptions, t).find(({ id }) => id === "order")!;
    expect(computes).toContain("This run did not keep which patches it was given: some of iteration 1 may have been.");
    const { view } = draws as Extract<typeof draws, { by: "worker" }>;
    const [raster] = await inspector.draw([view], false);
    expect(said({ view, raster: raster! })).toEqual(["not known yet", "iteration 1, or given", "iteration 2", "not known yet", "not known yet", "iteration 1, or given"]);
  });

  it("say which patches a mask leaves out", async () => {
    const mask = await drawnView("unmasker", 2, "mask");
    expect(said(mask)).toEqual(["not known yet", "known", "known", "not known yet", "not known yet", "known"]);
    expect(leavesBlank(mask.view)).toBe(true);
    expect(leavesBlank((await drawnView("downsampler", null, "norms")).view)).toBe(false);
  });

  it("begin with similarities to the first patch that is known", async () => {
    const similar = await drawnView("unmasker", 1, "similarity");
    expect(similar.raster.values![1]).toBeCloseTo(1, 6);
    // Of a chosen one that is not known, there are none.
    expect([...(await drawnView("unmasker", 1, "similarity", chosen)).raster.values!]).toEqual(Array(6).fill(NaN));
  });
});
