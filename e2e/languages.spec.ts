/** The studio in Chinese: chosen beside the theme, at once, remembered, and back. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { expect, type Studio, test } from "./studio";

const areas = readdirSync(join(import.meta.dirname, "../app/i18n/en")).map((file) => file.replace(/\.ts$/, ""));

const node = (id: string, type: string, x: number, params = {}): WorkflowNode => ({ id, type, version: 1, position: { x, y: 0 }, params });

async function openGraph(page: Page, studio: Studio, name: string, graph: Workflow): Promise<void> {
  const answer = await page.request.post(`${studio.url}/api/trpc/workflows.create`, { data: { name, graph } });
  const { result } = (await answer.json()) as { result: { data: { id: string } } };
  await page.goto(`${studio.url}/workflows/${result.data.id}`);
  await expect(page.locator("article").first()).toBeVisible();
}

test("a language chosen on the start page holds at once, after a reload, and back", async ({ page }) => {
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "en-GB");
  await page.getByRole("button", { name: "Theme and language" }).click();
  await page.getByRole("menuitemradio", { name: "中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(page.getByRole("heading", { name: "工作流" })).toBeVisible();
  await expect(page.getByRole("button", { name: "新建工作流" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "新建工作流" })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("button", { name: "主题和语言" }).click();
  await page.getByRole("menuitemradio", { name: "English" }).click();
  await expect(page.getByRole("button", { name: "New workflow" })).toBeVisible();
});

test("a preset opened in Chinese has Chinese labels everywhere, and nothing unnamed", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Theme and language" }).click();
  await page.getByRole("menuitemradio", { name: "中文" }).click();
  await page.getByRole("button", { name: "使用 文生图（Bifrost-1）" }).click();
  await page.waitForURL(/\/workflows\//);
  const card = page.locator("article[data-node-type=flux-sampler]");
  await expect(card).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(card).toContainText("FLUX 采样器");
  await expect(card.getByText("步数")).toBeVisible();
  await expect(page).toHaveTitle("文生图（Bifrost-1） · Bifrost Studio");
  // A key without a text would be shown as itself: “area.group.key”.
  const shown = await page.evaluate(() => [document.body.innerText, ...[...document.querySelectorAll("[aria-label], [title], [placeholder]")].flatMap((element) => ["aria-label", "title", "placeholder"].map((name) => element.getAttribute(name) ?? ""))].join("\n"));
  expect(shown.match(new RegExp(`\\b(?:${areas.join("|")})\\.[a-z]\\w*(?:\\.\\w+)?`, "g")) ?? []).toEqual([]);
  const around = await new AxeBuilder({ page }).exclude(".react-flow").analyze();
  expect(around.violations.map(({ id }) => id)).toEqual([]);
  // What was typed is kept when the language changes.
  const prompt = page.locator("article[data-node-type=prompt]").getByRole("textbox");
  await prompt.fill("a photo of a cat");
  await page.getByRole("button", { name: "更多", exact: true }).click();
  await page.getByRole("menuitemradio", { name: "English" }).click();
  await expect(card).toContainText("FLUX Sampler");
  await expect(prompt).toHaveValue("a photo of a cat");
  // The longest choices in either language: they give way, and the menus beside them stay in the panel.
  await page.locator("article[data-node-type=visual-branch-unmasker]").getByRole("heading").click();
  await page.getByRole("tabpanel").getByText("Advanced").click();
  await expect(page.getByRole("button", { name: "More about text keys and values" })).toBeInViewport({ ratio: 1 });
});

test.describe("a browser that asks for Chinese", () => {
  test.use({ locale: "zh-CN" });

  test("is answered in Chinese", async ({ page }) => {
    await page.goto("/no-such-page");
    await expect(page.getByRole("heading", { name: "没有这个页面" })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
    await page.goto("/models");
    await expect(page.getByText(/^CPU，.+（\d+ 核）$/)).toBeVisible();
  });

  test("has a Chinese font named for whatever is written, keys and code too", async ({ page, studio }) => {
    await openGraph(page, studio, "字体", { ...emptyWorkflow, nodes: [node("saved", "saved-latents", 0)] });
    await page.locator("article[data-node-type=saved-latents]").getByRole("heading").click();
    const details = page.getByRole("tabpanel");
    for (const written of [details, details.getByPlaceholder("存储文件的 sha256"), page.locator("kbd").first()]) await expect(written).toHaveCSS("font-family", /"PingFang SC".*"Noto Sans CJK SC"/);
    await expect(details.getByPlaceholder("取自哪个节点的哪一步")).toBeVisible();
  });

  test("is told in Chinese why a run failed, on its node and in the lists of runs, and what is wrong with a file", async ({ page, studio }) => {
    const nodes = [node("saved", "saved-latents", 0, { tensors: "0".repeat(64) }), node("decoded", "vae-decode", 320), node("kept", "save-image", 640)];
    const edges = [
      { source: "saved", sourcePort: "latents", target: "decoded", targetPort: "latents" },
      { source: "decoded", sourcePort: "image", target: "kept", targetPort: "image" },
    ];
    const graph: Workflow = { ...emptyWorkflow, nodes, edges };
    const [why, remedy] = ["存储文件 000000000000… 不在文件存储中。", "请以相同参数对它所来自的节点选择“重新运行此节点”，或固定另一帧。"];

    await openGraph(page, studio, "已存的一步", graph);
    const card = page.locator("article[data-node-type=saved-latents]");
    await page.keyboard.press("Control+Enter");
    await expect(card.getByRole("alert")).toContainText(why);
    await expect(card.getByRole("alert")).toContainText(remedy);
    await page.getByRole("tab", { name: "运行记录" }).click();
    await expect(page.getByRole("tabpanel")).toContainText(why + remedy);

    await page.goto(`${studio.url}/runs`);
    await expect(page.getByRole("main")).toContainText(why + remedy);

    await page.goto(studio.url);
    const broken = { ...graph, nodes: [{ ...nodes[0], version: 0 }] };
    await page.locator("input[type=file]").first().setInputFiles({ name: "broken.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(broken)) });
    await expect(page.getByText("这个工作流文件已损坏。nodes › 0 › version：至少为 1。", { exact: true })).toBeVisible();
  });
});
