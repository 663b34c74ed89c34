/** Results that are kept, and files that were lost or damaged. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "./studio";

test("results of a run are kept until somebody lets them go, here and in the history", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  await page.getByRole("tab", { name: "Runs" }).click();
  // Of the newest run: other tests have theirs below it.
  const keep = page.getByRole("button", { name: "Keep results" }).first();
  await expect(keep).toHaveAttribute("aria-pressed", "false");
  await keep.click();
  await expect(keep).toHaveAttribute("aria-pressed", "true");
  await page.goto("/runs");
  await expect(keep).toHaveAttribute("aria-pressed", "true");
  await keep.focus();
  await page.keyboard.press("Enter");
  await expect(keep).toHaveAttribute("aria-pressed", "false");
  await page.reload();
  await expect(keep).toHaveAttribute("aria-pressed", "false");
});

test("the Models page says what is stored", async ({ page }) => {
  await page.goto("/models");
  const storage = page.getByRole("region", { name: "Storage" });
  await expect(storage.getByText("of 10 GB")).toBeVisible();
  await expect(storage.getByRole("meter", { name: "Storage used" })).toHaveAttribute("aria-valuetext", /^[\d.]+ [KM]?B of 10 GB$/);
});

test("a damaged picture is not shown but said to be gone", async ({ studio, editor, browser }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  const folder = join(studio.dataDir, "artifacts");
  for (const name of await readdir(folder, { recursive: true })) if (name.endsWith(".png")) await writeFile(join(folder, name), "damaged");
  // A browser without this one's cache: an artifact it has seen it need not ask for again.
  const page = await browser.newPage();
  await page.goto(`${studio.url}/runs`);
  const runs = page.getByRole("list", { name: "Runs" });
  await expect(runs.getByTitle("The picture is not in the artifact store any more.").first()).toBeVisible();
  await expect(runs.locator("img")).toHaveCount(0);
  await page.close();
});
