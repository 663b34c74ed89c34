/** A workflow of 200 nodes: what is drawn from far away, what close by, and that nothing moves in between. */
import type { Page } from "@playwright/test";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { specs } from "@/nodes/specs";
import { countRenders } from "./render-count";
import { expect, test } from "./studio";

const pairs = 100;

function largeWorkflow(): Workflow {
  const place = (at: number) => ({ x: (at % 20) * 290, y: Math.floor(at / 20) * 330 });
  const nodes = Array.from({ length: pairs }, (_, pair): WorkflowNode[] => [
    { id: `prompt-${pair}`, type: "prompt", version: specs.prompt.version, position: place(2 * pair), params: { text: "a cat" } },
    { id: `encoder-${pair}`, type: "text-encoder", version: specs["text-encoder"].version, position: place(2 * pair + 1), params: {} },
  ]);
  const edges = Array.from({ length: pairs }, (_, pair) => ({ source: `prompt-${pair}`, sourcePort: "text", target: `encoder-${pair}`, targetPort: "text" }));
  return { ...emptyWorkflow, nodes: nodes.flat(), edges };
}

/** Every card's size and every connection's course, as they are drawn; to a tenth of a pixel, as what is far away is measured. */
const drawn = (page: Page) =>
  page.evaluate(() => ({
    sizes: Object.fromEntries([...document.querySelectorAll<HTMLElement>("article[data-node-id]")].map((card) => [card.dataset.nodeId, `${card.offsetWidth} × ${card.offsetHeight}`])),
    courses: Object.fromEntries([...document.querySelectorAll<SVGGElement>(".react-flow__edge")].map((edge) => [edge.dataset.id, edge.querySelector(".react-flow__edge-path")?.getAttribute("d")?.replace(/\d+\.\d+/g, (number) => String(Math.round(Number(number) * 10) / 10))])),
  }));

test("a large workflow opens as outlines; where one looks closely, cards have their controls and their size", async ({ editor, page }) => {
  await editor.openGraph("Large", largeWorkflow());
  const [outlines, full] = [editor.canvas.locator("article.card-outline"), editor.canvas.locator("article:not(.card-outline)")];
  await expect(outlines).toHaveCount(2 * pairs);
  await expect(editor.edges()).toHaveCount(pairs);
  const far = await drawn(page);

  await page.keyboard.press("0");
  await expect(full.first()).toBeVisible();
  await expect(async () => {
    const before = await full.count();
    await page.waitForTimeout(300);
    expect(await full.count()).toBe(before);
  }).toPass();
  expect(await full.count()).toBeLessThan(pairs);
  expect(await full.count() + (await outlines.count())).toBe(2 * pairs);
  // Not one card is larger or smaller, and no connection ends elsewhere.
  expect(await drawn(page)).toEqual(far);

  const field = full.locator("textarea").first();
  await field.fill("two cats");
  await expect(field).toHaveValue("two cats");
  await page.getByRole("button", { name: "Fit the workflow in view" }).click();
  await expect(outlines).toHaveCount(2 * pairs);
});

test("moving the view renders no card, and dragging one renders no other", async ({ editor, page }) => {
  const renders = await countRenders(page);
  await editor.openGraph("Large", largeWorkflow());
  await expect(editor.canvas.locator("article.card-outline")).toHaveCount(2 * pairs);
  await expect(editor.edges()).toHaveCount(pairs);
  const canvas = (await editor.canvas.boundingBox())!;
  const empty = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height - 50 };
  await page.waitForTimeout(500);
  await renders.reset();

  const viewport = page.locator(".react-flow__viewport");
  const before = await viewport.getAttribute("style");
  await page.mouse.move(empty.x, empty.y);
  await page.mouse.down();
  await page.mouse.move(empty.x + 60, empty.y - 20, { steps: 8 });
  await page.mouse.up();
  await page.mouse.wheel(0, -60);
  await expect(viewport).not.toHaveAttribute("style", before!);
  await page.waitForTimeout(500);
  expect(await renders.byNode()).toEqual({});

  const card = editor.canvas.locator("[data-node-id=encoder-44]");
  const at = (await card.boundingBox())!;
  await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
  await page.mouse.down();
  await page.mouse.move(at.x + at.width / 2 + 50, at.y + at.height / 2 + 30, { steps: 10 });
  await page.mouse.up();
  await expect(async () => expect((await card.boundingBox())!.x).toBeGreaterThan(at.x + 30)).toPass();
  expect(Object.keys(await renders.byNode()).filter((id) => id !== "encoder-44")).toEqual([]);
});

test("a subgraph that holds many nodes opens as outlines, with all of them in view", async ({ editor, page }) => {
  const { nodes, ...rest } = largeWorkflow();
  const folded: WorkflowNode = { id: "folded", type: "subgraph", version: 1, position: { x: 0, y: 0 }, params: {}, title: "All of it" };
  await editor.openGraph("Folded", { ...rest, nodes: [folded, ...nodes.map((node) => ({ ...node, inside: "folded" }))] });
  const outlines = editor.canvas.locator("article.card-outline");
  await expect(editor.canvas.locator("article")).toHaveCount(1);
  await editor.canvas.getByRole("heading", { name: "All of it" }).dblclick();
  await expect(outlines).toHaveCount(2 * pairs);
  await expect(editor.edges()).toHaveCount(pairs);
  // The browser's share of a whole one, at a scale of many decimals, may lack a millionth.
  for (const corner of ["prompt-0", `encoder-${pairs - 1}`]) await expect(editor.canvas.locator(`[data-node-id=${corner}]`)).toBeInViewport({ ratio: 0.999 });
  await page.screenshot({ path: test.info().outputPath("inside.png") });

  // Cards that were measured the first time are as well connected the second.
  await editor.canvas.getByRole("navigation").getByRole("button").first().click();
  await expect(editor.canvas.locator("article")).toHaveCount(1);
  await editor.canvas.getByRole("heading", { name: "All of it" }).dblclick();
  await expect(outlines).toHaveCount(2 * pairs);
  await expect(editor.edges()).toHaveCount(pairs);
});

test("the overview shows the whole of it, and brings what is pressed in it into view", async ({ editor, page }) => {
  await editor.openGraph("Large", largeWorkflow());
  const outlines = editor.canvas.locator("article.card-outline");
  await expect(outlines).toHaveCount(2 * pairs);
  await page.keyboard.press("0");
  const [first, last] = [editor.canvas.locator("[data-node-id=prompt-0]"), editor.canvas.locator(`[data-node-id=encoder-${pairs - 1}]`)];
  const overview = editor.canvas.getByRole("img", { name: "Overview of the workflow" });
  const { x, y, width, height } = (await overview.boundingBox())!;

  // Twice as wide as high, the workflow lies from side to side.
  const [upperLeft, lowerRight] = [{ x: x + 9, y: y + height / 2 - 35 }, { x: x + width - 9, y: y + height / 2 + 35 }];
  await page.mouse.click(lowerRight.x, lowerRight.y);
  await expect(last).toBeInViewport();
  await expect(first).not.toBeInViewport();

  // Held and led to the other corner, the view goes along.
  await page.mouse.move(lowerRight.x, lowerRight.y);
  await page.mouse.down();
  await page.mouse.move(upperLeft.x, upperLeft.y, { steps: 12 });
  await page.mouse.up();
  await expect(first).toBeInViewport();
  await expect(last).not.toBeInViewport();

  await page.mouse.wheel(0, 500);
  await expect(page.getByRole("button", { name: "Zoom to 100 %" })).not.toHaveText("100 %");
});
