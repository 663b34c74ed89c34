/** Work is saved by itself and comes back as it was. */
import sharp from "sharp";
import { emptyWorkflow } from "@/nodes/workflow";
import { expect, test } from "./studio";

test("save, close, reopen", async ({ editor, page, context }) => {
  await editor.openEmpty();
  await page.getByRole("textbox", { name: "Name of the workflow" }).fill("A cat, kept");
  await page.keyboard.press("Enter");
  await editor.dragFromPalette("prompt", { x: 240, y: 200 });
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("a photo of a cat");
  await expect(editor.saving).toHaveText(/^Saved/);
  const box = await editor.card("prompt").boundingBox();
  const url = page.url();
  await page.close();

  const again = await context.newPage();
  await again.goto("/");
  await again.getByRole("link", { name: /A cat, kept/ }).first().click();
  await again.waitForURL(url);
  const card = again.locator('article[data-node-type="prompt"]');
  await expect(card.getByRole("textbox", { name: "Prompt" })).toHaveValue("a photo of a cat");
  expect((await card.boundingBox())!.width).toBeCloseTo(box!.width, 0);
});

test("of many workflows the start page shows the newest, and all on request or by their name", async ({ editor, page }) => {
  for (let at = 1; at <= 11; at++) await editor.saveGraph(`Row ${at}`, emptyWorkflow);
  await page.goto("/");
  const cards = page.getByRole("region", { name: "Workflows" }).getByRole("article");
  await expect(cards).toHaveCount(10);
  await expect(cards.first()).toHaveAccessibleName("Row 11");
  const all = page.getByRole("button", { name: /^Show all \d+ workflows$/ });
  const count = Number((await all.textContent())!.match(/\d+/)![0]);
  expect(count).toBeGreaterThanOrEqual(11);
  await page.getByRole("searchbox", { name: "Search by name" }).fill("Row 1");
  // 1, 10 and 11: the first of them is not among the newest ten.
  await expect(cards).toHaveCount(3);
  await expect(all).toBeHidden();
  await page.getByRole("searchbox", { name: "Search by name" }).clear();
  await all.click();
  await expect(cards).toHaveCount(count);
  await page.getByRole("button", { name: "Show only the newest" }).click();
  await expect(cards).toHaveCount(10);
});

test("a picture is loaded, rebuilt from its patches, and a broken one refused where it was dropped", async ({ editor, page }) => {
  await editor.openPreset("Rebuild a picture from its patches");
  const choose = async (buffer: Buffer, name: string) => {
    const chooser = page.waitForEvent("filechooser");
    await editor.card("load-image").getByRole("button", { name: /Choose/ }).first().click();
    await (await chooser).setFiles({ name, mimeType: "image/png", buffer });
  };
  await choose(Buffer.from("not a picture"), "broken.png");
  await expect(editor.card("load-image").getByRole("alert")).toBeVisible();

  const red = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#c22" } }).png().toBuffer();
  await choose(red, "red.png");
  await expect(editor.card("load-image").getByRole("alert")).toBeHidden();
  await editor.setNumber("flux-sampler", "Steps", 2);
  await editor.run.click();
  await expect(editor.card("clip-patch-encoder")).toHaveAttribute("data-status", "done");
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
});

test("pages answer only to this machine's own names", async ({ request, studio }) => {
  const answer = await request.get(studio.url, { headers: { host: "attacker.example" }, maxRedirects: 0 });
  expect(answer.status()).toBe(403);
  const foreign = await request.post(`${studio.url}/api/trpc/workflows.create`, { headers: { origin: "http://attacker.example" }, data: {} });
  expect(foreign.status()).toBe(403);
});
