/** Params that take several values, seeds that change by themselves, and nodes left out. */
import { expect, test } from "./studio";

const preset = "Text to image (Bifrost-1)";

test("a seed that counts up runs as it is shown first, then one higher, and undo takes back the edit before", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await editor.setNumber("flux-sampler", "Steps", 2);
  await editor.select("flux-sampler");
  await editor.paramMenu("seed", "Add one");
  const seed = editor.card("flux-sampler").getByRole("spinbutton", { name: "Seed", exact: true });
  const shown = Number(await seed.inputValue());
  await expect(editor.card("flux-sampler").getByText("+1 each run")).toBeVisible();
  for (const expected of [shown, shown + 1, shown + 2]) {
    const started = page.waitForRequest((request) => request.url().includes("runs.start"));
    await editor.run.click();
    expect((await started).postData()).toContain(`"seed":${expected}`);
    await expect(seed).toHaveValue(String(expected));
    await expect(editor.cancel).toBeHidden();
    await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  }
  await page.keyboard.press("Control+z");
  await expect(editor.card("flux-sampler").getByText("+1 each run")).toBeHidden();
  await expect(seed).toHaveValue(String(shown));
});

test("mute and bypass say so on the card, and undo", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await editor.select("save-image");
  await page.keyboard.press("Control+m");
  await expect(editor.card("save-image").getByText("muted")).toBeVisible();
  await page.keyboard.press("Control+b");
  await expect(editor.card("save-image").getByText("bypassed")).toBeVisible();
  await page.keyboard.press("Control+b");
  await expect(editor.card("save-image").getByText("bypassed")).toBeHidden();
  await page.keyboard.press("Control+z");
  await expect(editor.card("save-image")).toHaveAttribute("data-mode", "bypassed");
});

test("the menu of the right button runs to a node", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await editor.card("text-encoder").getByRole("heading").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Run to this node" }).click();
  await expect(editor.card("text-encoder")).toHaveAttribute("data-status", "done");
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "idle");
});

test("a sweep too large is refused with its count before it runs", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await editor.select("flux-sampler");
  await editor.paramMenu("seed", "Sweep…");
  const dialog = page.getByRole("dialog", { name: "Sweep seed" });
  await dialog.getByLabel("Count").fill("1000000");
  await expect(dialog.getByText("1,000,000 values")).toBeVisible();
  await dialog.getByRole("button", { name: "Sweep", exact: true }).click();
  await expect(editor.card("flux-sampler").getByRole("img", { name: /makes 1,000,000 cells; at most 1,000 run at once/ })).toBeVisible();
  await editor.paramMenu("seed", "Remove the sweep");
  await expect(editor.run).toBeVisible();
});

test("two sweeps run as a labelled grid that shares what they do not reach", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await editor.select("flux-sampler");
  await editor.paramMenu("steps", "Sweep…");
  const steps = page.getByRole("dialog", { name: "Sweep steps" });
  await steps.getByRole("radio", { name: "List" }).click();
  await steps.getByLabel("Values, parted by commas").fill("1, 2");
  await steps.getByRole("button", { name: "Sweep", exact: true }).click();
  await expect(editor.card("flux-sampler").getByText("2 values")).toBeVisible();
  await editor.paramMenu("seed", "Sweep…");
  const seeds = page.getByRole("dialog", { name: "Sweep seed" });
  await seeds.getByLabel("Count").fill("3");
  await seeds.getByRole("button", { name: "Sweep", exact: true }).click();
  await page.getByRole("button", { name: "Run 6 cells" }).click();
  await expect(editor.card("save-image").getByText("6 of 6")).toBeVisible();
  await expect(editor.card("text-encoder")).toHaveAttribute("data-status", "done");

  // With nothing selected, what the run was for.
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Output" }).click();
  await expect(page.getByRole("region", { name: "Results of the sweep" }).locator("img")).toHaveCount(6);
  await editor.select("save-image");
  const grid = page.getByRole("region", { name: "Results of the sweep" });
  await expect(grid.locator("img")).toHaveCount(6);
  const cell = grid.getByRole("button", { name: /^Steps 1, Seed/ }).first();
  await cell.click();
  await expect(cell).toHaveAttribute("aria-pressed", "true");
  await cell.click();
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("an unchanged workflow run again is reused, and says why", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await editor.setNumber("flux-sampler", "Steps", 2);
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  await editor.run.click();
  await expect(editor.card("flux-sampler").getByText("reused")).toBeVisible();
  await editor.select("flux-sampler");
  await page.getByRole("tab", { name: "Inspect" }).click();
  await expect(page.getByText("Reused: unchanged since the last run.")).toBeVisible();
});

test("a paused run says so, and goes on", async ({ editor, page }) => {
  await editor.openLongRun();
  await editor.run.click();
  await expect(editor.card("flux-sampler").getByText(/^\d+ \/ 200$/)).toBeVisible();
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(page.getByRole("status", { name: "Run" })).toHaveText("Paused");
  // Its steps so far can be looked at meanwhile.
  await editor.select("flux-sampler");
  await expect(page.getByRole("group", { name: "Steps of FLUX Sampler" }).getByRole("button").first()).toBeVisible();
  await page.getByRole("tab", { name: "Inspect" }).click();
  await expect(page.getByRole("tabpanel", { name: "Inspect" }).getByText(/^step \d+ of 200$/)).toBeVisible();
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(editor.card("flux-sampler").getByText(/^\d+ \/ 200$/)).toBeVisible();
  await editor.cancel.click();
  await expect(editor.cancel).toBeHidden();
});
