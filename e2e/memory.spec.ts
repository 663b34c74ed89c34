/** A picture too large for the memory a run may take is said before Run, on its node, and mended with a button. */
import { expect, test } from "./studio";

test.use({ settings: { RUN_MEMORY_LIMIT: "1 GB" } });

test("too large for the memory, by estimate: on the card, in the list, and mended", async ({ editor, page }) => {
  await editor.openPreset("Text to image (FLUX alone)");
  await editor.select("flux-sampler");
  const params = page.getByRole("tabpanel", { name: "Params" });
  for (const side of ["Width", "Height"]) {
    await params.getByRole("spinbutton", { name: side }).fill("2048");
    await params.getByRole("spinbutton", { name: side }).press("Enter");
  }
  // The worker has been heard of by now, or soon will be.
  const warning = editor.card("vae-decode").getByRole("img", { name: /too large for the memory, by estimate: 2,048 × 2,048 px take about 2\.8 GB, and a run may take 1\.0 GB/ });
  await expect(warning).toBeVisible();
  await editor.select("vae-decode");
  await page.screenshot({ path: test.info().outputPath("too-large.png") });
  await params.getByRole("button", { name: /^Set to [\d,]+ × [\d,]+ px/ }).click();
  await expect(warning).toBeHidden();
  await editor.select("flux-sampler");
  const fitted = Number(await params.getByRole("spinbutton", { name: "Width" }).inputValue());
  expect(fitted % 16).toBe(0);
  expect(fitted).toBeGreaterThan(900);
  expect(fitted).toBeLessThan(1300);
  await page.keyboard.press("Control+z");
  await expect(warning).toBeVisible();
});
