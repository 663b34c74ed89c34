/** Runs that are watched, left, stopped, and refused. */
import type { Page } from "@playwright/test";
import type { NodeType } from "@/nodes/specs";
import type { EditorPage } from "./editor-page";
import { expect, test } from "./studio";

const preset = "Text to image (Bifrost-1)";

test("a reload in mid-run goes on showing the run", async ({ editor, page }) => {
  await editor.openLongRun(384);
  await editor.run.click();
  await expect(editor.card("flux-sampler").getByText(/^\d+ \/ 200$/)).toBeVisible();
  await page.reload();
  await expect(editor.cancel).toBeVisible();
  await expect(editor.card("flux-sampler").getByText(/^\d+ \/ 200$/)).toBeVisible();
  await expect(editor.card("text-encoder")).toHaveAttribute("data-status", "done");
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done", { timeout: 90_000 });
});

test("cancel stops the sampler within a step and says so", async ({ editor, page }) => {
  await editor.openLongRun();
  await editor.run.click();
  await expect(editor.card("flux-sampler").getByText(/^\d+ \/ 200$/)).toBeVisible();
  await editor.cancel.click();
  await expect(editor.cancel).toBeHidden();
  await expect(editor.card("flux-sampler")).toHaveAttribute("data-status", "not-run");
  await expect(editor.card("vae-decode")).toHaveAttribute("data-status", "not-run");
  await expect(editor.card("vae-decode")).toContainText("No picture yet");
  await expect(editor.card("text-encoder")).toHaveAttribute("data-status", "done");

  // What it had computed can be looked at.
  await expect(editor.card("flux-sampler").getByText(/^stopped at \d+ \/ 200$/)).toBeVisible();
  await editor.select("flux-sampler");
  await expect(page.getByRole("group", { name: "Steps of FLUX Sampler" }).getByRole("button").first()).toBeVisible();

  // The next run is not touched by the cancel of this one.
  await editor.setNumber("flux-sampler", "Steps", 4);
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
});

test("a prompt without a known word gets a picture and a notice", async ({ editor }) => {
  await editor.openPreset(preset);
  await editor.setNumber("flux-sampler", "Steps", 2);
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("qwertzuiop");
  await editor.run.click();
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  await expect(editor.canvas.getByText(/knows none of the things named here/)).toBeVisible();
});

test("what is missing is said on its node, and nothing runs", async ({ editor }) => {
  await editor.openPreset(preset);
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("");
  await editor.run.click();
  await expect(editor.card("prompt").getByRole("img", { name: /Write what the picture should show/ })).toBeVisible();
  await expect(editor.cancel).toBeHidden();
});

/** Why a node ran, or did not have to, as its card says it to whoever points at its state. */
async function why(editor: EditorPage, page: Page, type: NodeType): Promise<string> {
  await editor.card(type).locator("header").getByText(/^reused$|^[\d.]+ m?s$/).hover();
  const words = await page.getByRole("tooltip").textContent();
  const { x, y } = (await editor.canvas.boundingBox())!;
  await page.mouse.move(x + 8, y + 8, { steps: 4 });
  await expect(page.getByRole("tooltip")).toHaveCount(0);
  return words!;
}

test("a part is run, and nodes are run anew though nothing changed; each card says why", async ({ editor, page }) => {
  await editor.openPreset(preset);
  await editor.setNumber("flux-sampler", "Steps", 2);
  // Of words no test before this one has run.
  await editor.card("prompt").getByRole("textbox", { name: "Prompt" }).fill("seven small purple stars");
  const ended = async (keys: () => Promise<unknown>) => {
    const started = page.waitForResponse((response) => response.url().includes("runs.start"));
    await keys();
    await started;
    await expect(editor.cancel).toBeHidden();
  };
  await editor.select("text-encoder");
  await ended(() => page.keyboard.press("Control+Shift+Enter"));
  await expect(editor.card("text-encoder")).toHaveAttribute("data-status", "done");
  await expect(editor.card("visual-branch-unmasker")).toHaveAttribute("data-status", "idle");
  expect(await why(editor, page, "text-encoder")).toContain("Ran for the first time");

  // The one selected, by its menu; what feeds it need not run again.
  await editor.card("text-encoder").getByRole("heading").click({ button: "right" });
  await ended(() => page.getByRole("menuitem", { name: "Run this node anew" }).click());
  expect(await why(editor, page, "text-encoder")).toContain("Ran because it was forced");

  await ended(() => page.keyboard.press("Control+Enter"));
  await expect(editor.card("save-image")).toHaveAttribute("data-status", "done");
  expect(await why(editor, page, "text-encoder")).toContain("Reused: unchanged since the last run");
  expect(await why(editor, page, "flux-sampler")).toContain("Ran for the first time");

  await editor.setNumber("flux-sampler", "Steps", 3);
  await ended(() => page.keyboard.press("Control+Enter"));
  expect(await why(editor, page, "flux-sampler")).toContain("Ran because Steps changed");
  expect(await why(editor, page, "visual-branch-unmasker")).toContain("Reused: unchanged since the last run");
  expect(await why(editor, page, "save-image")).toContain("Ran because Image changed");

  await editor.select("visual-branch-unmasker");
  await ended(() => page.keyboard.press("Control+Alt+Enter"));
  expect(await why(editor, page, "visual-branch-unmasker")).toContain("Ran because it was forced");
  // Whatever was not asked for keeps its own.
  await expect(editor.card("flux-sampler").getByText("reused")).toHaveCount(0);

  await ended(() => page.keyboard.press("Control+Shift+Alt+Enter"));
  for (const type of ["prompt", "text-encoder", "visual-branch-unmasker", "latent-downsampler", "controlnet", "flux-sampler", "vae-decode", "save-image"] as const)
    expect(await why(editor, page, type), type).toContain("Ran because it was forced");
});
