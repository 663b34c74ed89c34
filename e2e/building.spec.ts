/** The pipeline built by hand, from an empty canvas, with the mouse. */
import type { NodeType } from "@/nodes/specs";
import { EditorPage } from "./editor-page";
import { expect, test } from "./studio";

/** Clear of each other: a port under another card cannot be taken hold of. */
const places: [NodeType, { x: number; y: number }][] = [
  ["prompt", { x: 20, y: 20 }],
  ["text-encoder", { x: 300, y: 20 }],
  ["visual-branch-unmasker", { x: 300, y: 140 }],
  ["latent-downsampler", { x: 590, y: 20 }],
  ["controlnet", { x: 590, y: 140 }],
  ["flux-sampler", { x: 860, y: 20 }],
  ["vae-decode", { x: 1090, y: 20 }],
  ["save-image", { x: 1090, y: 320 }],
];
const connections: [[NodeType, string], [NodeType, string]][] = [
  [["prompt", "text"], ["text-encoder", "text"]],
  [["prompt", "text"], ["visual-branch-unmasker", "text"]],
  [["visual-branch-unmasker", "patches"], ["latent-downsampler", "patches"]],
  [["latent-downsampler", "control"], ["controlnet", "control"]],
  [["text-encoder", "conditioning"], ["flux-sampler", "conditioning"]],
  [["controlnet", "conditioning"], ["flux-sampler", "control"]],
  [["flux-sampler", "latents"], ["vae-decode", "latents"]],
  [["vae-decode", "image"], ["save-image", "image"]],
];

test.beforeEach(async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
});

test("text to image, by drag and drop, runs to a picture", async ({ editor }) => {
  await editor.openEmpty();
  for (const [type, at] of places) await editor.dragFromPalette(type, at);
  for (const [from, to] of connections) await editor.connect(from, to);
  await expect(editor.edges()).toHaveCount(connections.length);

  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  await expect(editor.card("save-image").getByRole("button", { name: /Show the picture/ }).locator("img")).toBeVisible();
});

test("a dropped node lands where the pointer is", async ({ editor }) => {
  await editor.openEmpty();
  const at = { x: 500, y: 300 };
  await editor.dragFromPalette("prompt", at);
  const canvas = (await editor.canvas.boundingBox())!;
  const card = (await editor.card("prompt").boundingBox())!;
  const pointer = { x: canvas.x + at.x, y: canvas.y + at.y };
  expect(pointer.x).toBeGreaterThanOrEqual(card.x - 1);
  expect(pointer.x).toBeLessThanOrEqual(card.x + card.width + 1);
  expect(pointer.y).toBeGreaterThanOrEqual(card.y - 1);
  expect(pointer.y).toBeLessThanOrEqual(card.y + card.height + 1);
});

test("a connection that does not fit is refused, with the reason, and unfit ports dim meanwhile", async ({ editor, page }) => {
  await editor.openEmpty();
  await editor.dragFromPalette("prompt", { x: 200, y: 200 });
  await editor.dragFromPalette("vae-decode", { x: 600, y: 200 });
  await editor.dragFromPalette("text-encoder", { x: 600, y: 420 });
  await editor.connect(["prompt", "text"], ["vae-decode", "latents"], { release: false });
  await expect(editor.port("vae-decode", "input", "latents")).toHaveAttribute("data-offer", "closed");
  await expect(editor.port("text-encoder", "input", "text")).toHaveAttribute("data-offer", "open");
  await page.mouse.up();
  await expect(page.getByText("This input takes latents, not text.")).toBeVisible();
  await expect(editor.edges()).toHaveCount(0);
});

test("undo, redo, copy, paste and delete", async ({ editor, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.openEmpty();
  await editor.dragFromPalette("prompt", { x: 200, y: 200 });
  await editor.dragFromPalette("text-encoder", { x: 600, y: 200 });
  await editor.connect(["prompt", "text"], ["text-encoder", "text"]);
  await expect(editor.edges()).toHaveCount(1);

  await page.keyboard.press("Control+z");
  await expect(editor.edges()).toHaveCount(0);
  await page.keyboard.press("Control+Shift+z");
  await expect(editor.edges()).toHaveCount(1);

  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await expect(editor.cards("prompt")).toHaveCount(2);
  await expect(editor.edges()).toHaveCount(2);
  await page.keyboard.press("Delete");
  await expect(editor.cards("prompt")).toHaveCount(1);
  await expect(editor.edges()).toHaveCount(1);
});

test("what is copied in one tab is pasted into another workflow in another, with its connections", async ({ editor, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.page.keyboard.press("Control+a");
  await editor.page.keyboard.press("Control+c");
  const there = new EditorPage(await context.newPage());
  await there.openEmpty();
  await there.page.keyboard.press("Control+v");
  await expect(there.edges()).toHaveCount(connections.length);
  for (const [type] of places) await expect(there.cards(type)).toHaveCount(1);
  await expect(there.saving).toContainText("Saved");
});
