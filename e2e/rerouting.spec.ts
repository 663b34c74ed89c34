/** Connections led through points, shared by those of one output, with the mouse and with the keys; copies that keep what feeds them. */
import type { Page } from "@playwright/test";
import { expect, test } from "./studio";

const edge = (page: Page, id: string) => page.locator(`.react-flow__edge[data-id="${id}"]`);
const line = (page: Page, id: string) => edge(page, id).locator(".react-flow__edge-path");
const dots = (page: Page) => page.locator("[data-reroute]");

async function middleOf(page: Page, id: string): Promise<{ x: number; y: number }> {
  return line(page, id).evaluate((path: SVGPathElement) => {
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });
}

const centreOf = async (page: Page, at: number) => {
  const box = (await dots(page).nth(at).boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

test("a connection is led through a point, which is dragged, shared, undone and taken away", async ({ editor, page }) => {
  await editor.openPreset("Text to image (FLUX alone)");
  await editor.dragFromPalette("vae-decode", { x: 620, y: 560 });
  const led = "sampler.latents→decode.latents";
  const at = await middleOf(page, led);
  await page.mouse.dblclick(at.x, at.y);
  await expect(dots(page)).toHaveCount(1);
  await expect(page.getByRole("dialog", { name: "Add a node" })).toBeHidden();
  // Neither does it select text that happens to be near, nor leave the params for what has not flowed yet.
  expect(await page.evaluate(() => String(getSelection()))).toBe("");
  await expect(page.getByRole("tab", { name: "Params" })).toHaveAttribute("aria-selected", "true");

  // Dragged, the line goes through it; one drag is one step back.
  const before = await line(page, led).getAttribute("d");
  const start = await centreOf(page, 0);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 20, start.y + 60, { steps: 4 });
  await page.mouse.move(start.x + 10, start.y + 130, { steps: 4 });
  await page.mouse.up();
  await expect(line(page, led)).not.toHaveAttribute("d", before!);
  const there = await centreOf(page, 0);
  expect(Math.hypot(there.x - start.x, there.y - start.y)).toBeGreaterThan(100);

  // Another connection drawn from its port shares the way to it.
  await dots(page).first().hover();
  const port = (await dots(page).first().locator(".reroute-port").boundingBox())!;
  expect(Math.min(port.width, port.height)).toBeGreaterThanOrEqual(18);
  const target = (await editor.cards("vae-decode").last().locator("[data-port=latents]").boundingBox())!;
  await page.mouse.move(port.x + port.width / 2, port.y + port.height / 2);
  await page.mouse.down();
  await page.mouse.move(target.x + 6, target.y + 30, { steps: 4 });
  await page.mouse.move(target.x + 6, target.y + 6, { steps: 4 });
  await page.mouse.up();
  await expect(edge(page, "sampler.latents→vae-decode.latents")).toHaveCount(1);
  await expect(dots(page)).toHaveCount(1);
  await page.mouse.move(at.x, at.y - 200);
  await page.screenshot({ path: test.info().outputPath("shared.png") });

  // Saved, and there again after a reload.
  await expect(editor.saving).toHaveText(/Saved/);
  await page.reload();
  await expect(dots(page)).toHaveCount(1);

  // A double click takes it away for both, and undo brings it back.
  const now = await centreOf(page, 0);
  await page.mouse.dblclick(now.x, now.y);
  await expect(dots(page)).toHaveCount(0);
  await expect(edge(page, "sampler.latents→vae-decode.latents")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(dots(page)).toHaveCount(1);
});

test("points by keyboard, and copies that stay fed by what feeds the originals", async ({ editor, page }) => {
  await editor.openPreset("Text to image (FLUX alone)");
  // The connection is chosen where the inputs are listed; R leads it through a point, the arrows move that.
  await editor.select("vae-decode");
  await page.getByRole("tabpanel", { name: "Params" }).getByRole("button", { name: /^Latents: FLUX Sampler/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Select the connection" }).press("Enter");
  await page.keyboard.press("r");
  await expect(dots(page)).toHaveCount(1);
  const before = await centreOf(page, 0);
  for (let n = 0; n < 5; n++) await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(async () => (await centreOf(page, 0)).y).toBeGreaterThan(before.y + 20);
  await page.keyboard.press("Delete");
  await expect(dots(page)).toHaveCount(0);

  const count = await editor.edges().count();
  await editor.select("flux-sampler");
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+Shift+v");
  await expect(editor.cards("flux-sampler")).toHaveCount(2);
  await expect(edge(page, "text.conditioning→flux-sampler.conditioning")).toHaveCount(1);
  await expect(editor.edges()).toHaveCount(count + 1);
  // One step, edge and all; without Shift, the copy stands alone.
  await page.keyboard.press("Control+z");
  await expect(editor.edges()).toHaveCount(count);
  await page.keyboard.press("Control+v");
  await expect(editor.cards("flux-sampler")).toHaveCount(2);
  await expect(editor.edges()).toHaveCount(count);
  await page.keyboard.press("Control+z");
  await editor.select("flux-sampler");
  await page.keyboard.press("Control+Shift+d");
  await expect(editor.edges()).toHaveCount(count + 1);
});
