/** Order on the canvas: aligning, laying out, frames, notes, and cards that are collapsed, coloured and locked. */
import type { Locator, Page } from "@playwright/test";
import type { Workflow } from "@/nodes/workflow";
import { expect, test } from "./studio";
import { shippedGraph } from "./editor-page";

const boxOf = async (locator: Locator) => (await locator.boundingBox())!;

/** A shipped graph with its cards in a heap, each clear of the others' headers. */
async function heap(preset: string): Promise<Workflow> {
  const graph = await shippedGraph(preset);
  return { ...graph, nodes: graph.nodes.map((node, index) => ({ ...node, position: { x: (index * 7 % 4) * 330 + index * 11, y: index * 150 } })) };
}

const threePrompts = async (): Promise<Workflow> => {
  const graph = await shippedGraph("text-to-image");
  const prompt = graph.nodes.find(({ type }) => type === "prompt")!;
  return { ...graph, edges: [], nodes: [0, 1, 2].map((index) => ({ ...prompt, id: `prompt-${index}`, position: { x: 60 + index * 340, y: 40 + index * index * 60 } })) };
};

/** Where the canvas has a card, in its own px: the same however it is zoomed. */
const placeOf = (card: Locator) =>
  card.evaluate((element) => {
    const { m41: x, m42: y } = new DOMMatrix(getComputedStyle(element.closest(".react-flow__node")!).transform);
    return { x, y };
  });

/** Takes a card up by its title and carries it so that it lies `beside` the upper left corner of another, in px of the screen. The button stays down. */
async function carry(page: Page, card: Locator, other: Locator, beside: { x: number; y: number }): Promise<void> {
  const [title, from, to] = [await boxOf(card.getByRole("heading")), await boxOf(card), await boxOf(other)];
  const hand = { x: title.x + 8, y: title.y + title.height / 2 };
  const end = { x: hand.x + to.x + beside.x - from.x, y: hand.y + to.y + beside.y - from.y };
  await page.mouse.move(hand.x, hand.y);
  await page.mouse.down();
  // The canvas takes a drag up where it has become one.
  await page.mouse.move(hand.x + 1, hand.y + 2);
  await page.mouse.move((hand.x + end.x) / 2, (hand.y + end.y) / 2, { steps: 5 });
  await page.mouse.move(end.x, end.y, { steps: 5 });
}

test.beforeEach(async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
});

test("cards are aligned and spread out, each in one step that can be undone", async ({ editor, page }) => {
  await editor.openGraph("Three prompts", await threePrompts());
  const cards = editor.cards("prompt");
  const rows = async () => Promise.all([0, 1, 2].map(async (index) => Math.round((await boxOf(cards.nth(index))).y)));
  const before = await rows();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Shift+V");
  const spread = await rows();
  expect(Math.abs(spread[2]! - spread[1]! - (spread[1]! - spread[0]!))).toBeLessThanOrEqual(1);
  expect([spread[0], spread[2]]).toEqual([before[0], before[2]]);
  await cards.first().getByRole("heading").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Arrange" }).click();
  await page.getByRole("menuitem", { name: "Align tops" }).click();
  await expect.poll(async () => new Set(await rows()).size).toBe(1);
  await page.keyboard.press("Control+z");
  expect(await rows()).toEqual(spread);
  await page.keyboard.press("Control+z");
  expect(await rows()).toEqual(before);
});

test("everything is laid out along its connections, in view, and back again", async ({ editor, page }) => {
  const graph = await heap("text-to-image");
  await editor.openGraph("A heap", graph);
  const place = async () => (await Promise.all(graph.nodes.map(async ({ id }) => [id, await boxOf(editor.canvas.locator(`[data-node-id="${id}"]`))] as const))).map(([id, box]) => ({ id, ...box }));
  await page.keyboard.press("f");
  const heaped = await place();
  await page.keyboard.press("Shift+L");
  await expect
    .poll(async () => {
      const boxes = new Map((await place()).map((box) => [box.id, box]));
      return graph.edges.every(({ source, target }) => boxes.get(source)!.x + boxes.get(source)!.width < boxes.get(target)!.x);
    })
    .toBe(true);
  const canvas = await boxOf(editor.canvas);
  for (const box of await place()) {
    expect(box.x).toBeGreaterThanOrEqual(canvas.x);
    expect(box.x + box.width).toBeLessThanOrEqual(canvas.x + canvas.width);
  }
  await page.keyboard.press("Control+z");
  await page.keyboard.press("f");
  // Fitted twice, the same places come to the same pixels, but for rounding of the zoom.
  await expect.poll(async () => Math.max(...(await place()).flatMap(({ x, y }, index) => [Math.abs(x - heaped[index]!.x), Math.abs(y - heaped[index]!.y)]))).toBeLessThan(1.5);
});

test("a card that is dragged stops where it lines up with another, shown by a line, or else keeps to the grid", async ({ editor, page }) => {
  const graph = await threePrompts();
  const away = [{ x: 60, y: 40 }, { x: 413, y: 107 }, { x: 740, y: 280 }];
  await editor.openGraph("Lined up", { ...graph, nodes: graph.nodes.map((node, index) => ({ ...node, position: away[index]! })) });
  const [dragged, other] = [editor.cards("prompt").nth(0), editor.cards("prompt").nth(1)];
  const lines = editor.canvas.locator(".react-flow__viewport-portal > [aria-hidden]");
  const { height } = await boxOf(other);
  // Three px beside the left edge of one, and below all: it lines up with nothing else.
  const nearly = { x: 3, y: 2 * height + 50 };
  await carry(page, dragged, other, nearly);
  await expect(lines).toHaveCount(1);
  expect((await placeOf(dragged)).x).toBe(413);
  const [line, above, below] = [await boxOf(lines), await boxOf(other), await boxOf(dragged)];
  // A px thick, along the edge, from one card's top to the other's bottom.
  expect(Math.abs(line.x + line.width / 2 - above.x)).toBeLessThanOrEqual(1);
  expect(Math.abs(line.y - above.y)).toBeLessThanOrEqual(1);
  expect(Math.abs(line.y + line.height - below.y - below.height)).toBeLessThanOrEqual(1);
  await page.screenshot({ path: test.info().outputPath("lined-up.png") });
  await page.mouse.up();
  await expect(lines).toHaveCount(0);
  expect((await placeOf(dragged)).x).toBe(413);
  await page.keyboard.press("Control+z");
  expect(await placeOf(dragged)).toEqual(away[0]);

  await page.keyboard.press("Shift+G");
  await carry(page, dragged, other, nearly);
  await expect.poll(async () => (await placeOf(dragged)).x).toBe(420);
  await expect(lines).toHaveCount(0);
  await page.mouse.up();
  expect((await placeOf(dragged)).y % 20).toBe(0);
  await page.keyboard.press("Control+z");
  expect(await placeOf(dragged)).toEqual(away[0]);
});

test("laying out what is selected moves nothing else", async ({ editor, page }) => {
  const graph = await heap("text-to-image");
  await editor.openGraph("A heap, in part", graph);
  const card = (id: string) => editor.canvas.locator(`[data-node-id="${id}"]`);
  const places = async () => Object.fromEntries(await Promise.all(graph.nodes.map(async ({ id }) => [id, await placeOf(card(id))] as const)));
  const before = await places();
  const chosen = ["prompt", "text", "unmasker"];
  for (const [index, id] of chosen.entries()) await card(id).getByRole("heading").click({ modifiers: index === 0 ? [] : ["Shift"] });
  await page.keyboard.press("Control+Shift+L");
  const inOrder = async (id: string) => {
    const [first, second] = [await boxOf(card("prompt")), await boxOf(card(id))];
    return first.x + first.width < second.x;
  };
  await expect.poll(async () => (await inOrder("text")) && (await inOrder("unmasker"))).toBe(true);
  const after = await places();
  for (const { id } of graph.nodes.filter((node) => !chosen.includes(node.id))) expect(after[id], id).toEqual(before[id]);
  expect(after.text).not.toEqual(before.text);
  const [text, unmasker] = [await boxOf(card("text")), await boxOf(card("unmasker"))];
  expect(text.y + text.height <= unmasker.y || unmasker.y + unmasker.height <= text.y).toBe(true);
  await page.keyboard.press("Control+z");
  expect(await places()).toEqual(before);
});

test("a frame is made around cards, takes them along, and lets go of them", async ({ editor, page }) => {
  await editor.openGraph("Framed", await threePrompts());
  const cards = editor.cards("prompt");
  await cards.nth(0).getByRole("heading").click();
  await cards.nth(1).getByRole("heading").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+g");
  await page.keyboard.type("Words");
  await page.keyboard.press("Enter");
  const frame = editor.canvas.getByRole("region", { name: "Frame Words" });
  await expect(frame).toBeVisible();

  const before = await Promise.all([0, 1, 2].map((index) => boxOf(cards.nth(index))));
  const title = await boxOf(frame.getByRole("heading"));
  await page.mouse.move(title.x + 20, title.y + 8);
  await page.mouse.down();
  await page.mouse.move(title.x + 60, title.y + 200, { steps: 6 });
  await page.mouse.move(title.x + 50, title.y + 300, { steps: 4 });
  await page.mouse.up();
  const after = await Promise.all([0, 1, 2].map((index) => boxOf(cards.nth(index))));
  const [dx, dy] = [after[0]!.x - before[0]!.x, after[0]!.y - before[0]!.y];
  expect(dy).toBeGreaterThan(200);
  // Cards lie on whole pixels of a canvas that is zoomed.
  expect(Math.abs(after[1]!.x - before[1]!.x - dx)).toBeLessThanOrEqual(1);
  expect(Math.abs(after[1]!.y - before[1]!.y - dy)).toBeLessThanOrEqual(1);
  expect(after[2]).toEqual(before[2]);

  await page.keyboard.press("Delete");
  await expect(frame).toHaveCount(0);
  await expect(cards).toHaveCount(3);
  await page.keyboard.press("Control+z");
  await expect(frame).toBeVisible();
  await frame.getByRole("heading").click();
  await page.keyboard.press("Shift+Delete");
  await expect(cards).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(cards).toHaveCount(3);
  await expect(editor.saving).toContainText("Saved");
  await page.reload();
  await expect(frame).toBeVisible();
});

test("a note is written in Markdown, copied, and shows HTML as text", async ({ editor, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor.openGraph("Noted", await threePrompts());
  const canvas = await boxOf(editor.canvas);
  await page.mouse.move(canvas.x + 300, canvas.y + 650);
  await page.keyboard.press("Shift+N");
  await page.keyboard.type("# Why\n- few steps\n<img src=x onerror=\"document.title='broken'\">");
  await page.keyboard.press("Control+Enter");
  const notes = editor.canvas.getByRole("region", { name: "Note" });
  await expect(notes.getByRole("heading", { name: "Why" })).toBeVisible();
  await expect(notes.getByRole("listitem")).toContainText("few steps");
  await expect(notes.locator("img")).toHaveCount(0);
  await expect(notes).toContainText("onerror");

  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await expect(notes).toHaveCount(2);
  await page.keyboard.press("Control+z");
  await expect(notes).toHaveCount(1);

  await notes.dblclick();
  const field = page.getByRole("textbox", { name: "Text of the note, in Markdown" });
  await field.fill("**twelve** steps");
  await page.mouse.click(canvas.x + 900, canvas.y + 700);
  await expect(notes.locator("strong")).toHaveText("twelve");
  await page.keyboard.press("Control+z");
  await expect(notes.getByRole("heading", { name: "Why" })).toBeVisible();
});

test("a collapsed card keeps its ports, a locked one its place, and neither changes a result", async ({ editor, page }) => {
  const graph = await shippedGraph("flux-alone");
  await editor.openGraph("Decorated", { ...graph, nodes: graph.nodes.map((node) => (node.type === "flux-sampler" ? { ...node, params: { ...node.params, steps: 2 } } : node)) });
  await editor.runToEnd("save-image");
  const sampler = editor.card("flux-sampler");
  const open = await boxOf(sampler);
  await editor.select("flux-sampler");
  await page.keyboard.press("c");
  await expect.poll(async () => (await boxOf(sampler)).height).toBeLessThan(open.height / 2);
  await page.keyboard.press("l");
  await expect(sampler.getByRole("img", { name: "Locked" })).toBeVisible();
  await sampler.getByRole("heading").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Colour" }).click();
  await page.getByRole("menuitem", { name: "Moss" }).click();
  await expect(sampler).not.toContainText("changed");

  // Dragging it moves the view, as anywhere on the canvas; to the other cards it stays where it is.
  const besideOther = async () => {
    const [own, other] = [await boxOf(sampler), await boxOf(editor.card("vae-decode"))];
    return [own.x - other.x, own.y - other.y].map(Math.round);
  };
  const at = await boxOf(sampler);
  const beside = await besideOther();
  await page.mouse.move(at.x + 30, at.y + at.height / 2);
  await page.mouse.down();
  await page.mouse.move(at.x + 230, at.y + 150, { steps: 6 });
  await page.mouse.up();
  expect(await besideOther()).toEqual(beside);
  await editor.select("flux-sampler");
  await page.keyboard.press("Delete");
  await expect(page.getByText("A locked node was not deleted", { exact: true })).toBeVisible();
  await expect(sampler).toBeVisible();

  const edges = await editor.edges().count();
  await editor.connect(["flux-sampler", "latents"], ["vae-decode", "latents"]);
  await expect(editor.edges()).toHaveCount(edges);
  await editor.run.click();
  await expect(sampler).toHaveAttribute("data-status", "done");
  await expect(editor.card("save-image")).toContainText("reused");
});
