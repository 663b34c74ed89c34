/** Commands by name and by keys of one's own, nodes found, problems mended, help and the first steps: by keyboard and mouse. */
import type { Page } from "@playwright/test";
import { emptyWorkflow } from "@/nodes/workflow";
import { shippedGraph } from "./editor-page";
import { expect, test } from "./studio";

const palette = (page: Page) => page.getByRole("dialog", { name: "All commands" });
const search = (page: Page) => page.getByRole("combobox", { name: "Search commands" });
const option = (page: Page, name: string | RegExp) => palette(page).getByRole("option", { name });
const params = (page: Page) => page.getByRole("tabpanel", { name: "Params" });

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(search(page)).toBeFocused();
}

/** The option that Enter would take. */
async function activeOption(page: Page): Promise<string> {
  const id = await search(page).getAttribute("aria-activedescendant");
  return page.evaluate((element) => document.getElementById(element ?? "")?.textContent ?? "", id);
}

test("a command is found by some of its letters, run with Enter, and stands first the next time", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await openPalette(page);
  await page.keyboard.type("select al");
  expect(await activeOption(page)).toContain("Select all");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeHidden();
  await expect(params(page).getByText("8 nodes selected")).toBeVisible();

  await openPalette(page);
  expect(await activeOption(page)).toContain("Select all");
  await page.keyboard.press("ArrowDown");
  expect(await activeOption(page)).not.toContain("Select all");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
});

test("what cannot be done says why and does nothing; nodes and presets are offered too", async ({ editor, page }) => {
  await editor.openEmpty();
  await openPalette(page);
  await page.keyboard.type("duplicate");
  await expect(option(page, /^Duplicate(?! with)/)).toHaveAttribute("aria-disabled", "true");
  await expect(option(page, /^Duplicate(?! with)/)).toContainText("Nothing is selected.");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeVisible();

  await search(page).fill("add sampler");
  await option(page, /Add node: FLUX Sampler/).click();
  await expect(editor.card("flux-sampler")).toBeVisible();

  await openPalette(page);
  await page.keyboard.type("preset flux alone");
  const before = page.url();
  await page.keyboard.press("Enter");
  await expect(page).not.toHaveURL(before);
  await expect(editor.card("save-image")).toBeVisible();
});

test("the slash and Tab add a node at the pointer", async ({ editor, page }) => {
  await editor.openEmpty();
  const box = (await editor.canvas.boundingBox())!;
  await page.mouse.move(box.x + 300, box.y + 60);
  await page.keyboard.press("/");
  await page.keyboard.type("prom");
  await page.keyboard.press("Enter");
  await expect(editor.card("prompt")).toBeVisible();
  const card = (await editor.card("prompt").boundingBox())!;
  expect(Math.abs(card.x - (box.x + 300))).toBeLessThan(4);
  expect(Math.abs(card.y - (box.y + 60))).toBeLessThan(4);
});

test("nodes are found by the words they hold, one after the other", async ({ editor, page }) => {
  const graph = await shippedGraph("text-to-image");
  await editor.openGraph("Finding", { ...graph, nodes: graph.nodes.map((node) => (node.type === "prompt" ? { ...node, params: { text: "a lighthouse at night" } } : node)) });
  await page.keyboard.press("Control+f");
  const bar = page.getByRole("search", { name: "Find a node" });
  await expect(bar.getByRole("textbox")).toBeFocused();
  await page.keyboard.type("lighthouse");
  await expect(bar.getByRole("status")).toHaveText("1 of 1");
  await expect(bar).toContainText("a lighthouse at night");
  await expect(params(page).getByRole("textbox", { name: "Name of the node" })).toHaveValue("Prompt");

  await bar.getByRole("textbox").fill("seed 42");
  await expect(bar.getByRole("status")).toHaveText("1 of 2");
  const name = params(page).getByRole("textbox", { name: "Name of the node" });
  const first = await name.inputValue();
  await page.keyboard.press("ArrowDown");
  await expect(bar.getByRole("status")).toHaveText("2 of 2");
  await expect(name).not.toHaveValue(first);
  await page.keyboard.press("ArrowUp");
  await expect(name).toHaveValue(first);

  await bar.getByRole("textbox").fill("elephant");
  await expect(bar.getByRole("status")).toHaveText("Not found");
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
});

test("keys can be changed: refused, taken from another, kept over a reload, and reset", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const row = (title: string) => dialog.getByRole("listitem").filter({ hasText: title }).first();
  const keysOf = (title: string) => row(title).getByRole("button", { name: new RegExp(`^${title}: `) });

  await keysOf("Select all").click();
  await page.keyboard.press("Control+t");
  await expect(row("Select all").getByRole("alert")).toContainText("Ctrl+T cannot be used.");
  // What is refused ends nothing: Escape does, and the dialog stays.
  await page.keyboard.press("Escape");
  await expect(dialog).toBeVisible();

  await keysOf("Select all").click();
  await page.keyboard.press("Control+d");
  await expect(row("Select all").getByRole("alert")).toContainText("Ctrl+D is “Duplicate” now.");
  await row("Select all").getByRole("button", { name: "Use it here" }).click();
  await expect(keysOf("Select all")).toHaveAccessibleName(/Ctrl\+D/);
  await expect(keysOf("Duplicate")).toHaveAccessibleName(/no keys/);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  await page.reload();
  await expect(editor.card("prompt")).toBeVisible();
  await page.keyboard.press("Control+d");
  await expect(params(page).getByText("8 nodes selected")).toBeVisible();
  await expect(editor.cards("prompt")).toHaveCount(1);
  await openPalette(page);
  await page.keyboard.type("select all");
  await expect(option(page, /^Select all/).locator("kbd")).toHaveText("CtrlD");
  await page.keyboard.press("Escape");

  await page.keyboard.press("?");
  await dialog.getByRole("button", { name: "Reset all" }).click();
  await expect(keysOf("Duplicate")).toHaveAccessibleName(/Ctrl\+D/);
  await expect(keysOf("Select all")).toHaveAccessibleName(/Ctrl\+A/);
});

test("a letter given to Run runs from the canvas and is still a letter in the prompt", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.getByRole("button", { name: /^Run: / }).click();
  await page.keyboard.press("g");
  await page.keyboard.press("Escape");
  const started: string[] = [];
  page.on("request", (request) => request.url().includes("runs.start") && started.push(request.url()));
  const prompt = editor.card("prompt").getByRole("textbox", { name: "Prompt" });
  await prompt.fill("a do");
  await prompt.press("g");
  await expect(prompt).toHaveValue("a dog");
  expect(started).toEqual([]);
  await editor.select("prompt");
  await page.keyboard.press("g");
  await expect.poll(() => started.length).toBe(1);
});

test("problems are counted, listed and mended, each mend one step of undo", async ({ editor, page }) => {
  const graph = await shippedGraph("text-to-image");
  const sampler = graph.nodes.find(({ type }) => type === "flux-sampler")!;
  await editor.openGraph("Broken", {
    ...graph,
    nodes: graph.nodes.map((node) => (node === sampler ? { ...node, params: { ...node.params, steps: 900 } } : node)),
    edges: graph.edges.filter(({ targetPort, target }) => !(target === graph.nodes.find(({ type }) => type === "vae-decode")!.id && targetPort === "latents")),
  });
  await editor.select("prompt");
  await page.getByRole("button", { name: "1 problem", exact: true }).click();
  const list = params(page).getByRole("region", { name: "Problems" });
  await expect(list).toBeFocused();
  // Without its connection nobody needs the sampler: what is wrong with it keeps nothing from running.
  const apart = params(page).getByRole("region", { name: "Not part of a run" });
  await apart.getByRole("button", { name: /^Set to 200/ }).click();
  await expect(apart).toBeHidden();
  await expect(page.getByRole("button", { name: "1 problem", exact: true })).toBeVisible();
  await expect(editor.card("flux-sampler").getByRole("spinbutton", { name: "Steps" })).toHaveValue("200");
  await list.getByRole("button", { name: /^Connect FLUX Sampler/ }).click();
  await expect(editor.edges()).toHaveCount(graph.edges.length);
  await expect(params(page).getByText("Nothing keeps it from running.")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("button", { name: "1 problem", exact: true })).toBeVisible();
  await expect(editor.edges()).toHaveCount(graph.edges.length - 1);

  await list.getByRole("button", { name: /VAE Decode needs its input/ }).first().click();
  await expect(params(page).getByRole("textbox", { name: "Name of the node" })).toHaveValue("VAE Decode");
});

test("a preset begins an empty workflow, in one step of undo", async ({ editor, page }) => {
  await editor.openEmpty();
  await page.getByRole("list", { name: "Presets" }).getByRole("button", { name: "Text to image (Bifrost-1)" }).click();
  await expect(editor.card("save-image")).toBeInViewport();
  await expect(editor.edges()).toHaveCount((await shippedGraph("text-to-image")).edges.length);
  await page.keyboard.press("Control+z");
  await expect(editor.canvas.getByText("This workflow has no nodes yet")).toBeVisible();
});

test("help on a node says what goes in and out, with shapes, and what the paper says of it", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.select("vae-decode");
  await params(page).getByText("Inputs, outputs and their shapes").click();
  await expect(params(page).getByText("latents [1, channels, height / 8, width / 8], scaled as the sampler sees them")).toBeVisible();
  await expect(params(page).getByText("image [height, width, 3], 8-bit RGB")).toBeVisible();
  const inPaper = params(page).getByRole("region", { name: "In the paper" });
  await expect(inPaper).toContainText("Autoencoder of FLUX");
  await expect(inPaper.getByRole("link")).toHaveAttribute("href", "https://arxiv.org/abs/2508.05954");
  await page.screenshot({ path: test.info().outputPath("help.png") });
});

test("the first steps are ticked as they are taken, and put away for good", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  const steps = params(page).getByRole("region", { name: "First steps" });
  await expect(steps.getByRole("listitem")).toHaveCount(3);
  await expect(steps.getByLabel("Done")).toHaveCount(0);
  await editor.setNumber("flux-sampler", "Steps", 4);
  await editor.canvas.click({ position: { x: 12, y: 12 } });
  await expect(steps.getByLabel("Done")).toHaveCount(1);
  await page.reload();
  await expect(steps.getByLabel("Done")).toHaveCount(1);
  await steps.getByRole("button", { name: "Hide the first steps" }).click();
  await expect(steps).toBeHidden();
  await page.reload();
  await expect(params(page).getByText("Nothing keeps it from running.")).toBeVisible();
  await expect(steps).toBeHidden();
  await editor.openGraph("Another", { ...emptyWorkflow, nodes: (await shippedGraph("flux-alone")).nodes.slice(0, 1) });
  await expect(params(page).getByText(/1 node,/)).toBeVisible();
  await expect(steps).toBeHidden();
});
