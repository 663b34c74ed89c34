/** The inspector: every tensor of every step, live and afterwards, compared, downloaded and linked to. */
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { float32Data } from "@/models/tensor";
import type { Workflow } from "@/nodes/workflow";
import { EditorPage, shippedGraph } from "./editor-page";
import { expect, test } from "./studio";

const preset = "Text to image (Bifrost-1)";

const panel = (page: Page) => page.getByRole("tabpanel", { name: "Inspect" });
const view = (page: Page, name: string) => panel(page).getByRole("radio", { name, exact: true });

const steps = 12;

/** A run of its own seed, so that no test before it has computed it. */
async function run(editor: EditorPage, seed: number): Promise<void> {
  await editor.setNumber("flux-sampler", "Steps", steps);
  await editor.setNumber("visual-branch-unmasker", "Seed", seed);
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done", { timeout: 60_000 });
  await expect(editor.cancel).toBeHidden();
}

/** What a drawn view shows, as the browser holds it. */
async function pixels(page: Page, label: RegExp): Promise<string> {
  return page.getByLabel(label).first().evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    return (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height).data.join();
  });
}

test("a run that is at work is scrubbed through, and followed again", async ({ editor, page }) => {
  await editor.openLongRun();
  await editor.run.click();
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  const at = (words: RegExp) => expect(panel(page).getByText(words)).toBeVisible({ timeout: 30_000 });
  await at(/^step ([4-9]|\d\d+) of 200, live$/);
  await page.keyboard.press("Home");
  await at(/^step 1 of 200, live$/);
  await page.keyboard.press("ArrowRight");
  await at(/^step 2 of 200, live$/);
  await expect(page.getByLabel(/^Components of FLUX Sampler at step 2$/)).toBeVisible();
  const second = await pixels(page, /^Components of FLUX Sampler at step 2$/);
  // The run goes on behind what is looked at.
  await at(/^step 2 of 200, live$/);
  await expect(page.getByRole("button", { name: "Follow the newest step" })).toHaveAttribute("aria-pressed", "false");
  await page.keyboard.press("End");
  await expect(page.getByRole("button", { name: "Follow the newest step" })).toHaveAttribute("aria-pressed", "true");
  await expect(panel(page).getByText(/^step \d\d+ of 200, live$/)).toBeVisible({ timeout: 30_000 });
  await expect(async () => expect(await pixels(page, /^Components of FLUX Sampler at step \d\d+$/)).not.toBe(second)).toPass();
  await editor.cancel.click();
});

test("attention and the expected picture of a step are computed while the run goes on", async ({ editor, page }) => {
  await editor.openLongRun();
  await editor.run.click();
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  const stepOfRun = async () => Number(/^(\d+) \/ 200$/m.exec(await editor.card("flux-sampler").innerText())?.[1] ?? 0);
  await expect.poll(stepOfRun).toBeGreaterThan(2);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(panel(page).getByText("step 2 of 200, live", { exact: true })).toBeVisible();
  for (const [name, shown] of [
    ["Attention", page.getByLabel(/^Attention to /).first()],
    ["Decoded", page.getByAltText("The picture expected at step 2")],
  ] as const) {
    await view(page, name).click();
    await expect(shown).toBeVisible();
    await expect(editor.card("flux-sampler")).toHaveAttribute("data-status", "running", { timeout: 1 });
    const reached = await stepOfRun();
    await expect.poll(stepOfRun).toBeGreaterThan(reached);
  }
  await editor.cancel.click();
  await expect(editor.cancel).toBeHidden();
});

test("steps are played at a speed, paused, and passed over ten at a time", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await run(editor, 6010);
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  const at = (step: number) => expect(panel(page).getByText(`step ${step} of ${steps}`, { exact: true })).toBeVisible();
  await page.keyboard.press("Home");
  await at(1);
  await page.keyboard.press("Shift+ArrowRight");
  await at(11);
  await page.keyboard.press("Shift+ArrowLeft");
  await at(1);
  await page.getByLabel("Speed").selectOption("2");
  await page.getByRole("button", { name: "Play the steps", exact: true }).click();
  await at(3);
  await page.getByRole("button", { name: "Pause" }).click();
  const paused = await panel(page).getByText(/^step \d+ of 12$/).textContent();
  expect(Number(/\d+/.exec(paused!)![0])).toBeLessThan(steps);
  await page.getByLabel("Speed").selectOption("60");
  await page.getByRole("button", { name: "Play the steps", exact: true }).click();
  await at(steps);
  // At the end it stops by itself.
  await expect(page.getByRole("button", { name: "Play the steps", exact: true })).toBeVisible();
});

test("patches are chosen by mouse and keyboard; each view draws and says what it computes", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await run(editor, 6001);
  await editor.select("visual-branch-unmasker");
  await page.keyboard.press("2");
  await view(page, "Similarity").click();
  await expect(panel(page).getByText("Cosine of each patch to the first known one. Click another.")).toBeVisible();
  const grid = page.getByRole("application", { name: /^Similarity of Visual-Branch Unmasker at step 4/ });
  await expect(grid).toBeVisible();
  const box = (await grid.boundingBox())!;
  // 8 × 8 patches: row 3, column 5.
  await grid.click({ position: { x: box.width * (4.5 / 8), y: box.height * (2.5 / 8) } });
  await expect(panel(page).getByText("Cosine of each patch to the one at row 3, column 5. Click another.")).toBeVisible();
  // A patch is as similar to itself as can be.
  await expect(panel(page).getByText("patch row 3, column 5 · 1", { exact: true })).toBeVisible();
  await grid.press("ArrowDown");
  await expect(panel(page).getByText("Cosine of each patch to the one at row 4, column 5. Click another.")).toBeVisible();
  for (const [name, words] of [
    ["Norms", "The length (L2 norm) of each patch's embedding."],
    ["All dimensions", "A row per patch, a column per dimension."],
    ["Change", "How far each patch has moved since the step before: the length (L2 norm) of the difference."],
    ["Order", "The iteration at which each patch was unmasked, up to the one looked at."],
  ] as const) {
    await view(page, name).click();
    await expect(panel(page).getByText(words)).toBeVisible();
    await expect(page.getByLabel(new RegExp(`^${name} of Visual-Branch Unmasker at step 4`))).toBeVisible();
  }
  await expect(panel(page).getByLabel("Scale of the iteration, from 1 to 4")).toBeVisible();
  // On one scale for all steps, colours mean the same at each of them.
  await view(page, "Norms").click();
  const scaleOf = () => panel(page).getByLabel(/^Scale of the L2 norm/).getAttribute("aria-label");
  const own = await scaleOf();
  await page.keyboard.press("ArrowLeft");
  await expect(async () => expect(await scaleOf()).not.toBe(own)).toPass();
  await panel(page).getByLabel("One scale for all steps").check();
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(page.getByLabel(/^Norms of Visual-Branch Unmasker at step 4/)).toBeVisible();
    const last = await scaleOf();
    await page.keyboard.press("Home");
    await expect(page.getByLabel(/^Norms of Visual-Branch Unmasker at step 1/)).toBeVisible();
    expect(await scaleOf()).toBe(last);
  }).toPass();
  await view(page, "Change").click();
  await expect(panel(page).getByText("There is no step before this one to compare with.", { exact: true })).toBeVisible();
  await panel(page).getByLabel("Tensor").selectOption({ label: "Mask" });
  const mask = page.getByLabel(/^Mask of Visual-Branch Unmasker at step 1/);
  await expect(mask).toBeVisible();
  await mask.hover({ position: { x: 2, y: 2 } });
  await expect(panel(page).getByText(/^patch row 1, column 1 · (not known yet|known)$/)).toBeVisible();
});

test("a step is computed once more to decode it and to see its attention, and no run is added to the history", async ({ editor, page, context }) => {
  await editor.openPreset(preset);
  await run(editor, 6002);
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  await page.keyboard.press("Shift+ArrowLeft");
  await view(page, "Decoded").click();
  await expect(page.getByAltText("The picture expected at step 2")).toBeVisible({ timeout: 30_000 });
  await view(page, "Attention").click();
  const tokens = panel(page).getByRole("group", { name: "Tokens" });
  await expect(tokens.getByRole("button", { pressed: true })).toHaveCount(1, { timeout: 30_000 });
  await expect(page.getByLabel(/^Attention to /).first()).toBeVisible();
  // Any set of blocks, by the keys too.
  await panel(page).getByRole("button", { name: "Blocks: All 6" }).press("Enter");
  await page.getByRole("menuitem", { name: "All double" }).click();
  const blocks = panel(page).getByRole("button", { name: "Blocks: All double" });
  await expect(blocks).toBeVisible();
  await blocks.press("Enter");
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitemcheckbox", { name: "single 4" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.getByRole("menuitemcheckbox", { name: "single 4" })).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(panel(page).getByRole("button", { name: "Blocks: 3 of 6" })).toBeVisible();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await panel(page).getByRole("button", { name: "Copy a link to this view" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto("/");
  await page.goto(link);
  await expect(panel(page).getByRole("button", { name: "Blocks: 3 of 6" })).toBeVisible();
  await editor.select("visual-branch-unmasker");
  await view(page, "Attention").click();
  await expect(page.getByRole("application", { name: /^Attention of the chosen patch to the others/ })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("4");
  await expect(page.getByRole("tabpanel", { name: "Runs" }).getByRole("listitem")).toHaveCount(1);
});

test("two runs are compared: what differs, on one scale, in numbers", async ({ editor, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.openPreset(preset);
  await run(editor, 6003);
  await run(editor, 6004);
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  await view(page, "Norms").click();
  await page.keyboard.press("i");
  const stage = page.getByRole("region", { name: "Inspector" });
  await stage.getByRole("button", { name: "Compare" }).click();
  await stage.getByLabel("Run of B").selectOption({ index: 1 });
  await expect(stage.getByLabel("Steps locked together")).toBeChecked();
  const differences = stage.getByRole("table");
  await expect(differences.getByRole("row", { name: "Visual-Branch Unmasker, Seed 6004 6003" })).toBeVisible();
  await expect(differences.getByRole("row")).toHaveCount(2);
  const numbers = stage.getByLabel("Difference in numbers");
  await expect(numbers).toContainText("PSNR");
  await expect(numbers).not.toContainText("Equal to the bit");
  await stage.getByRole("radio", { name: "Difference" }).click();
  await expect(stage.getByLabel("A − B", { exact: true }).first()).toBeVisible();
  await stage.getByRole("radio", { name: "Swipe" }).click();
  await stage.getByLabel("Where A ends and B begins").fill("20");
  await stage.getByRole("radio", { name: "Flicker" }).click();
  await expect(stage.getByText("B · FLUX Sampler, step 12")).toBeVisible();
  await stage.getByRole("button", { name: "Stop flickering" }).click();
  const shown = stage.getByTitle("Show the other one");
  const [first] = (await shown.textContent())!;
  await shown.click();
  await expect(shown).toHaveText(`${first === "A" ? "B" : "A"} · FLUX Sampler, step 12`);
  // Steps locked together go together, also while the box has the focus.
  await stage.getByRole("radio", { name: "Side by side" }).click();
  await stage.getByLabel("Steps locked together").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(stage.getByText("A · FLUX Sampler, step 11")).toBeVisible();
  await expect(stage.getByText("B · FLUX Sampler, step 11")).toBeVisible();
  const strips = page.getByRole("group", { name: /^Steps of / });
  await expect(strips).toHaveCount(2);
  for (const strip of [strips.first(), strips.last()]) await expect(strip.getByRole("button", { name: "Step 11", exact: true })).toHaveAttribute("aria-current", "step");
  // What has to be computed is compared as well, and components by how far apart they are.
  await view(page, "Decoded").click();
  await expect(stage.getByText("A · FLUX Sampler, step 11, Decoded")).toBeVisible();
  await expect(stage.getByText("B · FLUX Sampler, step 11, Decoded")).toBeVisible();
  await view(page, "Attention").click();
  await expect(stage.getByText("one scale for A and B")).toBeVisible();
  await expect(stage.getByRole("group", { name: "Tokens" })).toBeVisible();
  await view(page, "Components").click();
  await stage.getByRole("radio", { name: "Difference" }).click();
  await expect(stage.getByLabel("L2 norm of A − B", { exact: true }).first()).toBeVisible();
  await expect(stage.getByText("Colours of components cannot be subtracted.")).toBeVisible();
  // Norms of latents and of patches are no one quantity.
  await stage.getByRole("radio", { name: "Side by side" }).click();
  await view(page, "Norms").click();
  await expect(stage.getByText("one scale for A and B")).toBeVisible();
  await stage.getByLabel("Node of B").selectOption({ label: "Visual-Branch Unmasker" });
  await expect(stage.getByText("A and B show different quantities, so each has a scale of its own.")).toBeVisible();
  await stage.getByLabel("Node of B").selectOption({ label: "FLUX Sampler" });
  // One scale for all steps of both, kept by a link.
  const scaleAt = async (key: "Home" | "End", step: number) => {
    await stage.getByRole("heading", { level: 2 }).click();
    await page.keyboard.press(key);
    await expect(stage.getByText(`B · FLUX Sampler, step ${step}`)).toBeVisible();
    return stage.getByLabel(/^Scale of the L2 norm/).getAttribute("aria-label");
  };
  expect(await scaleAt("Home", 1)).not.toBe(await scaleAt("End", steps));
  const oneScale = stage.getByLabel("One scale for all steps");
  await oneScale.check();
  await expect(async () => expect(await scaleAt("Home", 1)).toBe(await scaleAt("End", steps))).toPass();
  await panel(page).getByRole("button", { name: "Copy a link to this view" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto("/");
  await page.goto(link);
  await expect(oneScale).toBeChecked();
  await expect(stage.getByText(`B · FLUX Sampler, step ${steps}`)).toBeVisible();
  await oneScale.uncheck();
  // The same step of the same run differs in nothing.
  await stage.getByLabel("Run of B").selectOption("");
  await stage.getByRole("radio", { name: "Side by side" }).click();
  await expect(numbers).toContainText("Equal to the bit");
  await page.keyboard.press("i");
  await expect(stage).toBeHidden();

  // A link may compare with a run that no list here has, as that of another workflow: it is not called this run.
  await editor.openGraph("Another workflow", await shippedGraph("flux-alone"));
  await editor.select("text-encoder");
  await editor.runToEnd("text-encoder", editor.runSelected);
  const { runs } = await editor.ask<{ runs: { id: string }[] }>("runs.list", { limit: 1 });
  const address = new URL(link);
  for (const [name, value] of Object.entries({ node: "text", view: "matrix", otherNode: "text", otherRun: runs[0]!.id })) address.searchParams.set(name, value);
  await page.goto(address.href);
  await expect(stage.getByLabel("Run of B").locator("option:checked")).toHaveText("Another run");
  await expect(differences.getByRole("row", { name: /^Prompt, Prompt / })).toBeVisible();
});

test("a copied link opens the same run, node, step and view", async ({ editor, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.openPreset(preset);
  await run(editor, 6005);
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  await view(page, "One channel").click();
  await panel(page).getByRole("spinbutton", { name: "Channel" }).fill("7");
  await page.keyboard.press("Escape");
  await panel(page).getByRole("heading", { name: "FLUX Sampler" }).click();
  await page.getByRole("button", { name: "Step back" }).click();
  await expect(panel(page).getByText("step 11 of 12")).toBeVisible();
  await panel(page).getByRole("button", { name: "Copy a link to this view" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto("/");
  await page.goto(link);
  await expect(panel(page).getByText("step 11 of 12")).toBeVisible();
  await expect(view(page, "One channel")).toBeChecked();
  await expect(panel(page).getByText("Channel 7 of 16.")).toBeVisible();
  await expect(page.getByLabel("One channel of FLUX Sampler at step 11")).toBeVisible();
  // Looked at from close by, where keys read the values.
  await page.keyboard.press("i");
  const stage = page.getByRole("region", { name: "Inspector" });
  const surface = stage.getByRole("group", { name: /zoomable/ });
  await surface.press("+");
  const values = surface.getByRole("application");
  await values.press("ArrowRight");
  await values.press("Shift+ArrowUp");
  await expect(stage.getByText(/^y 1, x 10 · /)).toBeVisible();
  const zoomed = await surface.locator("[style*='--zoom:']").getAttribute("style");
  expect(zoomed).toContain("scale(1.5)");
  await panel(page).getByRole("button", { name: "Copy a link to this view" }).click();
  const closer = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto("/");
  await page.goto(closer);
  await expect(surface.locator("[style*='--zoom:']")).toHaveAttribute("style", zoomed!);
});

test("a node deleted since a run is looked at in it: from its list, by keyboard, and by a link", async ({ editor, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.openPreset(preset);
  await run(editor, 6009);
  await editor.select("flux-sampler");
  await page.keyboard.press("Delete");
  await expect(editor.card("flux-sampler")).toHaveCount(0);
  await page.keyboard.press("4");
  const absent = (tab: string) => page.getByRole("tabpanel", { name: tab }).getByRole("region", { name: "Not on the canvas" });
  await expect(absent("Runs").getByRole("listitem")).toHaveCount(1);
  await absent("Runs").getByRole("button", { name: "FLUX Sampler 12 steps" }).press("Enter");
  await expect(panel(page).getByRole("heading", { name: "FLUX Sampler" })).toBeVisible();
  await expect(panel(page).getByText("Not on the canvas: deleted since this run, or of another version of the workflow.")).toBeVisible();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(panel(page).getByText("step 2 of 12")).toBeVisible();
  await view(page, "Norms").click();
  await expect(page.getByLabel("Norms of FLUX Sampler at step 2")).toBeVisible();
  await panel(page).getByRole("button", { name: "Copy a link to this view" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  // What is selected on the canvas goes before it; nothing selected, the list is in the inspector too.
  await editor.select("vae-decode");
  await expect(panel(page).getByRole("heading", { name: "VAE Decode" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(absent("Inspect").getByRole("button", { name: "FLUX Sampler" })).toBeVisible();
  await expect(editor.saving).toContainText("Saved");
  await page.goto("/");
  await page.goto(link);
  await expect(page.getByLabel("Norms of FLUX Sampler at step 2")).toBeVisible();
  await expect(editor.card("flux-sampler")).toHaveCount(0);
  // By a click on empty canvas, as from a node that is selected, and by the key.
  const box = (await editor.canvas.boundingBox())!;
  await page.mouse.click(box.x + 12, box.y + 12);
  await expect(panel(page).getByText("Nothing to inspect")).toBeVisible();
  await absent("Inspect").getByRole("button", { name: "FLUX Sampler" }).click();
  await expect(panel(page).getByRole("heading", { name: "FLUX Sampler" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(panel(page).getByText("Nothing to inspect")).toBeVisible();
});

/** A point of an edge that nothing lies over, in px of the page. */
async function pointOn(edge: Locator): Promise<[number, number]> {
  return edge.evaluate((group) => {
    const path = group.querySelector<SVGPathElement>("path.react-flow__edge-interaction")!;
    for (let part = 1; part < 20; part++) {
      const { x, y } = path.getPointAtLength((path.getTotalLength() * part) / 20).matrixTransform(path.getScreenCTM()!);
      if (document.elementFromPoint(x, y)?.closest(".react-flow__edge") === group) return [x, y] as [number, number];
    }
    throw new Error("No point of this edge can be clicked.");
  });
}

test("an edge shows what flowed along it, and Delete takes away the edge alone", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await run(editor, 6006);
  await page.mouse.click(...(await pointOn(page.getByRole("group", { name: "Connection from VAE Decode to Save Image" }))));
  await expect(panel(page).getByRole("heading", { name: "VAE Decode" })).toBeVisible();
  await expect(page.getByLabel("Picture of VAE Decode")).toBeVisible();
  const cards = await editor.canvas.locator("article").count();
  const edges = await editor.edges().count();
  await page.keyboard.press("Delete");
  await expect(editor.edges()).toHaveCount(edges - 1);
  await expect(editor.canvas.locator("article")).toHaveCount(cards);
});

test("tensors, views and numbers are taken away as files", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await run(editor, 6007);
  await editor.select("visual-branch-unmasker");
  await page.keyboard.press("2");
  await view(page, "Norms").click();
  const take = async (item: string) => {
    await panel(page).getByRole("button", { name: "Download" }).click();
    const file = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: item }).click();
    const download = await file;
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const npy = await take("This tensor as .npy");
  expect(npy.name).toBe("unmasker-patch_latents-step-4.npy");
  expect(npy.bytes.subarray(0, 6).toString("latin1")).toBe("\x93NUMPY");
  expect(npy.bytes.toString("latin1", 10, 128)).toContain("'shape': (1, 64, 192)");
  const webp = await take("This view as animated WebP");
  expect([webp.name, webp.bytes.toString("latin1", 8, 12)]).toEqual(["unmasker-patch_latents-norms.webp", "WEBP"]);
  const png = await take("This view as PNG");
  expect(png.bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
  const file = await take("Its file as .safetensors");
  expect(file.name).toBe("unmasker-patch_latents-step-4.safetensors");
  expect(createHash("sha256").update(file.bytes).digest("hex")).toBe(await panel(page).locator("dd[title]").getAttribute("title"));
  const csv = await take("The numbers as CSV");
  const lines = csv.bytes.toString("utf8").trim().split("\n");
  expect(lines[0]).toBe("step,masked,count,min,max,mean,std,nan,infinite,sha256");
  expect(lines).toHaveLength(5);
  // What is computed once more can be taken too.
  await editor.select("flux-sampler");
  await view(page, "Decoded").click();
  await expect(page.getByAltText(`The picture expected at step ${steps}`)).toBeVisible();
  const decoded = await take("This view as PNG");
  expect([decoded.name, decoded.bytes.toString("latin1", 1, 4)]).toEqual([`sampler-denoised-step-${steps}-decoded.png`, "PNG"]);
  const expected = await take(`This view as animated WebP, ${steps} steps computed once more`);
  expect([expected.name, expected.bytes.toString("latin1", 8, 12)]).toEqual(["sampler-denoised-decoded.webp", "WEBP"]);
  // A frame of an animation begins with these letters.
  expect(expected.bytes.toString("latin1").split("ANMF")).toHaveLength(steps + 1);
});

test("a step whose file is gone says so, and the others are still there", async ({ editor, page, browser, studio }) => {
  await editor.openPreset(preset);
  await run(editor, 6008);
  const workflowId = new URL(page.url()).pathname.split("/").at(-1)!;
  const ask = async (path: string, input: object) => (await (await fetch(`${studio.url}/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`)).json()) as { result: { data: never } };
  const { runs } = (await ask("runs.list", { workflowId, limit: 1 })).result.data as { runs: { id: string }[] };
  const runId = runs[0]!.id;
  const { state } = (await ask("runs.get", { id: runId })).result.data as { state: { nodes: Record<string, { frames: { step: number; tensors: { hash: string } }[] }> } };
  const { hash } = state.nodes.sampler!.frames.find(({ step }) => step === 3)!.tensors;
  await rm(join(studio.dataDir, "artifacts", hash.slice(0, 2), `${hash}.safetensors`));
  // Artifacts never change, so this browser may still have it: another one looks.
  const context = await browser.newContext();
  const fresh = await context.newPage();
  await fresh.goto(`${studio.url}/workflows/${workflowId}?run=${runId}&node=sampler&step=3&view=norms`);
  await expect(panel(fresh).getByText("step 3 of 12")).toBeVisible();
  await expect(panel(fresh).getByText(/artifact .* Run the node that made it anew\./i).first()).toBeVisible();
  await expect(fresh.getByLabel(/^Norms of FLUX Sampler/)).toBeHidden();
  await fresh.keyboard.press("ArrowLeft");
  await expect(fresh.getByLabel("Norms of FLUX Sampler at step 2")).toBeVisible();
  // What it says to do helps: an ordinary run would reuse the node as it is.
  const other = new EditorPage(fresh);
  await other.card("flux-sampler").getByRole("heading").click({ button: "right" });
  await other.runToEnd("flux-sampler", () => fresh.getByRole("menuitem", { name: "Run this node anew" }).click());
  await panel(fresh).getByText("step 12 of 12").waitFor();
  await fresh.keyboard.press("Home");
  await fresh.keyboard.press("ArrowRight");
  await fresh.keyboard.press("ArrowRight");
  await expect(fresh.getByLabel("Norms of FLUX Sampler at step 3")).toBeVisible();
  await context.close();
});

test("going on from a step in a branch: a sampler that starts there, and the same picture when nothing else changes", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await run(editor, 6009);
  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  await page.keyboard.press("Shift+ArrowLeft");
  await panel(page).getByRole("button", { name: "Use in the workflow" }).click();
  await page.getByRole("menuitem", { name: "Go on from step 2 in a branch" }).click();
  await expect(editor.cards("flux-sampler")).toHaveCount(2);
  await expect(editor.cards("saved-latents")).toHaveCount(1);
  await editor.run.click();
  await expect(editor.cards("save-image").nth(1)).toHaveAttribute("data-status", "done", { timeout: 60_000 });
  const picture = (index: number) => editor.cards("vae-decode").nth(index).locator("img").getAttribute("src");
  await expect(async () => expect(await picture(1)).toBe(await picture(0))).toPass();
});

/** What is shown of each token: its place, its text, and its norm or nothing. */
const tokenRows = (page: Page) =>
  panel(page)
    .getByRole("list", { name: "Tokens" })
    .getByRole("listitem")
    .evaluateAll((rows) => rows.map((row) => Array.from(row.children, (part) => part.textContent ?? "")).map(([place, text, , norm]) => ({ place: place!, text: text!, norm: norm! })));

/** The numbers of "0.98", or of "0.91 to 1.02". */
const numbersIn = (norm: string) => norm.split(" to ").map((number) => Number(number.replace("−", "-")));

test("a prompt is shown as T5 and CLIP cut it, with norms where tokens have vectors, and what fills up or was cut off as such", async ({ editor, page }) => {
  const graph: Workflow = {
    format: "bifrost-workflow",
    formatVersion: 1,
    nodes: [
      { id: "prompt", type: "prompt", version: 1, position: { x: 0, y: 0 }, params: { text: "a photo of two cats" } },
      { id: "text", type: "text-encoder", version: 1, position: { x: 320, y: 0 }, params: {} },
    ],
    edges: [{ source: "prompt", sourcePort: "text", target: "text", targetPort: "text" }],
  };
  await editor.openGraph("Tokens", graph);
  await editor.select("text-encoder");
  const { text } = await editor.runToEnd("text-encoder", editor.runSelected);
  await page.keyboard.press("2");
  await expect(view(page, "Tokens")).toBeChecked();
  // bifrost-mini's encoders read 24 tokens. T5 marks the space before a word, CLIP the end of one; both are shown as ·.
  const words = ["·a", "·photo", "·of", "·two", "·cats", "</s>"];
  await expect(panel(page).getByText("6 tokens.", { exact: true })).toBeVisible();
  const read = await tokenRows(page);
  expect(read.map((row) => row.text)).toEqual([...words, "padding × 18"]);
  expect(read.map((row) => row.place)).toEqual(["1", "2", "3", "4", "5", "6", ""]);
  const embeds = (await editor.tensors(text!.outputs.conditioning!.tensors.hash)).prompt_embeds!;
  const [, count, dims] = embeds.dims as [number, number, number];
  const data = float32Data(embeds, "prompt_embeds");
  const norms = Array.from({ length: count }, (_, token) => Math.sqrt(data.subarray(token * dims, (token + 1) * dims).reduce((sum, value) => sum + value ** 2, 0)));
  expect(count).toBe(24);
  // Shown with four digits.
  const near = (shown: number, norm: number) => expect(Math.abs(shown - norm)).toBeLessThanOrEqual(norm * 5e-4);
  words.forEach((_, token) => near(numbersIn(read[token]!.norm)[0]!, norms[token]!));
  const [low, high] = numbersIn(read[6]!.norm);
  near(low!, Math.min(...norms.slice(6)));
  near(high!, Math.max(...norms.slice(6)));

  await panel(page).getByLabel("Tensor").selectOption({ label: "Pooled prompt (CLIP)" });
  await expect(panel(page).getByText("7 tokens.", { exact: true })).toBeVisible();
  // One vector stands for all of them, so none has a norm.
  const inClip = ["<|startoftext|>", "a·", "photo·", "of·", "two·", "cats·", "<|endoftext|>", "padding × 17"];
  expect(await tokenRows(page)).toEqual(inClip.map((text, at) => ({ place: at < 7 ? String(at + 1) : "", text, norm: "" })));
  await expect(panel(page).getByTitle("Start of the prompt")).toHaveText("<|startoftext|>");
  await expect(panel(page).getByTitle("End of the prompt")).toHaveText("<|endoftext|>");

  // 30 times five words: T5 reads 23 of 150 and its end, CLIP 22 and both of its marks.
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("a photo of two cats ".repeat(30).trim());
  await editor.select("text-encoder");
  await editor.runToEnd("text-encoder", editor.runSelected);
  await expect(panel(page).getByText("128 further tokens of the prompt were cut off: nothing after them knows their words.")).toBeVisible();
  const cut = panel(page).getByTitle("Cut off: not read");
  await expect(cut).toHaveCount(128);
  await expect(cut.first()).toHaveText("of·");
  await panel(page).getByLabel("Tensor").selectOption({ label: "Prompt embeddings (T5)" });
  await expect(panel(page).getByText("127 further tokens of the prompt were cut off: nothing after them knows their words.")).toBeVisible();
  await expect(cut).toHaveCount(127);
  const long = await tokenRows(page);
  expect(long.map((row) => row.text)).toEqual([...Array.from({ length: 23 }, (_, at) => words[at % 5]), "</s>", ...Array.from({ length: 127 }, (_, at) => words[(at + 23) % 5])]);
  // What was not read has no place in the tensor and no norm.
  expect(long.findIndex((row) => row.place === "")).toBe(24);
  expect(long.findIndex((row) => row.norm === "")).toBe(24);
});
