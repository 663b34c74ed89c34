/** Runs that are watched, left, stopped, and refused. */
import { expect, test } from "./studio";

const preset = "Text to image (Bifrost-1)";

test("a reload in mid-run goes on showing the run", async ({ editor, page }) => {
  await editor.openLongRun(384);
  await editor.run.click();
  await expect(editor.card("flux-sampler").getByText(/^\d+ \/ 200$/)).toBeVisible();
  await page.reload();
  await expect(editor.cancel).toBeVisible();
  await expect(editor.card("flux-sampler").getByText(/^\d+ \/ 200$/)).toBeVisible();
  await expect(editor.card("text-encoder")).toHaveAttribute("data-status", "done");
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done", { timeout: 90_000 });
});

test("cancel stops the sampler within a step and says so", async ({ editor }) => {
  await editor.openLongRun();
  await editor.run.click();
  await expect(editor.card("flux-sampler").getByText(/^\d+ \/ 200$/)).toBeVisible();
  await editor.cancel.click();
  await expect(editor.cancel).toBeHidden();
  await expect(editor.card("flux-sampler")).toHaveAttribute("data-status", "not-run");
  await expect(editor.card("vae-decode")).toHaveAttribute("data-status", "not-run");
  await expect(editor.card("text-encoder")).toHaveAttribute("data-status", "done");

  // The next run is not touched by the cancel of this one.
  await editor.setNumber("flux-sampler", "Steps", 4);
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
});

test("a prompt without a known word gets a picture and a notice", async ({ editor }) => {
  await editor.openPreset(preset);
  await editor.setNumber("flux-sampler", "Steps", 2);
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("qwertzuiop");
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  await expect(editor.canvas.getByText(/knows none of the things named here/)).toBeVisible();
});

test("what is missing is said on its node, and nothing runs", async ({ editor }) => {
  await editor.openPreset(preset);
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("");
  await editor.run.click();
  await expect(editor.card("prompt").getByRole("img", { name: /Write what the picture should show/ })).toBeVisible();
  await expect(editor.cancel).toBeHidden();
});
