/** Nodes folded into one card: opened, changed inside, run, unfolded, nested and kept for other workflows. */
import type { Page } from "@playwright/test";
import type { EditorPage } from "./editor-page";
import { expect, test } from "./studio";

const preset = "Text to image (Bifrost-1)";
const subgraph = (editor: EditorPage) => editor.canvas.locator('article[data-node-type="subgraph"]');
const params = (page: Page) => page.getByRole("tabpanel", { name: "Params" });
const path = (page: Page) => page.getByRole("navigation", { name: "Where in the workflow" });

/** Selects cards one after the other with Ctrl held. */
async function selectAll(editor: EditorPage, ...types: Parameters<EditorPage["card"]>[0][]): Promise<void> {
  for (const [index, type] of types.entries()) await editor.card(type).getByRole("heading").click({ modifiers: index === 0 ? [] : ["ControlOrMeta"] });
}

test("folded nodes keep their results, are changed inside, and come out again as they were", async ({ editor, page }) => {
  await editor.openPreset(preset);
  const before = await editor.runToEnd("save-image");
  await selectAll(editor, "visual-branch-unmasker", "latent-downsampler", "controlnet");
  await page.keyboard.press("ControlOrMeta+Shift+g");
  const card = subgraph(editor);
  await expect(card).toBeVisible();
  // What was computed is still there: folding is no change.
  await expect(card).toHaveAttribute("data-status", "done");
  await expect(editor.card("controlnet")).toHaveCount(0);
  await expect(editor.edges()).toHaveCount(6);
  await page.screenshot({ path: test.info().outputPath("folded.png") });
  const again = await editor.runToEnd("save-image");
  expect(Object.keys(again).sort()).toEqual(Object.keys(before).sort());
  expect(Object.values(again).every(({ reused }) => reused)).toBe(true);

  await params(page).getByRole("textbox", { name: "Name of the node" }).fill("Patches");
  await page.keyboard.press("Enter");
  await card.getByRole("heading", { name: "Patches" }).dblclick();
  await expect(path(page)).toContainText("Patches");
  await expect(editor.card("controlnet")).toBeVisible();
  await expect(editor.card("flux-sampler")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Comes in" })).toBeVisible();
  await page.waitForTimeout(400);
  await page.screenshot({ path: test.info().outputPath("opened.png") });
  await editor.select("visual-branch-unmasker");
  await editor.paramMenu("iterations", "Show on the card of “Patches”");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await page.keyboard.press("u");
  await expect(path(page)).toHaveCount(0);
  await card.getByRole("spinbutton", { name: "Iterations" }).fill("3");
  await page.keyboard.press("Enter");
  await expect(card).toContainText("changed");
  const changed = await editor.runToEnd("save-image");
  expect(changed.text!.reused).toBe(true);
  expect(changed.unmasker!.reused).toBe(false);
  await page.screenshot({ path: test.info().outputPath("params-on-the-card.png") });

  // Undone step by step, back to the nodes as they lay.
  for (let step = 0; step < 4; step++) await page.keyboard.press("ControlOrMeta+z");
  await expect(subgraph(editor)).toHaveCount(0);
  await expect(editor.edges()).toHaveCount(8);
  for (let step = 0; step < 4; step++) await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(card.getByRole("spinbutton", { name: "Iterations" })).toHaveValue("3");
  await card.getByRole("heading").click();
  await page.keyboard.press("ControlOrMeta+Alt+g");
  await expect(editor.card("controlnet")).toBeVisible();
  await expect(editor.edges()).toHaveCount(8);
});

test("a subgraph is kept, offered everywhere, nested, found and shown where something is wrong in it", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await selectAll(editor, "flux-sampler", "vae-decode");
  await page.keyboard.press("ControlOrMeta+Shift+g");
  await params(page).getByRole("textbox", { name: "Name of the node" }).fill("Drawing");
  await page.keyboard.press("Enter");
  await params(page).getByRole("button", { name: "Show a param" }).click();
  await page.getByRole("menuitem", { name: "Seed" }).click();
  await expect(subgraph(editor).getByRole("spinbutton", { name: "Seed" })).toBeVisible();
  await params(page).getByRole("textbox", { name: "Name of Seed" }).fill("Noise");
  await page.keyboard.press("Enter");
  await expect(subgraph(editor).getByRole("spinbutton", { name: "Noise" })).toBeVisible();
  await params(page).getByRole("button", { name: "Save as preset" }).click();
  const dialog = page.getByRole("dialog", { name: "Save the subgraph as a preset" });
  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue("Drawing");
  await dialog.getByRole("button", { name: "Save preset" }).click();
  await expect(dialog).toBeHidden();

  // Another workflow offers it: in the list of nodes, and in the search for what takes a connection.
  await editor.openEmpty();
  const list = page.getByRole("region", { name: "My subgraphs" });
  await list.getByRole("button", { name: "Drawing", exact: true }).click();
  await expect(subgraph(editor)).toHaveCount(1);
  await expect(subgraph(editor).getByRole("spinbutton", { name: "Noise" })).toHaveValue("42");
  await editor.dragFromPalette("text-encoder", { x: 120, y: 200 });
  const output = editor.port("text-encoder", "output", "conditioning");
  await output.hover();
  await page.mouse.down();
  const canvas = (await editor.canvas.boundingBox())!;
  await page.mouse.move(canvas.x + 200, canvas.y + 560, { steps: 5 });
  await page.mouse.up();
  await page.getByRole("option", { name: "Drawing" }).click();
  await expect(subgraph(editor)).toHaveCount(2);
  await expect(editor.edges()).toHaveCount(1);
  await expect(page.locator('.react-flow__edge[data-id$="conditioning"]')).toHaveCount(1);

  // Folded once more, what is wrong inside is said outside, and leads all the way in.
  await page.keyboard.press("ControlOrMeta+Shift+g");
  await expect(subgraph(editor)).toHaveCount(2);
  await page.screenshot({ path: test.info().outputPath("nested.png") });
  await page.getByRole("button", { name: /problems?$/ }).click();
  await params(page).getByRole("button", { name: /FLUX Sampler needs its input “Conditioning”/ }).first().click();
  await expect(path(page)).toContainText("Drawing");
  await expect(editor.card("flux-sampler")).toBeVisible();
  await expect(editor.canvas.locator('article[data-node-type="flux-sampler"]')).toHaveClass(/border-accent/);
  await page.keyboard.press("u");
  await expect(editor.card("text-encoder")).toBeVisible();

  // Found by what it holds, however deep it lies.
  await page.keyboard.press("ControlOrMeta+f");
  await page.getByRole("textbox", { name: "Find in the workflow" }).fill("vae");
  await expect(page.getByRole("search", { name: "Find a node" })).toContainText("in Drawing");
  await expect(editor.card("vae-decode")).toBeVisible();
  await page.keyboard.press("Escape");
  await list.getByRole("button", { name: "Drawing", exact: true }).hover();
  await list.getByRole("button", { name: "Remove “Drawing” from your subgraphs" }).click();
  await expect(list.getByRole("button", { name: "Drawing", exact: true })).toHaveCount(0);
});

test("at work, a card says which node inside and how far, shows its pictures, and is run anew by itself", async ({ editor, page }) => {
  await editor.openLongRun(384);
  await selectAll(editor, "flux-sampler", "vae-decode", "save-image");
  await page.keyboard.press("ControlOrMeta+Shift+g");
  const card = subgraph(editor);
  await editor.run.click();
  await expect(card).toHaveAttribute("data-status", "running");
  await expect(card).toContainText(/\d+ \/ 200/);
  await expect(card.getByRole("progressbar", { name: "Progress of Subgraph" })).toBeVisible();
  await expect(card.getByRole("button", { name: "Show the picture of Subgraph large" })).toBeVisible();
  await page.screenshot({ path: test.info().outputPath("at-work.png") });
  await expect(card).toHaveAttribute("data-status", "done", { timeout: 90_000 });
  await expect(editor.cancel).toBeHidden();

  // Muted, it is left out with all that lies in it; taken back in, its results are there.
  await card.getByRole("heading").click();
  await page.keyboard.press("ControlOrMeta+m");
  await expect(card).toHaveAttribute("data-mode", "muted");
  await editor.run.click();
  await expect(page.getByText("This workflow cannot run yet", { exact: true })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+m");
  await card.getByRole("heading").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Run this node anew" }).click();
  await expect(card).toHaveAttribute("data-status", "running");
  await expect(editor.card("text-encoder")).toContainText("reused");
  await editor.cancel.click();
  await expect(editor.cancel).toBeHidden();
});
