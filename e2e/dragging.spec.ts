/** A drag: seen where the pointer is, written once when it is let go, put back by Escape, and joined with what others save meanwhile. */
import type { Page } from "@playwright/test";
import { specs } from "@/nodes/specs";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { expect, test } from "./studio";

const two: Workflow = {
  ...emptyWorkflow,
  nodes: [
    { id: "words", type: "prompt", version: specs.prompt.version, title: "Words", position: { x: 100, y: 100 }, params: { text: "" } },
    { id: "encoder", type: "text-encoder", version: specs["text-encoder"].version, position: { x: 700, y: 400 }, params: {} },
  ],
  edges: [{ source: "words", sourcePort: "text", target: "encoder", targetPort: "text" }],
};

interface Stored {
  readonly version: number;
  readonly graph: Workflow;
}

async function stored(page: Page): Promise<Stored> {
  const id = new URL(page.url()).pathname.split("/").at(-1);
  const answer = await page.request.get(`/api/trpc/workflows.get?input=${encodeURIComponent(JSON.stringify({ id }))}`);
  return ((await answer.json()) as { result: { data: Stored } }).result.data;
}

const wordsIn = (page: Page) => page.locator("article[data-node-id=words]");
const placeOf = async (page: Page) => {
  const { x, y } = (await wordsIn(page).boundingBox())!;
  return { x: Math.round(x), y: Math.round(y) };
};
const course = (page: Page) => page.locator(".react-flow__edge-path").getAttribute("d");

/** Takes hold of the prompt's title and leads it 90 px to the right and 70 px down, by way of elsewhere. */
async function drag(page: Page): Promise<void> {
  const title = (await wordsIn(page).getByRole("heading").boundingBox())!;
  const [x, y] = [title.x + 8, title.y + title.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 4, y + 2);
  await page.mouse.move(x + 120, y - 30, { steps: 5 });
  await page.mouse.move(x + 90, y + 70, { steps: 5 });
}

test("a drag is one step, saved when it is let go, and undone byte for byte", async ({ editor, page }) => {
  await editor.openGraph("A drag", two);
  const [opened, before, straight] = [await stored(page), await placeOf(page), await course(page)];
  await drag(page);
  // The card is where the pointer is, and its connection with it; nothing is written yet.
  await expect.poll(async () => (await placeOf(page)).x - before.x).toBeGreaterThan(60);
  expect(await course(page)).not.toBe(straight);
  await page.mouse.up();
  await expect(editor.saving).toHaveText(/^Saved.*version 2/);
  const moved = (await stored(page)).graph;
  const [words, encoder] = moved.nodes;
  expect(words!.position).not.toEqual(two.nodes[0]!.position);
  expect({ ...moved, nodes: [{ ...words, position: two.nodes[0]!.position }, encoder] }).toEqual(opened.graph);

  await page.keyboard.press("Control+z");
  await expect.poll(() => placeOf(page)).toEqual(before);
  await expect(editor.saving).toHaveText(/^Saved.*version 3/);
  expect(JSON.stringify((await stored(page)).graph)).toBe(JSON.stringify(opened.graph));
  expect(await course(page)).toBe(straight);
  await page.keyboard.press("Control+Shift+z");
  await expect(editor.saving).toHaveText(/^Saved.*version 4/);
  expect(JSON.stringify((await stored(page)).graph)).toBe(JSON.stringify(moved));
});

test("Escape puts back what is dragged: nothing is saved and nothing is there to undo", async ({ editor, page }) => {
  await editor.openGraph("Put back", two);
  const [before, straight] = [await placeOf(page), await course(page)];
  await drag(page);
  await expect.poll(async () => (await placeOf(page)).x - before.x).toBeGreaterThan(60);
  await page.keyboard.press("Escape");
  await expect.poll(() => placeOf(page)).toEqual(before);
  // Still held: what the pointer does is nothing now.
  await page.mouse.move(400, 500, { steps: 3 });
  await page.mouse.up();
  expect(await placeOf(page)).toEqual(before);
  expect(await course(page)).toBe(straight);
  await page.keyboard.press("Control+z");
  expect(await placeOf(page)).toEqual(before);

  // The next drag is as any.
  await drag(page);
  await page.mouse.up();
  await expect(editor.saving).toHaveText(/^Saved.*version 2/);
  expect((await placeOf(page)).x - before.x).toBeGreaterThan(60);
});

test("what another tab saves during a drag is there with it, and stays when the drag is undone", async ({ editor, page, context }) => {
  await editor.openGraph("Two hands", two);
  const before = await placeOf(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await drag(page);
  await expect.poll(async () => (await placeOf(page)).x - before.x).toBeGreaterThan(60);
  const held = await placeOf(page);
  await wordsIn(other).getByRole("textbox", { name: "Prompt" }).fill("from elsewhere");
  await expect(wordsIn(page).getByRole("textbox", { name: "Prompt" })).toHaveValue("from elsewhere");
  expect(await placeOf(page)).toEqual(held);
  expect(await placeOf(other)).toEqual(before);

  await page.mouse.up();
  await expect.poll(() => placeOf(other)).toEqual(held);
  expect((await stored(page)).graph.nodes[0]).toMatchObject({ params: { text: "from elsewhere" } });
  await page.keyboard.press("Control+z");
  await expect.poll(() => placeOf(other)).toEqual(before);
  await expect(wordsIn(page).getByRole("textbox", { name: "Prompt" })).toHaveValue("from elsewhere");
  expect(await placeOf(page)).toEqual(before);
});
