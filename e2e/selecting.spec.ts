/** Choosing, naming and placing with the mouse: one of many, a box, titles where they stand, and what a menu puts where it was opened. */
import type { Locator, Page } from "@playwright/test";
import type { EditorPage } from "./editor-page";
import { expect, test } from "./studio";

const preset = "Text to image (Bifrost-1)";
const params = (page: Page) => page.getByRole("tabpanel", { name: "Params" });
const boxOf = async (locator: Locator) => (await locator.boundingBox())!;
const title = (editor: EditorPage, type: Parameters<EditorPage["card"]>[0]) => editor.card(type).getByRole("heading");

test("a title is written where it stands: by F2, from the menu, by a double click", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await title(editor, "visual-branch-unmasker").click();
  await title(editor, "latent-downsampler").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+Shift+g");
  const folded = editor.canvas.locator('article[data-node-type="subgraph"]');
  await expect(folded).toBeVisible();
  await page.keyboard.press("F2");
  await expect(folded.getByRole("textbox", { name: "Name of the node" })).toBeFocused();
  await page.keyboard.type("Imagine patches");
  await page.screenshot({ path: test.info().outputPath("writing.png") });
  await page.keyboard.press("Enter");
  await expect(folded.getByRole("heading", { name: "Imagine patches" })).toBeVisible();
  await expect(folded).not.toHaveAttribute("data-collapsed");

  await title(editor, "vae-decode").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await expect(editor.card("vae-decode").getByRole("textbox", { name: "Name of the node" })).toBeFocused();
  await page.keyboard.type("Clay decoder");
  await page.keyboard.press("Enter");
  await expect(title(editor, "vae-decode")).toHaveText("Clay decoder");

  await title(editor, "prompt").dblclick();
  await page.keyboard.type("Other words");
  await page.keyboard.press("Escape");
  await expect(title(editor, "prompt")).toHaveText("Prompt");
  await title(editor, "prompt").dblclick();
  await page.keyboard.type("Words");
  await editor.canvas.click({ position: { x: 12, y: 12 } });
  await expect(title(editor, "prompt")).toHaveText("Words");
  await page.keyboard.press("Control+z");
  await expect(title(editor, "prompt")).toHaveText("Prompt");

  // Where the card is out of view, the name is written in its params.
  await title(editor, "prompt").click();
  const canvas = await boxOf(editor.canvas);
  await page.mouse.move(canvas.x + 40, canvas.y + canvas.height - 60);
  await page.mouse.down();
  await page.mouse.move(canvas.x - 150, canvas.y + canvas.height - 60, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.press("F2");
  await expect(params(page).getByRole("textbox", { name: "Name of the node" })).toBeFocused();
  await page.keyboard.type("Said elsewhere");
  await page.keyboard.press("Enter");
  await expect(title(editor, "prompt")).toHaveText("Said elsewhere");
});

test("a click chooses one of many, Shift adds to it, and a drag still takes all along", async ({ editor, page }) => {
  await editor.openPreset(preset);
  const name = params(page).getByRole("textbox", { name: "Name of the node" });
  // With room for a box around all of it.
  await page.keyboard.press("-");
  for (const held of ["Shift", "Control"]) {
    const canvas = await boxOf(editor.canvas);
    // Nearer to the border the view would move along.
    await page.mouse.move(canvas.x + 48, canvas.y + 48);
    await page.keyboard.down(held);
    await page.mouse.down();
    await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2, { steps: 4 });
    await page.mouse.move(canvas.x + canvas.width - 48, canvas.y + canvas.height - 150, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up(held);
    await expect(params(page).getByText("8 nodes selected")).toBeVisible();

    await title(editor, "controlnet").click();
    await expect(name).toHaveValue("ControlNet");
    await title(editor, "vae-decode").click({ modifiers: [held as "Shift" | "Control"] });
    await expect(params(page).getByText("2 nodes selected")).toBeVisible();
  }
  const before = [await boxOf(editor.card("controlnet")), await boxOf(editor.card("vae-decode")), await boxOf(editor.card("prompt"))] as const;
  const grip = await boxOf(title(editor, "vae-decode"));
  await page.mouse.move(grip.x + 8, grip.y + 8);
  await page.mouse.down();
  await page.mouse.move(grip.x + 20, grip.y + 30, { steps: 3 });
  await page.mouse.move(grip.x + 30, grip.y + 90, { steps: 4 });
  await page.mouse.up();
  const after = [await boxOf(editor.card("controlnet")), await boxOf(editor.card("vae-decode")), await boxOf(editor.card("prompt"))] as const;
  expect(after[1].y - before[1].y).toBeGreaterThan(50);
  expect(Math.abs(after[0].y - before[0].y - (after[1].y - before[1].y))).toBeLessThanOrEqual(1);
  expect(after[2]).toEqual(before[2]);
  await expect(params(page).getByText("2 nodes selected")).toBeVisible();
});

test("what the menu of the canvas adds lies where the menu was opened", async ({ editor, page }) => {
  await editor.openEmpty();
  const canvas = await boxOf(editor.canvas);
  const menuAt = async (x: number, y: number, item: string) => {
    await page.mouse.click(canvas.x + x, canvas.y + y, { button: "right" });
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };
  const lies = async (thing: Locator, x: number, y: number) => {
    const { x: left, y: top } = await boxOf(thing);
    expect([Math.abs(left - canvas.x - x), Math.abs(top - canvas.y - y)].map((off) => off < 4)).toEqual([true, true]);
  };
  await menuAt(90, 60, "Add a note");
  await page.keyboard.type("Here");
  await page.keyboard.press("Control+Enter");
  await lies(editor.canvas.getByRole("region", { name: "Note" }), 90, 60);

  await menuAt(60, 420, "Add a node at the pointer");
  await page.keyboard.type("prompt");
  await page.keyboard.press("Enter");
  await lies(editor.card("prompt"), 60, 420);

  // Tab and a double click search where the pointer is.
  const search = page.getByRole("combobox", { name: "Search nodes to add" });
  await page.mouse.move(canvas.x + 520, canvas.y + 80);
  await page.keyboard.press("Tab");
  await expect(search).toBeFocused();
  await page.keyboard.type("ksampler");
  await page.keyboard.press("Enter");
  await lies(editor.card("flux-sampler"), 520, 80);
  await page.mouse.dblclick(canvas.x + 40, canvas.y + canvas.height - 60);
  await expect(search).toBeFocused();
  await page.keyboard.type("load lora");
  await expect(page.getByRole("dialog", { name: "Add a node" })).toContainText("There is no node for LoRAs");
});
