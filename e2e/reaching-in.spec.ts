/** Reaching into a pipeline: patches painted and made anew, steps of an old run continued. */
import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { float32Data, type Tensors } from "@/models/tensor";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { shippedGraph } from "./editor-page";
import { expect, test } from "./studio";

/** Positions of the patches in which two files of patch latents differ in any bit. */
function changedPatches(before: Tensors, after: Tensors): number[] {
  const [a, b] = [before, after].map((tensors) => float32Data(tensors.patch_latents, "patch_latents"));
  const [, count, size] = before.patch_latents!.dims as [number, number, number];
  const bytes = (data: Float32Array, patch: number) => Buffer.from(data.buffer, data.byteOffset + patch * size * 4, size * 4);
  return Array.from({ length: count }, (_, patch) => patch).filter((patch) => !bytes(a!, patch).equals(bytes(b!, patch)));
}

/** sha256 of the values of one tensor. */
function hashOf(tensors: Tensors, name: string): string {
  const { buffer, byteOffset, byteLength } = float32Data(tensors[name], name);
  return createHash("sha256").update(Buffer.from(buffer, byteOffset, byteLength)).digest("hex");
}

/** Does with the step looked at what the inspector's menu offers. */
async function reachIn(page: Page, item: string): Promise<void> {
  await page.getByRole("tabpanel", { name: "Inspect" }).getByRole("button", { name: "Use in the workflow" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("painted patches are made anew; the others stay bit for bit", async ({ editor, page }) => {
  await editor.openPreset("Re-paint patches");
  await editor.select("patch-mask");
  const params = page.getByRole("tabpanel", { name: "Params" });
  await params.getByRole("button", { name: "None", exact: true }).click();
  await expect(params.getByText("0 of 64 to be made anew")).toBeVisible();

  await editor.paint([2, 5], [2, 8]);
  await editor.paint([5, 5], [7, 7]);
  await expect(params.getByText("7 of 64 to be made anew")).toBeVisible();
  // Beginning on a painted patch, a stroke takes away.
  await editor.paint([2, 8], [2, 7]);
  await expect(editor.patch(2, 6)).toHaveAccessibleName("Patch row 2, column 6, painted");
  await expect(editor.patch(2, 7)).toHaveAccessibleName("Patch row 2, column 7");
  // With the keys: where the stroke ended, one down, two to the right.
  await editor.patch(2, 7).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect(editor.patch(3, 8)).toBeFocused();
  await expect(params.getByText("6 of 64 to be made anew")).toBeVisible();

  const nodes = await editor.runToEnd("save-image");
  const [known, made] = await Promise.all([editor.tensors(nodes.encoder!.outputs.patches!.tensors.hash), editor.tensors(nodes["unmasker-after"]!.outputs.patches!.tensors.hash)]);
  const at = (row: number, column: number) => (row - 1) * 8 + column - 1;
  expect(changedPatches(known, made)).toEqual([at(2, 5), at(2, 6), at(3, 8), at(5, 5), at(6, 6), at(7, 7)]);
});

test("a stroke is one step to undo; all, none and invert are one each", async ({ editor, page }) => {
  await editor.openPreset("Re-paint patches");
  await editor.select("patch-mask");
  const params = page.getByRole("tabpanel", { name: "Params" });
  const count = (marked: number) => expect(params.getByText(`${marked} of 64 to be made anew`)).toBeVisible();
  await count(32);
  await editor.paint([1, 1], [8, 1]);
  await count(40);
  await editor.paint([1, 2], [1, 4]);
  await count(43);
  await params.getByRole("button", { name: "Invert", exact: true }).click();
  await count(21);
  await params.getByRole("button", { name: "All", exact: true }).click();
  await count(64);
  for (const expected of [21, 43, 40, 32]) {
    await page.keyboard.press("Control+z");
    await count(expected);
  }
  await page.keyboard.press("Control+Shift+z");
  await count(40);
});

test("a run started from the middle of an old one ends in its bytes, and elsewhere with other params", async ({ editor, page }) => {
  const graph = await shippedGraph("flux-alone");
  const change = (workflow: Workflow, params: WorkflowNode["params"]): Workflow => ({
    ...workflow,
    nodes: workflow.nodes.map((node) => (node.type === "flux-sampler" ? { ...node, params: { ...node.params, ...params } } : node)),
  });
  const sampler = graph.nodes.find(({ type }) => type === "flux-sampler")!.id;
  const short = change(graph, { steps: 6, seed: 11 });
  await editor.openGraph("Whole", short);
  const whole = (await editor.runToEnd("save-image"))[sampler]!;
  const step = whole.frames.find((frame) => frame.step === 2)!;

  const saved: WorkflowNode = { id: "saved", type: "saved-latents", version: 1, position: { x: 0, y: 600 }, params: { tensors: step.tensors!.hash, tensor: "latents", from: "FLUX Sampler, step 2" } };
  const joined = { ...short, nodes: [...short.nodes, saved], edges: [...short.edges, { source: "saved", sourcePort: "latents", target: sampler, targetPort: "latents" }] };
  await editor.openGraph("Continued", change(joined, { start: 2, seed: 1 }));
  const card = editor.card("saved-latents");
  await expect(card.getByText("From FLUX Sampler, step 2")).toBeVisible();
  await expect(card.getByText("1 × 16 × 16 × 16")).toBeVisible();
  const continued = (await editor.runToEnd("save-image"))[sampler]!;
  expect(continued.frames.map((frame) => frame.step)).toEqual([3, 4, 5, 6]);
  expect(continued.outputs.latents!.tensors.hash).toBe(whole.outputs.latents!.tensors.hash);
  expect(continued.frames.map(({ tensors }) => tensors!.hash)).toEqual(whole.frames.slice(2).map(({ tensors }) => tensors!.hash));
  await expect(card.getByRole("img", { name: "Picture of Saved Latents" })).toBeVisible();

  await editor.setNumber("flux-sampler", "Guidance", 1);
  await page.keyboard.press("Escape");
  const elsewhere = (await editor.runToEnd("save-image"))[sampler]!;
  expect(elsewhere.outputs.latents!.tensors.hash).not.toBe(whole.outputs.latents!.tensors.hash);
});

test("patches a step does not know yet are counted and shown as made anew; the others are given to the next run, of no iteration", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.setNumber("visual-branch-unmasker", "Seed", 6101);
  await editor.runToEnd("save-image");
  await editor.select("visual-branch-unmasker");
  await page.keyboard.press("2");
  const inspect = page.getByRole("tabpanel", { name: "Inspect" });
  await page.keyboard.press("Home");
  await expect(inspect.getByText("step 1 of 4")).toBeVisible();
  await reachIn(page, "Make some patches anew");
  const params = page.getByRole("tabpanel", { name: "Params" });
  // ⌊64 · cos(π/8)⌋ are masked after the first of four iterations.
  await expect(params.getByText("59 of 64 to be made anew: 59 not known yet")).toBeVisible();
  await expect(params.getByRole("gridcell", { name: /, not known yet$/ })).toHaveCount(59);
  await params.getByRole("button", { name: "All", exact: true }).click();
  await expect(params.getByText("64 of 64 to be made anew: 59 not known yet")).toBeVisible();
  await params.getByRole("button", { name: "None", exact: true }).click();
  await editor.runToEnd("save-image");
  await page.getByRole("button", { name: "Fit the workflow in view" }).click();
  await editor.select("visual-branch-unmasker");
  await page.keyboard.press("2");
  await inspect.getByRole("radio", { name: "Order", exact: true }).click();
  await expect(inspect.getByText("given", { exact: true })).toBeVisible();
  await expect(inspect.getByText("not known yet", { exact: true })).toBeVisible();
});

test("a step's latents and patches pinned as nodes give the very values of that step, and a result pinned the very file", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.setNumber("visual-branch-unmasker", "Seed", 6102);
  const { sampler, unmasker } = await editor.runToEnd("save-image");
  const inspect = page.getByRole("tabpanel", { name: "Inspect" });
  const at = (words: string) => expect(inspect.getByText(words, { exact: true })).toBeVisible();

  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await at("step 2 of 8");
  await inspect.getByLabel("Tensor").selectOption({ label: "Latents" });
  await reachIn(page, "Pin as a node");
  const latents = editor.card("saved-latents");
  await expect(latents.getByText("From FLUX Sampler, step 2")).toBeVisible();
  // Selected, and shown with the picture of its step before it has run.
  await expect(page.getByRole("tabpanel", { name: "Params" }).getByText("From FLUX Sampler, step 2")).toBeVisible();
  await expect(latents.getByRole("img", { name: "Picture of Saved Latents" })).toBeVisible();
  const ofStep = await editor.runToEnd("saved-latents", editor.runSelected);
  // That run was of the one node; of the whole workflow nothing has to be computed.
  await editor.runToEnd("save-image");

  await page.getByRole("button", { name: "Fit the workflow in view" }).click();
  await editor.select("visual-branch-unmasker");
  await page.keyboard.press("2");
  await page.keyboard.press("Home");
  await at("step 1 of 4");
  await reachIn(page, "Pin as a node");
  await expect(editor.card("saved-patches").getByText("From Visual-Branch Unmasker, step 1")).toBeVisible();
  const ofPatches = await editor.runToEnd("saved-patches", editor.runSelected);
  await editor.runToEnd("save-image");

  // What the sampler gave in the end, not one of its steps.
  await page.getByRole("button", { name: "Fit the workflow in view" }).click();
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  await inspect.getByLabel("Look at").selectOption({ label: "Output: Latents" });
  await reachIn(page, "Pin as a node");
  await expect(editor.cards("saved-latents")).toHaveCount(2);

  const ofResult = await editor.runToEnd(editor.cards("saved-latents").nth(1), editor.runSelected);

  const fileOf = (outputs: typeof ofStep, id: string) => Object.values(outputs[id]!.outputs)[0]!.tensors.hash;
  expect(fileOf(ofResult, "saved-latents-2")).toBe(sampler!.outputs.latents!.tensors.hash);
  // A step's file holds more than the tensor that is pinned: of these the values are compared.
  const stepOf = ({ frames }: (typeof ofStep)[string], step: number) => frames.find((frame) => frame.step === step)!.tensors!.hash;
  const [second, first, pinned, patches] = await Promise.all([stepOf(sampler!, 2), stepOf(unmasker!, 1), fileOf(ofStep, "saved-latents"), fileOf(ofPatches, "saved-patches")].map((hash) => editor.tensors(hash)));
  expect(hashOf(pinned!, "latents")).toBe(hashOf(second!, "latents"));
  expect(hashOf(patches!, "patch_latents")).toBe(hashOf(first!, "patch_latents"));
  expect(hashOf(patches!, "mask")).toBe(hashOf(first!, "mask"));
});

test("patches of a finished picture painted from the inspector's menu are made anew; the fixed ones stay bit for bit", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.setNumber("visual-branch-unmasker", "Seed", 6103);
  const before = await editor.runToEnd("save-image");
  await editor.select("visual-branch-unmasker");
  await page.keyboard.press("2");
  await expect(page.getByRole("tabpanel", { name: "Inspect" }).getByText("step 4 of 4", { exact: true })).toBeVisible();
  await reachIn(page, "Make some patches anew");
  const params = page.getByRole("tabpanel", { name: "Params" });
  // At the last step every patch is known.
  await expect(params.getByText("0 of 64 to be made anew")).toBeVisible();
  await editor.paint([3, 2], [3, 5]);
  await editor.paint([7, 7], [8, 7]);
  await expect(params.getByText("6 of 64 to be made anew")).toBeVisible();
  // Another order of unmasking, so that each patch is predicted from others than it was.
  await page.getByRole("button", { name: "Fit the workflow in view" }).click();
  await editor.setNumber("visual-branch-unmasker", "Seed", 6104);
  const after = await editor.runToEnd("save-image");

  const [known, made] = await Promise.all([before, after].map(({ unmasker }) => editor.tensors(unmasker!.outputs.patches!.tensors.hash)));
  const at = (row: number, column: number) => (row - 1) * 8 + column - 1;
  expect(changedPatches(known!, made!)).toEqual([at(3, 2), at(3, 3), at(3, 4), at(3, 5), at(7, 7), at(8, 7)]);
  // The picture is another one, and only the painted patches were ever unknown.
  expect(after.save!.outputs.image!.tensors.hash).not.toBe(before.save!.outputs.image!.tensors.hash);
  const firstMask = float32Data((await editor.tensors(after.unmasker!.frames[0]!.tensors!.hash)).first_mask, "first_mask");
  expect([...firstMask.keys()].filter((patch) => firstMask[patch] !== 0)).toEqual([at(3, 2), at(3, 3), at(3, 4), at(3, 5), at(7, 7), at(8, 7)]);
});
