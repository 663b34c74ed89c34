/** The whole main job without a mouse: from the start page to a changed, extended and saved pipeline, and from nothing to a new one. */
import type { Locator, Page } from "@playwright/test";
import type { EditorPage } from "./editor-page";
import { expect, test } from "./studio";

// A setting, though the usual one, makes the studio one of this file's own: Tab would lead through the workflows of all others first.
test.use({ settings: { RUN_FRAMES_LIMIT: "2 GB" } });

/** Tab, again and again, to where a person wants to be. */
async function tabTo(page: Page, wanted: Locator, keys: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press(keys);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${keys} does not lead to ${wanted}.`);
}

/** Finds a node by its words; Escape then leaves the person on its card. */
async function jumpTo(page: Page, words: string, card: Locator): Promise<void> {
  await page.keyboard.press("Control+f");
  await expect(page.getByRole("textbox", { name: "Find in the workflow" })).toBeFocused();
  await page.keyboard.type(words);
  await expect(page.getByRole("search", { name: "Find a node" }).getByRole("status")).toContainText("1 of");
  await page.keyboard.press("Escape");
  await expect(card).toBeFocused();
}

/** What has the focus when a card has it. */
const card = (editor: EditorPage, title: string) => editor.canvas.getByRole("group", { name: new RegExp(`^Node ${title}(, selected)?$`) });

test("a preset is opened, changed, run, extended, folded and kept, by keys alone", async ({ editor, page }) => {
  const params = page.getByRole("tabpanel", { name: "Params" });
  await page.goto("/");
  await tabTo(page, page.getByRole("button", { name: "Use Text to image (Bifrost-1)" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/workflows\//);
  await expect(editor.edges()).toHaveCount(8);

  await jumpTo(page, "prompt", card(editor, "Prompt"));
  await expect(card(editor, "Prompt")).toHaveAccessibleName("Node Prompt, selected");
  await expect(card(editor, "Prompt")).toHaveAccessibleDescription(/Enter or Space selects it.*Shift\+F10 opens its menu/);
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card(editor, "Prompt")).toBeFocused();
  await tabTo(page, editor.card("prompt").getByRole("textbox", { name: "Prompt" }));
  await page.keyboard.press("Control+a");
  await page.keyboard.type("a blue square");
  await page.keyboard.press("Control+Enter");
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");

  // A connection is reached, selected and removed as a card is.
  await jumpTo(page, "prompt", card(editor, "Prompt"));
  await page.keyboard.press("Shift+Tab");
  await expect(page.locator(":focus")).toHaveAttribute("aria-roledescription", "edge");
  await expect(page.locator(":focus")).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^Connection from .*, selected$/);
  await page.screenshot({ path: test.info().outputPath("connection.png") });
  await page.keyboard.press("Delete");
  await expect(editor.edges()).toHaveCount(7);
  await page.keyboard.press("Control+z");
  await expect(editor.edges()).toHaveCount(8);

  await page.keyboard.press("/");
  await page.keyboard.type("describe");
  await page.keyboard.press("Enter");
  await expect(card(editor, "Describe Image")).toBeFocused();
  await tabTo(page, params.getByRole("button", { name: /^Image: .*Change/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "VAE Decode" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(editor.edges()).toHaveCount(9);

  await jumpTo(page, "visual-branch", card(editor, "Visual-Branch Unmasker"));
  await tabTo(page, card(editor, "Latent Downsampler"));
  await page.keyboard.press("Shift+Enter");
  await tabTo(page, card(editor, "ControlNet"));
  await page.keyboard.press("Shift+Space");
  await expect(params.getByText("3 nodes selected")).toBeVisible();
  await page.screenshot({ path: test.info().outputPath("three-selected.png") });
  await page.keyboard.press("Control+Shift+g");
  const folded = editor.canvas.locator('article[data-node-type="subgraph"]');
  await expect(folded).toBeVisible();
  await page.keyboard.press("F2");
  await page.keyboard.type("Imagine patches");
  await page.keyboard.press("Enter");
  await expect(folded.getByRole("heading", { name: "Imagine patches" })).toBeVisible();
  for (let step = 0; step < 2; step++) await page.keyboard.press("Control+z");
  await expect(folded).toHaveCount(0);
  await page.keyboard.press("Control+y");
  await expect(folded).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(folded).toHaveCount(0);

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search commands" })).toBeFocused();
  await page.keyboard.type("save as preset");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Save as preset" }).getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Mine by keys");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Use Mine by keys" })).toBeVisible();
});

/** Adds a node by its name, as a person at the canvas does; the focus is on its card then. */
async function add(page: Page, editor: EditorPage, name: string): Promise<void> {
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Search nodes to add" })).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(card(editor, name)).toBeFocused();
}

/** Connects an input of the selected node to another, by the list of inputs in Params. */
async function feed(page: Page, input: string, from: string): Promise<void> {
  const edges = page.locator(".react-flow__edge");
  const before = await edges.count();
  await tabTo(page, page.getByRole("tabpanel", { name: "Params" }).getByRole("button", { name: new RegExp(`^${input}: .*Change`) }));
  await page.keyboard.press("Enter");
  const source = page.getByRole("menuitem", { name: from, exact: true });
  await expect(source).toBeVisible();
  while (!(await source.evaluate((item) => item === document.activeElement))) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(edges).toHaveCount(before + 1);
}

test("an empty workflow becomes a picture and a preset, by keys alone", async ({ editor, page }) => {
  await page.goto("/");
  await tabTo(page, page.getByRole("button", { name: "New workflow" }).first());
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/workflows\//);
  await expect(editor.canvas).toBeVisible();

  await add(page, editor, "Prompt");
  await tabTo(page, editor.card("prompt").getByRole("textbox", { name: "Prompt" }));
  await page.keyboard.press("Control+a");
  // Behind a space no word is offered.
  await page.keyboard.type("a photo of a green boat ");
  await page.keyboard.press("Escape");
  await expect(card(editor, "Prompt")).toBeFocused();
  await add(page, editor, "Text Encoder");
  await feed(page, "Prompt", "Prompt");
  await add(page, editor, "FLUX Sampler");
  await feed(page, "Conditioning", "Text Encoder");
  await tabTo(page, page.getByRole("tabpanel", { name: "Params" }).getByRole("spinbutton", { name: "Steps" }), "Shift+Tab");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("4");
  await page.keyboard.press("Escape");
  await expect(card(editor, "FLUX Sampler")).toBeFocused();
  await expect(editor.card("flux-sampler").getByRole("spinbutton", { name: "Steps" })).toHaveValue("4");
  await add(page, editor, "VAE Decode");
  await feed(page, "Latents", "FLUX Sampler");
  await add(page, editor, "Save Image");
  await feed(page, "Image", "VAE Decode");
  // Whoever cannot drag cards need not: they are put in order.
  await page.keyboard.press("Shift+L");
  const inOrder = ["prompt", "text-encoder", "flux-sampler", "vae-decode", "save-image"] as const;
  await expect
    .poll(async () => {
      const lefts = await Promise.all(inOrder.map(async (type) => (await editor.card(type).boundingBox())!.x));
      return lefts.every((left, index) => index === 0 || left > lefts[index - 1]!);
    })
    .toBe(true);

  await page.keyboard.press("Control+Enter");
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  await expect(editor.card("save-image").getByRole("img", { name: /Save Image/ })).toBeVisible();

  // The steps of the sampler, large; and the picture.
  await jumpTo(page, "flux sampler", card(editor, "FLUX Sampler"));
  await page.keyboard.press("2");
  await page.keyboard.press("Home");
  const inspect = page.getByRole("tabpanel", { name: "Inspect" });
  await expect(inspect.getByText("step 1 of 4")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(inspect.getByText("step 2 of 4")).toBeVisible();
  await page.keyboard.press("i");
  await expect(page.getByRole("region", { name: "Inspector" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Inspector" })).toBeHidden();
  await jumpTo(page, "save image", card(editor, "Save Image"));
  await tabTo(page, editor.card("save-image").getByRole("button", { name: "Show the picture of Save Image large" }));
  await page.keyboard.press("Enter");
  const large = page.getByRole("dialog");
  await expect(large.getByRole("img").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(large).toHaveCount(0);
  await expect(editor.card("save-image").getByRole("button", { name: "Show the picture of Save Image large" })).toBeFocused();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("save as preset");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Save as preset" }).getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("From nothing, by keys");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goto("/");
  await tabTo(page, page.getByRole("button", { name: "Use From nothing, by keys" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/workflows\//);
  await expect(editor.edges()).toHaveCount(4);
});
