/** A run whose steps take more than it may keep: which still have their tensors is said, and the others are there in numbers. */
import type { Page } from "@playwright/test";
import { expect, test } from "./studio";

test.use({ settings: { RUN_FRAMES_LIMIT: "310 KB" } });

const steps = 8;
/**
 * A step of the unmasker is a file of 49.6 KB, one of the sampler of 33 KB. Of the unmasker's four and the sampler's nine, 310 KB
 * are passed with its 4th: every second one goes (2 of either; the newest stays). With its 6th again, and since every second one
 * leaves too many, every fourth stays: 3 of either goes, and 4. Up to the 8th there is room then.
 */
const keptSteps = [1, 5, 6, 7, 8];
const panel = (page: Page) => page.getByRole("tabpanel", { name: "Inspect" });

test("thinned steps keep their numbers and pictures; the first and the last, and evenly some between, keep their tensors", async ({ editor, page }) => {
  await editor.openPreset("Text to image (Bifrost-1)");
  await editor.setNumber("flux-sampler", "Steps", steps);
  const { sampler } = await editor.runToEnd("save-image");
  const frames = sampler!.frames;
  expect(frames.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, at) => at + 1));
  expect(frames.filter(({ tensors }) => tensors !== null).map(({ step }) => step)).toEqual(keptSteps);
  expect(frames.every(({ numbers, preview }) => typeof numbers.sigma === "number" && preview !== null)).toBe(true);

  await editor.select("flux-sampler");
  await page.keyboard.press("2");
  const strip = page.getByRole("group", { name: "Steps of FLUX Sampler" });
  const said = page.getByText("some steps without tensors", { exact: true });
  await expect(said).toHaveAttribute("title", "Of 8 steps, the tensors of steps 1, 5, 6, 7 and 8 are kept: all of them would take more room than a run may keep.");
  for (const step of keptSteps) await expect(strip.getByRole("button", { name: `Step ${step}`, exact: true })).toBeVisible();
  for (const step of [2, 3, 4]) await expect(strip.getByRole("button", { name: `Step ${step}, tensors not kept`, exact: true }).locator("img")).toBeVisible();
  await page.keyboard.press("Home");
  await expect(strip.getByRole("button", { name: "Step 1", exact: true })).toHaveAttribute("aria-current", "step");
  await expect(page.getByLabel("Components of FLUX Sampler at step 1")).toBeVisible();

  // One that was let go: it says which are there, and its numbers are.
  await strip.getByRole("button", { name: "Step 3, tensors not kept", exact: true }).click();
  await expect(panel(page).getByText("step 3 of 8", { exact: true })).toBeVisible();
  await expect(panel(page).getByText("The tensors of step 3 were not kept: all of this run's steps take more than RUN_FRAMES_LIMIT allows. Those of steps 1, 5, 6, 7 and 8 are there.")).toBeVisible();
  await expect(page.getByLabel(/^Components of FLUX Sampler at step/)).toBeHidden();
  await expect(panel(page).getByRole("img", { name: /^Noise level σ over 8 steps/ })).toBeVisible();

  // The last is there, and can be compared with the one before it; the fifth cannot, and is not compared with another.
  await page.keyboard.press("End");
  await expect(page.getByLabel("Components of FLUX Sampler at step 8")).toBeVisible();
  await panel(page).getByRole("radio", { name: "Change", exact: true }).click();
  await expect(page.getByLabel("Change of FLUX Sampler at step 8")).toBeVisible();
  await strip.getByRole("button", { name: "Step 5", exact: true }).click();
  await expect(panel(page).getByText("There is no step before this one to compare with, or its tensors were not kept.", { exact: true })).toBeVisible();

  // The order of unmasking is that of what was kept, and says so.
  await editor.select("visual-branch-unmasker");
  await panel(page).getByRole("radio", { name: "Order", exact: true }).click();
  await expect(panel(page).getByText("The first kept iteration at which each patch was known, up to the one looked at. Not all iterations were kept.", { exact: true })).toBeVisible();
});
