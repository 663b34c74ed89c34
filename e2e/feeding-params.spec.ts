/** Params as inputs: turned with the menu or by dropping a connection on them, fed by one node for many, and back. */
import type { Page } from "@playwright/test";
import { expect, test } from "./studio";

const edge = (page: Page, id: string) => page.locator(`.react-flow__edge[data-id="${id}"]`);

test("one number feeds the steps of a sampler: converted, connected, run, swept, and turned back", async ({ editor, page }) => {
  await editor.openPreset("Text to image (FLUX alone)");
  await editor.setNumber("flux-sampler", "Steps", 3);
  await editor.runToEnd("save-image");

  // From the menu: the field becomes a port that wants a connection, and says so.
  await editor.select("flux-sampler");
  await editor.paramMenu("steps", "Turn into an input");
  const port = editor.port("flux-sampler", "input", "steps");
  await expect(port).toBeVisible();
  await expect(editor.card("flux-sampler")).toContainText("Nothing is connected.");
  await page.screenshot({ path: test.info().outputPath("nothing-connected.png") });

  // Pulled from the port onto empty canvas: only what gives a number is offered, and nothing that computes.
  const from = (await port.boundingBox())!;
  await page.mouse.move(from.x + 6, from.y + 6);
  await page.mouse.down();
  await page.mouse.move(from.x - 60, from.y + 260, { steps: 6 });
  await page.mouse.up();
  await expect(page.getByRole("listbox", { name: "Nodes" }).getByRole("option")).toHaveText([/Number/, /Whole Number/, /Seed/]);
  await page.keyboard.type("whole");
  await page.keyboard.press("Enter");
  await expect(edge(page, "integer.value→sampler.steps")).toHaveCount(1);
  await editor.setNumber("integer", "Value", 3);
  await page.screenshot({ path: test.info().outputPath("fed.png") });
  await expect(editor.card("flux-sampler").locator("[data-param=steps]")).toContainText("3");

  // The same value as was typed: nothing is computed.
  await editor.run.click();
  await expect(editor.card("flux-sampler")).toContainText("reused");
  await expect(editor.card("integer")).toHaveAttribute("data-status", "idle");

  // A value that does not fit is said on the sampler; the fix sets it where it is written.
  await editor.setNumber("integer", "Value", 300);
  await expect(editor.card("flux-sampler")).toContainText("300 from Whole Number: At most 200.");
  await editor.select("flux-sampler");
  await page.getByRole("tabpanel", { name: "Params" }).getByRole("button", { name: /^Set Whole Number to 200/ }).click();
  await expect(editor.card("integer").getByRole("spinbutton", { name: "Value" })).toHaveValue("200");

  // Back: the field has the value it had, the edge is gone; undone, all is as it was.
  await editor.paramMenu("steps", "Turn back into a field");
  await expect(editor.card("flux-sampler").getByRole("spinbutton", { name: "Steps" })).toHaveValue("3");
  await expect(edge(page, "integer.value→sampler.steps")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(edge(page, "integer.value→sampler.steps")).toHaveCount(1);
});

test("a connection dropped on a param's field makes it an input, in one step", async ({ editor, page }) => {
  await editor.openPreset("Text to image (FLUX alone)");
  const canvas = (await editor.canvas.boundingBox())!;
  await editor.dragFromPalette("seed", { x: 80, y: canvas.height - 220 });
  const from = (await editor.port("seed", "output", "seed").boundingBox())!;
  const field = (await editor.card("flux-sampler").locator("[data-param=seed] label").boundingBox())!;
  await page.mouse.move(from.x + 6, from.y + 6);
  await page.mouse.down();
  await page.mouse.move(field.x + 40, field.y + 60, { steps: 6 });
  await page.mouse.move(field.x + 10, field.y + field.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(edge(page, "seed.seed→sampler.seed")).toHaveCount(1);
  await expect(editor.port("flux-sampler", "input", "seed")).toBeVisible();
  // The edge ends at the port.
  const end = await edge(page, "seed.seed→sampler.seed").locator(".react-flow__edge-path").evaluate((path: SVGPathElement) => {
    const { x, y } = path.getPointAtLength(path.getTotalLength()).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });
  const at = (await editor.port("flux-sampler", "input", "seed").boundingBox())!;
  expect(Math.hypot(end.x - at.x - at.width / 2, end.y - at.y - at.height / 2)).toBeLessThan(10);
  await page.screenshot({ path: test.info().outputPath("seed-fed.png") });
  await page.keyboard.press("Control+z");
  await expect(editor.card("flux-sampler").getByRole("spinbutton", { name: "Seed" })).toBeVisible();
});
