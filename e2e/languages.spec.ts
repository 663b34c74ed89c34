/** The studio in Chinese: chosen beside the theme, at once, remembered, and back. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./studio";

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

test.describe("a browser that asks for Chinese", () => {
  test.use({ locale: "zh-CN" });

  test("is answered in Chinese", async ({ page }) => {
    await page.goto("/no-such-page");
    await expect(page.getByRole("heading", { name: "没有这个页面" })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  });
});
