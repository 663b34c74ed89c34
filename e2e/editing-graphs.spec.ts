/** Graphs changed as wholes: a node into a connection, one in place of another, workflows and pictures dropped as files. */
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import sharp from "sharp";
import { withWorkflow, workflowTextIn } from "@/nodes/png-workflow";
import { specs } from "@/nodes/specs";
import { emptyWorkflow, workflowSchema } from "@/nodes/workflow";
import { shippedGraph } from "./editor-page";
import { countRenders } from "./render-count";
import { expect, test } from "./studio";

const preset = "Text to image (Bifrost-1)";
const patches = "unmasker.patches→downsampler.patches";

const wash = "path[stroke='var(--accent)']";

const edge = (page: Page, id: string) => page.locator(`.react-flow__edge[data-id="${id}"]`);

/** Where a connection is drawn, half way along it; px of the page. */
async function middleOf(edge: Locator): Promise<{ x: number; y: number }> {
  return edge.locator(".react-flow__edge-path").evaluate((path: SVGPathElement) => {
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!);
    return { x, y };
  });
}

/** A file let go over the canvas, as from a folder on the desktop: at a point in px from its upper left corner, or in its middle. */
async function dropFile(canvas: Locator, file: { name: string; type: string; bytes: Uint8Array }, { altKey = false, at = null as { x: number; y: number } | null } = {}): Promise<void> {
  await canvas.evaluate(
    (element, { name, type, base64, altKey, at }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], name, { type }));
      const { x, y, width, height } = element.getBoundingClientRect();
      const to = at ?? { x: width / 2, y: height / 2 };
      const init = { dataTransfer: data, bubbles: true, cancelable: true, clientX: x + to.x, clientY: y + to.y, altKey };
      element.dispatchEvent(new DragEvent("dragover", init));
      element.dispatchEvent(new DragEvent("drop", init));
    },
    { name: file.name, type: file.type, base64: Buffer.from(file.bytes).toString("base64"), altKey, at },
  );
}

test("a node from the list, dropped on a connection, goes into it", async ({ editor, page }) => {
  await editor.openPreset(preset);
  const before = await editor.edges().count();
  const at = await middleOf(edge(page, patches));
  await page.getByRole("navigation", { name: "Nodes" }).getByRole("button", { name: specs["patch-mask"].title, exact: true }).hover();
  await page.mouse.down();
  await page.mouse.move(at.x + 90, at.y + 200, { steps: 3 });
  // The connection says that it would take the node: a wash under its line. A hand is never quite still.
  await expect(async () => {
    await page.mouse.move(at.x + 6, at.y + 4);
    await page.mouse.move(at.x + 5, at.y + 4);
    await expect(edge(page, patches).locator(wash)).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await page.screenshot({ path: test.info().outputPath("over-the-connection.png") });
  await page.mouse.up();
  await expect(editor.card("patch-mask")).toBeVisible();
  await expect(editor.edges()).toHaveCount(before + 1);
  await expect(edge(page, "unmasker.patches→patch-mask.patches")).toHaveCount(1);
  await expect(edge(page, "patch-mask.patches→downsampler.patches")).toHaveCount(1);

  await page.keyboard.press("Control+z");
  await expect(editor.cards("patch-mask")).toHaveCount(0);
  await expect(edge(page, patches)).toHaveCount(1);
});

test("a loose node, dragged onto a connection that it fits, goes into it with the drag", async ({ editor, page }) => {
  await editor.openPreset(preset);
  const before = await editor.edges().count();
  const drag = async (type: "patch-mask" | "load-image") => {
    const title = (await editor.card(type).getByRole("heading").boundingBox())!;
    const to = await middleOf(edge(page, patches));
    await page.mouse.move(title.x + 8, title.y + title.height / 2);
    await page.mouse.down();
    // The canvas takes a drag up where it has become one.
    await page.mouse.move(title.x + 10, title.y + title.height / 2);
    await page.mouse.move(to.x, to.y + 60, { steps: 6 });
    await page.mouse.move(to.x, to.y, { steps: 4 });
  };
  const canvas = (await editor.canvas.boundingBox())!;
  await editor.dragFromPalette("load-image", { x: 60, y: canvas.height - 330 });
  await drag("load-image");
  await page.mouse.up();
  await expect(editor.edges()).toHaveCount(before);
  await page.keyboard.press("Delete");

  await editor.dragFromPalette("patch-mask", { x: 60, y: canvas.height - 330 });
  const start = (await editor.card("patch-mask").boundingBox())!;
  await drag("patch-mask");
  await expect(edge(page, patches).locator(wash)).toHaveCount(1);
  await page.screenshot({ path: test.info().outputPath("over-the-connection.png") });
  await page.mouse.up();
  await expect(edge(page, "unmasker.patches→patch-mask.patches")).toHaveCount(1);
  await expect(edge(page, "patch-mask.patches→downsampler.patches")).toHaveCount(1);
  await expect(editor.edges()).toHaveCount(before + 1);

  await page.keyboard.press("Control+z");
  await expect(editor.edges()).toHaveCount(before);
  await expect.poll(async () => Math.round((await editor.card("patch-mask").boundingBox())!.x)).toBe(Math.round(start.x));
});

test("a node is replaced by one of another type, which keeps the connections it has ports for", async ({ editor, page }) => {
  await editor.openPreset(preset);
  const before = await editor.edges().count();
  await editor.card("visual-branch-unmasker").getByRole("heading").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Replace with" }).click();
  const choice = page.getByRole("menuitem", { name: /^Saved Patches/ });
  // What would go is said before it goes.
  await expect(choice).toContainText("drops Prompt");
  await page.screenshot({ path: test.info().outputPath("replace-with.png") });
  await choice.click();
  await expect(editor.cards("visual-branch-unmasker")).toHaveCount(0);
  await expect(edge(page, "saved-patches.patches→downsampler.patches")).toHaveCount(1);
  await expect(editor.edges()).toHaveCount(before - 1);

  await page.keyboard.press("Control+z");
  await expect(editor.card("visual-branch-unmasker")).toBeVisible();
  await expect(editor.edges()).toHaveCount(before);
});

test("a downloaded picture carries its workflow, and opens it where it is dropped", async ({ editor, page }) => {
  const graph = await shippedGraph("flux-alone");
  const nodes = graph.nodes.map((node) => (node.type === "flux-sampler" ? { ...node, params: { ...node.params, steps: 2, width: 64, height: 64 } } : node));
  await editor.openGraph("Small", { ...graph, nodes });
  await editor.runToEnd("save-image");
  await editor.card("save-image").getByRole("button", { name: /Show the picture/ }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the picture" }).click();
  const download = await downloading;
  const bytes = await readFile(await download.path());
  expect(workflowSchema.parse(JSON.parse(workflowTextIn(bytes)!)).nodes.find(({ type }) => type === "flux-sampler")?.params).toMatchObject({ steps: 2, width: 64 });

  await editor.openEmpty();
  const first = page.url();
  await dropFile(editor.canvas, { name: "with its workflow.png", type: "image/png", bytes }, { altKey: true });
  await expect(editor.card("load-image")).toBeVisible();
  expect(page.url()).toBe(first);
  await dropFile(editor.canvas, { name: "with its workflow.png", type: "image/png", bytes });
  await page.waitForURL((url) => url.href !== first);
  await expect(editor.card("flux-sampler")).toBeVisible();
  await expect(editor.edges()).toHaveCount(graph.edges.length);
  await expect(page).toHaveTitle(/with its workflow/);
});

test("a picture that holds no workflow becomes a node that loads it, where it was let go", async ({ editor, page }) => {
  await editor.openPreset("Text to image (FLUX alone)");
  const before = await editor.edges().count();
  const url = page.url();
  const bytes = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#1a8" } }).jpeg().toBuffer();
  const at = { x: 90, y: 240 };
  await dropFile(editor.canvas, { name: "a green field.jpg", type: "image/jpeg", bytes }, { at });
  const picture = editor.card("load-image").getByRole("img", { name: "a green field.jpg" });
  await expect.poll(() => picture.evaluate(({ naturalWidth, naturalHeight }: HTMLImageElement) => [naturalWidth, naturalHeight])).toEqual([300, 200]);
  const [canvas, card] = [(await editor.canvas.boundingBox())!, (await editor.card("load-image").boundingBox())!];
  // A card lies on whole px of a canvas that is zoomed.
  expect(Math.abs(card.x - canvas.x - at.x)).toBeLessThanOrEqual(1);
  expect(Math.abs(card.y - canvas.y - at.y)).toBeLessThanOrEqual(1);
  await expect(editor.edges()).toHaveCount(before);
  expect(page.url()).toBe(url);

  await page.reload();
  await expect(picture).toBeVisible();
});

test("files that are no workflow are refused in words, and the canvas stays as it was", async ({ editor, page }) => {
  await editor.openPreset(preset);
  const before = await editor.edges().count();
  const bytesOf = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  const refused = [
    [{ name: "comfy.json", type: "application/json", bytes: bytesOf({ 3: { class_type: "KSampler", inputs: {} } }) }, "workflow of ComfyUI"],
    [{ name: "newer.json", type: "application/json", bytes: bytesOf({ ...emptyWorkflow, formatVersion: 2 }) }, "newer version"],
    [{ name: "notes.txt", type: "text/plain", bytes: new TextEncoder().encode("hello") }, "neither a picture nor a workflow"],
    [{ name: "damaged.png", type: "image/png", bytes: withWorkflow(png, { ...emptyWorkflow, nodes: [{}] } as never) }, "damaged"],
  ] as const;
  for (const [file, words] of refused) {
    await dropFile(editor.canvas, file);
    await expect(page.getByText(words).first()).toBeVisible();
    await page.getByRole("button", { name: "Dismiss" }).last().click();
  }
  await expect(editor.edges()).toHaveCount(before);
  await expect(editor.cards("load-image")).toHaveCount(0);

  const url = page.url();
  await dropFile(editor.canvas, { name: "Mine.json", type: "application/json", bytes: bytesOf(await shippedGraph("flux-alone")) });
  await page.waitForURL((other) => other.href !== url);
  await expect(page).toHaveTitle(/Mine/);
});

test("typing in a field renders the card it is on, and no other", async ({ editor, page }) => {
  const renders = await countRenders(page);
  await editor.openPreset(preset);
  const field = editor.card("prompt").getByRole("textbox").first();
  await field.click();
  await field.press("End");
  await renders.reset();
  await field.pressSequentially(" and a cat");
  await expect(field).toHaveValue(/ and a cat$/);
  const counted = await renders.byNode();
  expect(counted.prompt).toBeGreaterThan(0);
  expect(Object.keys(counted)).toEqual(["prompt"]);
});
