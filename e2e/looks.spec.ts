/**
 * How the main pages look, in both themes, against pictures in e2e/looks. After a change that is meant:
 * `npm run test:e2e -- looks --update-snapshots`, and look at what changed.
 */
import type { Page } from "@playwright/test";
import { expect, test } from "./studio";

// Letters are drawn differently elsewhere.
test.skip(process.platform !== "linux", "The pictures are those of Chromium on Linux.");
// Settings, though the usual ones, make the studio one of this file's own: without the workflows of other files.
test.use({ viewport: { width: 1280, height: 720 }, settings: { WORKER_CONCURRENCY: "1" } });

/** What is not the same every time and everywhere: times, pictures and values that were computed, and what computes. */
const changing = (page: Page) => [
  page.locator("time"),
  page.locator("img"),
  page.getByText("· mini"),
  page.getByText(/^Done in /),
  page.locator("canvas[aria-label]"),
  page.getByRole("tabpanel", { name: "Inspect" }).locator(".number"),
  page.getByRole("region", { name: "Inspector" }).locator(".number"),
];

/** Three pixels of a thousand may differ: another version of Chromium smooths letters a little differently. A field or a button more than there was is more. */
const tolerance = { maxDiffPixelRatio: 0.003 };

/** Against the picture of this name, with the pointer away. */
const looksIn = (colorScheme: "dark" | "light") => async (page: Page, name: string) => {
  await expect(page.getByText("· mini")).toBeVisible();
  // The pointer shows what it is on.
  await page.mouse.move(0, 719);
  await expect(page).toHaveScreenshot(`${name}-${colorScheme}.png`, { ...tolerance, mask: changing(page) });
};

const themes = ["dark", "light"] as const;

for (const colorScheme of themes) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, reducedMotion: "reduce" });
    const looks = looksIn(colorScheme);

    test("start page, Runs, an empty workflow", async ({ editor, page }) => {
      await page.goto("/");
      await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
      await looks(page, "start");
      await page.goto("/runs");
      await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
      await looks(page, "runs");
      await editor.openEmpty();
      await expect(page.getByText(/^Saved .* version/)).toBeVisible();
      await looks(page, "empty");
    });

    test("a pipeline: a node's params, its help, commands", async ({ editor, page }) => {
      await editor.openPreset("Text to image (Bifrost-1)");
      await editor.select("flux-sampler");
      await expect(page.getByText(/^Saved .* version/)).toBeVisible();
      await looks(page, "params");
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("option").first()).toBeVisible();
      await looks(page, "commands");
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog")).toBeVisible();
      await looks(page, "shortcuts");
    });
  });
}

// After the pages above, which show whether anything has run.
for (const colorScheme of themes) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, reducedMotion: "reduce" });
    const looks = looksIn(colorScheme);

    test("a run: the inspector beside the canvas, and large", async ({ editor, page }) => {
      await editor.openPreset("Text to image (Bifrost-1)");
      // A seed of its own: what the other theme computed would be reused, and say so.
      await editor.setNumber("visual-branch-unmasker", "Seed", colorScheme === "dark" ? 101 : 102);
      await editor.run.click();
      await expect(editor.card("save-image")).toHaveAttribute("data-status", "done", { timeout: 60_000 });
      await editor.select("flux-sampler");
      await page.keyboard.press("2");
      await expect(page.getByLabel("Components of FLUX Sampler at step 8", { exact: true })).toBeVisible();
      await looks(page, "inspector");
      await page.keyboard.press("i");
      await expect(page.getByRole("region", { name: "Inspector" }).locator("canvas").first()).toBeVisible();
      await looks(page, "inspector-large");
    });
  });
}
