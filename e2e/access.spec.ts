/** WCAG 2.2 AA by axe, on every page and in both themes: no violation. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { type EditorPage, shippedGraph } from "./editor-page";
import { expect, test } from "./studio";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * On the canvas every size is as large as the person zooms it, and each control has its full-size twin in Params: WCAG
 * 2.5.8 excepts such targets, which axe cannot know. Everything else holds there too.
 */
async function violations(page: Page): Promise<string[]> {
  const around = await new AxeBuilder({ page }).exclude(".react-flow").withTags(rules).analyze();
  const canvas = (await page.locator(".react-flow").count()) > 0 ? await new AxeBuilder({ page }).include(".react-flow").withTags(rules).disableRules(["target-size"]).analyze() : null;
  return [...around.violations, ...(canvas?.violations ?? [])].map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary?.split("\n").at(-1)?.trim()})`).join("; ")}`);
}

for (const colorScheme of ["dark", "light"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("start page, Runs and Models", async ({ page }) => {
      for (const path of ["/", "/runs", "/models"]) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
        expect(await violations(page), path).toEqual([]);
      }
    });

    test("a subgraph: its card with params, opened, and kept", async ({ editor, page }) => {
      await editor.openPreset("Text to image (Bifrost-1)");
      await editor.select("visual-branch-unmasker");
      for (const type of ["latent-downsampler", "controlnet"] as const) await editor.card(type).getByRole("heading").click({ modifiers: ["ControlOrMeta"] });
      await page.keyboard.press("ControlOrMeta+Shift+g");
      await page.getByRole("tabpanel", { name: "Params" }).getByRole("button", { name: "Show a param" }).click();
      await page.getByRole("menuitem", { name: "Seed" }).click();
      await expect(page.getByRole("menu")).toHaveCount(0);
      expect(await violations(page), "folded").toEqual([]);
      await page.screenshot({ path: test.info().outputPath("folded.png") });
      await page.getByRole("tabpanel", { name: "Params" }).getByRole("button", { name: "Save as preset" }).click();
      await page.getByRole("button", { name: "Save preset" }).click();
      await expect(page.getByRole("region", { name: "My subgraphs" })).toBeVisible();
      await editor.canvas.getByRole("button", { name: "Open Subgraph" }).click();
      await expect(editor.card("controlnet")).toBeVisible();
      expect(await violations(page), "opened").toEqual([]);
      await page.screenshot({ path: test.info().outputPath("opened.png") });
    });

    test("an empty workflow, and one that ran: params, inspector, comparison, output, runs", async ({ editor, page }) => {
      await editor.openEmpty();
      expect(await violations(page), "empty").toEqual([]);
      await editor.openPreset("Text to image (Bifrost-1)");
      await editor.setNumber("flux-sampler", "Steps", 3);
      await editor.run.click();
      await expect(editor.card("save-image")).toHaveAttribute("data-status", "done", { timeout: 60_000 });
      await editor.select("flux-sampler");
      expect(await violations(page), "params").toEqual([]);
      await page.keyboard.press("2");
      await expect(page.getByLabel(/^Components of FLUX Sampler at step 3$/)).toBeVisible();
      expect(await violations(page), "inspector").toEqual([]);
      await page.getByRole("button", { name: "Compare" }).click();
      await expect(page.getByLabel("Difference in numbers")).toBeVisible();
      expect(await violations(page), "comparison").toEqual([]);
      await page.keyboard.press("i");
      for (const tab of ["3", "4"]) {
        await page.keyboard.press(tab);
        expect(await violations(page), `tab ${tab}`).toEqual([]);
      }
    });

    test("commands, shortcuts, finding, problems and help", async ({ editor, page }) => {
      const graph = await shippedGraph("text-to-image");
      await editor.openGraph("Broken", { ...graph, edges: graph.edges.slice(1), nodes: graph.nodes.map((node) => (node.type === "flux-sampler" ? { ...node, params: { ...node.params, steps: 900 } } : node)) });
      await expect(page.getByRole("region", { name: "Problems" })).toBeVisible();
      expect(await violations(page), "problems").toEqual([]);
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("option", { name: /^Run / }).first()).toBeVisible();
      expect(await violations(page), "commands").toEqual([]);
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("button", { name: /^Pause the run: / }).click();
      await page.keyboard.press("Control+d");
      await expect(page.getByRole("button", { name: "Use it here" })).toBeVisible();
      expect(await violations(page), "shortcuts").toEqual([]);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+f");
      await page.keyboard.type("steps 900");
      await page.getByText("Inputs, outputs and their shapes").click();
      expect(await violations(page), "finding and help").toEqual([]);
    });
  });
}

/** Starts to note what moves by itself: animations and transitions of the style sheets that take time, and every place the view of the canvas has. */
async function noteMotion(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const noted = { motions: [] as string[], views: [] as string[] };
    Object.assign(window, { noted });
    const note = ({ type, target }: Event) => {
      const lasting = (target as Element).getAnimations({ subtree: true }).filter(({ effect }) => Number(effect?.getComputedTiming().endTime) > 0);
      if (lasting.length > 0) noted.motions.push(`${type} of ${(target as Element).className}`);
    };
    for (const type of ["animationstart", "transitionrun"]) document.addEventListener(type, note, { capture: true });
    new MutationObserver(() => {
      const view = document.querySelector<HTMLElement>(".react-flow__viewport")?.style.transform;
      if (view !== undefined && view !== noted.views.at(-1)) noted.views.push(view);
    }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["style"] });
  });
}

const noted = (page: Page) => page.evaluate(() => (window as unknown as { noted: { motions: string[]; views: string[] } }).noted);

/** Much of what could move: panels, menus, dialogs, hints, the view, a run with all that it shows. */
async function walk(editor: EditorPage, page: Page, seed: number): Promise<void> {
  await editor.openPreset("Text to image (FLUX alone)");
  await editor.setNumber("flux-sampler", "Steps", 2);
  await editor.setNumber("flux-sampler", "Seed", seed);
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  await editor.card("save-image").locator("header").getByText(/ m?s$/).hover();
  await expect(page.getByRole("tooltip")).toBeVisible();
  await editor.canvas.click({ position: { x: 20, y: 20 } });
  for (const key of ["[", "]", "\\"]) for (let times = 0; times < 2; times++) await page.keyboard.press(key);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search commands" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More", exact: true }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
}

test("with reduced motion nothing moves by itself, and nowhere the view glides", async ({ editor, page }) => {
  await noteMotion(page);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await walk(editor, page, 7101);
  // So it would be seen.
  expect((await noted(page)).motions.join("\n")).toContain("animationstart of appear");

  await page.emulateMedia({ reducedMotion: "reduce" });
  await walk(editor, page, 7102);
  expect((await noted(page)).motions).toEqual([]);

  // Away from 100 %, where the workflow may have opened.
  await page.keyboard.press("-");
  await expect.poll(async () => (await noted(page)).views.at(-1)).not.toContain("scale(1)");
  for (const [key, zoom] of [["0", "scale(1)"], ["+", "scale(1.2)"], ["-", "scale(1)"]] as const) {
    const { length } = (await noted(page)).views;
    await page.keyboard.press(key);
    await expect.poll(async () => (await noted(page)).views.at(-1)).toContain(zoom);
    expect((await noted(page)).views.length, `the view after ${key}`).toBe(length + 1);
  }
  await page.keyboard.press("Control+f");
  await page.keyboard.type("save");
  await expect(page.getByRole("search", { name: "Find a node" }).getByRole("status")).toContainText("1 of 1");
  await page.keyboard.press("Escape");
  await expect(editor.card("save-image")).toBeInViewport();
  expect((await noted(page)).motions).toEqual([]);
});
