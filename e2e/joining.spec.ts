/** Work is never lost: offline, in tabs that close, in two tabs and in two browsers at once. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { EditorPage } from "./editor-page";
import { expect, startStudio, test } from "./studio";

const prompt = (id: string, y: number) => ({ id, type: "prompt", version: 1, title: id, position: { x: 100, y }, params: { text: "" } });
const two: Workflow = { ...emptyWorkflow, nodes: [prompt("First", 60), prompt("Second", 320)] };

/** The prompt field on the card of that title. */
const words = (page: Page, title: string) => page.getByRole("region", { name: "Canvas" }).locator("article", { hasText: title }).getByRole("textbox", { name: "Prompt" });
const saving = (page: Page) => page.getByRole("status", { name: "Saving" });

async function stored(page: Page, baseURL: string): Promise<{ version: number; name: string; texts: Record<string, string> }> {
  const id = new URL(page.url()).pathname.split("/").at(-1);
  const answer = await fetch(`${baseURL}/api/trpc/workflows.get?input=${encodeURIComponent(JSON.stringify({ id }))}`);
  const { result } = (await answer.json()) as { result: { data: { version: number; name: string; graph: Workflow } } };
  return { version: result.data.version, name: result.data.name, texts: Object.fromEntries(result.data.graph.nodes.map((node) => [node.title ?? node.id, String(node.params.text)])) };
}

/** The same address in another tab, of this browser or another. */
async function alsoIn(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await expect(words(page, "First")).toBeVisible();
  return page;
}

async function otherBrowser(browser: Browser, url: string): Promise<Page> {
  return alsoIn(await browser.newContext({ viewport: { width: 1280, height: 800 } }), url);
}

test("edits made offline stay through a closed tab and are joined with what others saved", async ({ editor, page, context, browser, baseURL }) => {
  await editor.openGraph("Offline", two);
  const url = page.url();
  await words(page, "First").fill("before");
  await expect(saving(page)).toHaveText(/^Saved.*version 2/);

  await context.setOffline(true);
  await words(page, "First").fill("kept here");
  await expect(saving(page)).toHaveText("Offline: kept on this computer");
  // The last letters before the tab goes are kept as well.
  await words(page, "First").pressSequentially("!");
  await page.close();

  const other = await otherBrowser(browser, url);
  await expect(words(other, "First")).toHaveValue("before");
  await words(other, "Second").fill("from elsewhere");
  await expect(saving(other)).toHaveText(/^Saved.*version 3/);

  await context.setOffline(false);
  const back = await alsoIn(context, url);
  await expect(words(back, "First")).toHaveValue("kept here!");
  await expect(words(back, "Second")).toHaveValue("from elsewhere");
  await expect(saving(back)).toHaveText(/^Saved.*version 4/);
  expect((await stored(back, baseURL!)).texts).toEqual({ First: "kept here!", Second: "from elsewhere" });
  await expect(words(other, "First")).toHaveValue("kept here!");
});

test("while the site is down edits and undo go on, a tab that leaves loses nothing, and all is saved when it is back", async ({ page, studio }) => {
  test.slow();
  const own = await startStudio(`${studio.dataDir}-down`);
  const editor = new EditorPage(page);
  await page.goto(own.url);
  // The first visit opens a workflow by itself.
  await page.waitForURL(/\/workflows\//);
  await expect(editor.card("prompt")).toBeVisible();
  const field = editor.card("prompt").getByRole("textbox", { name: "Prompt" });
  await own.stop();
  await field.fill("typed while nothing runs");
  await expect(editor.saving).toHaveText("Offline: kept on this computer");
  await editor.saving.getByText("Offline").hover();
  await expect(page.getByRole("tooltip")).toContainText("saved when the server is back");
  await expect(page.getByText("The server does not answer", { exact: true })).toBeVisible();
  await editor.dragFromPalette("save-image", { x: 60, y: 60 });
  await expect(editor.cards("save-image")).toHaveCount(2);
  await page.keyboard.press("Control+z");
  await expect(editor.cards("save-image")).toHaveCount(1);
  // Another page cannot come: the browser says so in the editor's place.
  const url = page.url();
  await page.getByRole("link", { name: "Workflows", exact: true }).click();
  await expect(editor.canvas).toHaveCount(0);
  const again = await startStudio(`${studio.dataDir}-down`, Number(new URL(own.url).port));
  await page.goto(url);
  await expect(field).toHaveValue("typed while nothing runs");
  await expect(editor.saving).toHaveText(/^Saved/);
  await page.reload();
  await expect(field).toHaveValue("typed while nothing runs");
  await again.stop();
});

test("two tabs see each other's edits, and undo takes back only one's own", async ({ editor, page, context, baseURL }) => {
  await editor.openGraph("Two tabs", two);
  const other = await alsoIn(context, page.url());
  await words(page, "First").fill("one");
  await expect(words(other, "First")).toHaveValue("one");
  await words(other, "Second").fill("two");
  await expect(words(page, "Second")).toHaveValue("two");
  await expect(saving(page)).toHaveText(/^Changed elsewhere/);
  await expect.poll(async () => (await stored(page, baseURL!)).texts).toEqual({ First: "one", Second: "two" });

  // A note is seen while it is written, and Escape takes back what was written.
  await editor.canvas.click({ position: { x: 30, y: 30 } });
  await page.keyboard.press("Shift+N");
  await page.keyboard.type("still writing");
  const note = other.getByRole("region", { name: "Note" });
  await expect(note).toHaveText("still writing");
  await page.keyboard.press("Escape");
  await expect(note).toContainText("An empty note");
  await page.keyboard.press("Control+z");
  await expect(note).toHaveCount(0);

  // What both add under one id, while neither can know of the other, is two nodes.
  await context.setOffline(true);
  const tabs = [new EditorPage(page), new EditorPage(other)];
  for (const [at, tab] of tabs.entries()) {
    await tab.dragFromPalette("vae-decode", { x: 500, y: 100 + 300 * at });
    await expect(tab.saving).toHaveText("Offline: kept on this computer");
  }
  await context.setOffline(false);
  for (const tab of tabs) await expect(tab.cards("vae-decode")).toHaveCount(2);

  await editor.canvas.click({ position: { x: 20, y: 20 } });
  await page.keyboard.press("Control+z");
  for (const tab of tabs) await expect(tab.cards("vae-decode")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(words(page, "First")).toHaveValue("");
  await expect(words(page, "Second")).toHaveValue("two");
  await expect(words(other, "First")).toHaveValue("");
  await expect(words(other, "Second")).toHaveValue("two");
  await page.keyboard.press("Control+Shift+z");
  await expect(words(other, "First")).toHaveValue("one");
});

test("two browsers that change one thing are asked, and nothing is overwritten before", async ({ editor, page, context, browser, baseURL }) => {
  await editor.openGraph("Two browsers", two);
  const other = await otherBrowser(browser, page.url());
  await context.setOffline(true);
  await words(page, "First").fill("mine");
  await words(page, "Second").fill("also mine");
  await expect(saving(page)).toHaveText("Offline: kept on this computer");
  await words(other, "First").fill("theirs");
  await expect(saving(other)).toHaveText(/^Saved/);
  await context.setOffline(false);

  const dialog = page.getByRole("dialog", { name: "Changed here and elsewhere" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("group", { name: "First · Prompt" })).toContainText("theirs");
  expect((await new AxeBuilder({ page }).include("[role=dialog]").analyze()).violations).toEqual([]);
  expect((await stored(page, baseURL!)).texts).toMatchObject({ First: "theirs" });
  // Put off, it can be taken up again.
  await page.keyboard.press("Escape");
  await expect(saving(page)).toContainText("Not saved: changed elsewhere");
  await saving(page).getByRole("button", { name: "Choose" }).click();
  await dialog.getByRole("radio", { name: /Theirs/ }).check();
  await dialog.getByRole("button", { name: "Save this choice" }).click();
  await expect(saving(page)).toHaveText(/^Saved/);
  await expect.poll(async () => (await stored(page, baseURL!)).texts).toEqual({ First: "theirs", Second: "also mine" });
  await expect(words(other, "Second")).toHaveValue("also mine");

  // Once more, and both are kept.
  await context.setOffline(true);
  await words(page, "First").fill("mine again");
  await expect(saving(page)).toHaveText("Offline: kept on this computer");
  await words(other, "First").fill("theirs again");
  await expect(saving(other)).toHaveText(/^Saved/);
  await context.setOffline(false);
  await dialog.getByRole("button", { name: "Keep mine as a copy" }).click();
  await expect(page.getByRole("textbox", { name: "Name of the workflow" })).toHaveValue("Two browsers (mine)");
  await expect(words(page, "First")).toHaveValue("mine again");
  expect((await stored(other, baseURL!)).texts).toMatchObject({ First: "theirs again" });
});

test("where a browser keeps nothing, edits go to the little room it has, and damaged ones are said", async ({ editor, page, context }) => {
  await editor.openGraph("Damaged", two);
  const url = page.url();
  const id = new URL(url).pathname.split("/").at(-1)!;
  await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).some(({ name }) => name === "bifrost"))).toBe(true);
  // From another page: the editor may still be looking for what was left, and would say it before it is loaded again.
  await page.goto("/");
  await page.evaluate(
    (workflowId) =>
      new Promise<void>((resolve, reject) => {
        const open = indexedDB.open("bifrost");
        open.addEventListener("success", () => {
          const tx = open.result.transaction("drafts", "readwrite");
          tx.objectStore("drafts").put({ key: "broken", workflowId, at: Date.now(), document: "<script>" });
          tx.addEventListener("complete", () => resolve());
          tx.addEventListener("error", () => reject(tx.error as Error));
        });
      }),
    id,
  );
  await page.goto(url);
  await expect(page.getByText("Unsaved edits could not be brought back", { exact: true })).toBeVisible();
  await page.close();

  await context.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: { open: () => { throw new DOMException("Denied", "SecurityError"); } } }));
  const poor = await alsoIn(context, url);
  await context.setOffline(true);
  await words(poor, "First").fill("in little room");
  await expect(saving(poor)).toHaveText("Offline: kept on this computer");
  await poor.close();
  await context.setOffline(false);
  const again = await alsoIn(context, url);
  await expect(words(again, "First")).toHaveValue("in little room");

  await context.addInitScript(() => Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("Denied", "SecurityError"); } }));
  const bare = await alsoIn(context, url);
  await context.setOffline(true);
  await words(bare, "First").fill("nowhere else");
  await expect(saving(bare)).toHaveText("Offline: kept in this tab only, leave it open");
});
