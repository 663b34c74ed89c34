/** What a person meets who starts the studio for the first time: one click makes a picture. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, startStudio, test } from "./studio";

test("the first click is Run, and it ends in a picture", async ({ page, editor }) => {
  const dataDir = await mkdtemp(join(tmpdir(), "bifrost-first-"));
  const studio = await startStudio(dataDir);
  try {
    await page.goto(studio.url);
    await page.waitForURL(/\/workflows\//);
    await expect(editor.card("prompt").getByRole("textbox", { name: "Prompt" })).toHaveValue(/\w+/);

    await editor.run.click();
    await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
    await expect(editor.card("flux-sampler").getByRole("img", { name: /./ }).first()).toBeVisible();

    const picture = editor.card("save-image").getByRole("button", { name: /Show the picture/ }).locator("img");
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([128, 128]);

    await editor.card("save-image").getByRole("button", { name: /Show the picture/ }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();

    // The default run may be over before the browser draws; a longer one shows its progress on the nodes.
    const progress = await editor.noteProgress();
    await editor.setNumber("flux-sampler", "Steps", 200);
    await editor.setNumber("visual-branch-unmasker", "Iterations", 64);
    await editor.run.click();
    await expect.poll(progress).toContainEqual(expect.stringMatching(/^flux-sampler \d+ \/ 200$/));
    await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");

    // The start page leads back to it from now on, and shows the picture.
    await page.goto(studio.url);
    await expect(page.getByRole("article", { name: /Text to image/ }).first()).toBeVisible();
  } finally {
    await studio.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

test.describe("in a browser that asks for Chinese", () => {
  test.use({ locale: "zh-CN" });

  test("the first workflow has a Chinese name", async ({ page }) => {
    const dataDir = await mkdtemp(join(tmpdir(), "bifrost-first-"));
    const studio = await startStudio(dataDir);
    try {
      await page.goto(studio.url);
      await page.waitForURL(/\/workflows\//);
      await expect(page).toHaveTitle("文生图（Bifrost-1） · Bifrost Studio");
      await page.goto(studio.url);
      await expect(page.getByRole("article", { name: /文生图（Bifrost-1）/ }).first()).toBeVisible();
    } finally {
      await studio.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
