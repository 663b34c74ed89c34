/** The queue as a person meets it on the Runs page: runs put in another order, held back, let go and cancelled. */
import type { Locator, Page } from "@playwright/test";
import type { EditorPage } from "./editor-page";
import { shippedGraph } from "./editor-page";
import { expect, test } from "./studio";

const queue = (page: Page) => page.getByRole("list", { name: "Queue" });
const rows = (page: Page) => queue(page).getByRole("listitem");
const row = (page: Page, name: string) => rows(page).filter({ hasText: name });
const handle = (page: Page, name: string) => row(page, name).getByRole("button", { name: new RegExp(`^${name}, place`) });
const centre = async (locator: Locator) => {
  const { x, y, width, height } = (await locator.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
};

/** The names of the runs, from the first to the last, and nothing else. */
const expectOrder = (page: Page, names: readonly string[]) => expect(rows(page)).toHaveText(names.map((name) => new RegExp(`^\\d?${name}`)));

/** Runs one workflow of each name, which all have to wait; ends on the Runs page. */
async function queueUp(editor: EditorPage, page: Page, names: readonly string[]): Promise<void> {
  await page.goto("/runs");
  await page.getByRole("button", { name: "Pause queue" }).click();
  await expect(page.getByRole("button", { name: "Resume queue" })).toBeVisible();
  const graph = await shippedGraph("flux-alone");
  for (const name of names) {
    // Long enough to be looked at, and a seed of its own: what was computed before would not have to wait.
    const nodes = graph.nodes.map((node) => (node.type === "flux-sampler" ? { ...node, params: { ...node.params, steps: 200, width: 512, height: 512, seed: Date.now() } } : node));
    await editor.openGraph(name, { ...graph, nodes });
    await page.keyboard.press("Control+Enter");
    await expect(page.getByRole("status", { name: "Run" })).toContainText("Queued");
  }
  await page.goto("/runs");
  await expectOrder(page, names);
}

test.afterEach(async ({ page }) => {
  await page.request.post("/api/trpc/runs.cancelAll", { data: { which: "all" } });
  await page.request.post("/api/trpc/runs.resumeQueue");
});

test("runs that wait are put in another order by mouse and keys, which a reload keeps and the worker follows", async ({ editor, page }) => {
  await queueUp(editor, page, ["Amber", "Birch", "Cedar", "Dahlia"]);
  await expect(page.getByText("The queue is paused.", { exact: false })).toBeVisible();

  // Dragged by its handle over two others.
  const [from, to] = [await centre(handle(page, "Dahlia")), await centre(handle(page, "Birch"))];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.screenshot({ path: test.info().outputPath("dragged.png") });
  await page.mouse.up();
  await expectOrder(page, ["Amber", "Dahlia", "Birch", "Cedar"]);
  await expect(page.getByText("Moved to place 2")).toBeAttached();
  // Taken up and let go by Escape, it stays where it was.
  const held = await centre(handle(page, "Amber"));
  await page.mouse.move(held.x, held.y);
  await page.mouse.down();
  await page.mouse.move(held.x, held.y + 120, { steps: 4 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expectOrder(page, ["Amber", "Dahlia", "Birch", "Cedar"]);

  // By keys: the focus goes along.
  await handle(page, "Amber").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await expectOrder(page, ["Dahlia", "Amber", "Birch", "Cedar"]);
  await page.keyboard.press("Alt+ArrowDown");
  await expectOrder(page, ["Dahlia", "Birch", "Amber", "Cedar"]);
  await expect(handle(page, "Amber")).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await expectOrder(page, ["Dahlia", "Amber", "Birch", "Cedar"]);

  // By the menu.
  await row(page, "Cedar").getByRole("button", { name: "Move Cedar" }).click();
  await page.getByRole("menuitem", { name: "Run next" }).click();
  await expectOrder(page, ["Cedar", "Dahlia", "Amber", "Birch"]);
  await expect(row(page, "Cedar")).toContainText("Next");
  await row(page, "Dahlia").getByRole("button", { name: "Move Dahlia" }).press("Enter");
  await page.getByRole("menuitem", { name: "Move to the end" }).press("Enter");
  await expectOrder(page, ["Cedar", "Amber", "Birch", "Dahlia"]);

  await page.reload();
  await expectOrder(page, ["Cedar", "Amber", "Birch", "Dahlia"]);
  await page.getByRole("button", { name: "Resume queue" }).click();
  await expect(row(page, "Cedar")).toContainText("Running");
  await expectOrder(page, ["Cedar", "Amber", "Birch", "Dahlia"]);
  await expect(page.getByText("1 running, 3 waiting")).toBeVisible();
});

test("a run is paused, goes on, and is cancelled; those that wait are cancelled alone, or all", async ({ editor, page }) => {
  await queueUp(editor, page, ["Elder", "Fern", "Gorse"]);
  await row(page, "Fern").getByRole("button", { name: "Pause" }).click();
  await expect(row(page, "Fern")).toContainText("Paused");
  await expect(page.getByText("2 waiting, 1 paused")).toBeVisible();
  await page.getByRole("button", { name: "Resume queue" }).click();
  await expect(row(page, "Elder")).toContainText("Running");
  await row(page, "Elder").getByRole("button", { name: "Pause" }).click();
  await expect(row(page, "Elder")).toContainText("Paused");
  await expect(row(page, "Gorse")).toContainText("Running");
  await row(page, "Elder").getByRole("button", { name: "Resume" }).click();
  await row(page, "Fern").getByRole("button", { name: "Resume" }).click();
  await expect(page.getByText("1 running, 2 waiting")).toBeVisible();
  await row(page, "Fern").getByRole("button", { name: "Cancel" }).click();
  await expect(row(page, "Fern")).toHaveCount(0);
  const history = page.getByRole("list", { name: "Runs" });
  await expect(history.getByRole("listitem").filter({ hasText: "Fern" })).toContainText("Cancelled");

  const dialog = page.getByRole("dialog", { name: "Cancel runs?" });
  await page.getByRole("button", { name: "Cancel …" }).click();
  await dialog.getByRole("button", { name: "Keep them" }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Cancel …" }).click();
  await dialog.getByRole("button", { name: "Cancel the one that waits" }).click();
  await expect(row(page, "Elder")).toHaveCount(0);
  await expect(row(page, "Gorse")).toContainText("Running");

  await page.getByRole("button", { name: "Cancel …" }).click();
  await page.screenshot({ path: test.info().outputPath("cancel-all.png") });
  await dialog.getByRole("button", { name: "Cancel the run" }).click();
  await expect(page.getByText("Nothing runs or waits")).toBeVisible();
  await expect(page.getByText("1 run was cancelled", { exact: true }).last()).toBeVisible();
  for (const name of ["Elder", "Fern", "Gorse"]) await expect(history.getByRole("listitem").filter({ hasText: name }).first()).toContainText("Cancelled");
});
