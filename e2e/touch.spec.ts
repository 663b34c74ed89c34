/** A tablet, held either way: pan, pinch, connect, drag, the menu under a resting finger, run, and panels as sheets. */
import type { CDPSession, Page } from "@playwright/test";
import { expect, test } from "./studio";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Real fingers, as the browser hears of them. */
class Fingers {
  constructor(private readonly session: CDPSession) {}

  async move(from: readonly Point[], to: readonly Point[], steps = 8): Promise<void> {
    await this.press(from);
    for (let step = 1; step <= steps; step++) {
      const at = from.map(({ x, y }, index) => ({ x: x + ((to[index]!.x - x) * step) / steps, y: y + ((to[index]!.y - y) * step) / steps }));
      await this.session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at });
    }
    await this.release();
  }

  async press(at: readonly Point[]): Promise<void> {
    await this.session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [...at] });
  }

  async release(): Promise<void> {
    await this.session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  }
}

/** What is too small for a finger, canvas apart: WCAG 2.5.8 asks for 24 px, or room around. */
async function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>("button, a[href], input, select, textarea, summary, [role=button], [role=tab], [role=menuitem], [role=switch], [role=slider]")];
    const boxes = all.filter((one) => !one.closest(".react-flow") && one.checkVisibility({ visibilityProperty: true, opacityProperty: true })).map((one) => ({ one, box: one.getBoundingClientRect() })).filter(({ box }) => box.width > 0 && box.height > 0);
    const middle = (box: DOMRect) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    const small = boxes.filter(({ box }) => Math.min(box.width, box.height) < 23.5);
    return small
      .filter(({ one, box }) => {
        const { x, y } = middle(box);
        return boxes.some(({ one: other, box: near }) => {
          if (other === one || other.contains(one) || one.contains(other)) return false;
          const [dx, dy] = [Math.max(near.left - x, 0, x - near.right), Math.max(near.top - y, 0, y - near.bottom)];
          return Math.hypot(dx, dy) < 12;
        });
      })
      .map(({ one, box }) => `${one.tagName} ${one.getAttribute("aria-label") ?? one.textContent?.slice(0, 30)} ${Math.round(box.width)}×${Math.round(box.height)}`);
  });
}

for (const viewport of [{ width: 1024, height: 768 }, { width: 768, height: 1024 }]) {
  test.describe(`${viewport.width} × ${viewport.height}`, () => {
    test.use({ viewport, hasTouch: true, isMobile: true });

    test("the whole job with fingers", async ({ editor, page }) => {
      const sheets = viewport.width < 1024;
      await page.goto("/");
      await page.getByRole("button", { name: "Use Text to image (FLUX alone)" }).tap();
      await page.waitForURL(/\/workflows\//);
      await expect(editor.card("save-image")).toBeVisible();
      const fingers = new Fingers(await page.context().newCDPSession(page));
      const canvas = (await editor.canvas.boundingBox())!;
      const place = () => page.locator(".react-flow__viewport").evaluate((element) => {
        const { e, f, a } = new DOMMatrix(getComputedStyle(element).transform);
        return { x: e, y: f, zoom: a };
      });

      // One finger moves the canvas, two make it larger.
      const free = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height - 90 };
      const before = await place();
      await fingers.move([free], [{ x: free.x - 40, y: free.y - 60 }]);
      const panned = await place();
      expect(Math.round(panned.y - before.y)).toBeLessThan(-30);
      await fingers.move([{ x: free.x - 30, y: free.y }, { x: free.x + 30, y: free.y }], [{ x: free.x - 110, y: free.y }, { x: free.x + 110, y: free.y }]);
      expect((await place()).zoom).toBeGreaterThan(panned.zoom * 1.5);
      await page.getByRole("button", { name: "Fit the workflow in view" }).tap();
      await expect.poll(async () => (await place()).zoom).toBeLessThan(panned.zoom * 1.3);

      // A node from the list, which is a sheet where there is no room beside the canvas.
      if (sheets) await page.getByRole("button", { name: "List of nodes" }).tap();
      await page.getByRole("navigation", { name: "Nodes" }).getByRole("button", { name: "VAE Decode", exact: true }).tap();
      await expect(editor.cards("vae-decode")).toHaveCount(2);
      if (sheets) await expect(page.getByRole("navigation", { name: "Nodes" })).toBeHidden();
      const added = editor.cards("vae-decode").last();

      // Dragged by its title to where nothing is.
      const title = (await added.getByRole("heading").boundingBox())!;
      const from = { x: title.x + 12, y: title.y + title.height / 2 };
      await fingers.move([from], [{ x: from.x, y: canvas.y + canvas.height - 190 }]);
      await expect.poll(async () => (await added.boundingBox())!.y).toBeGreaterThan(title.y + 40);
      await page.getByRole("button", { name: "Fit the workflow in view" }).tap();

      // One port tapped, then another: connected. The ports that would take it stand out meanwhile.
      const middle = async (port: ReturnType<typeof editor.port>) => {
        const box = (await port.boundingBox())!;
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      };
      const output = await middle(editor.port("flux-sampler", "output", "latents"));
      await page.touchscreen.tap(output.x, output.y);
      await expect(added.locator("[data-port=latents]")).toHaveAttribute("data-offer", "open");
      await page.screenshot({ path: test.info().outputPath("connecting.png") });
      const input = await middle(added.locator("[data-port=latents]"));
      await page.touchscreen.tap(input.x, input.y);
      await expect(page.locator('.react-flow__edge[data-id="sampler.latents→vae-decode.latents"]')).toHaveCount(1);
      await expect(added.locator("[data-port=latents]")).not.toHaveAttribute("data-offer", /./);
      // A port that would not take it says why.
      await page.touchscreen.tap(output.x, output.y);
      const wrong = await middle(editor.port("text-encoder", "input", "text"));
      await page.touchscreen.tap(wrong.x, wrong.y);
      await expect(page.getByText(/This input takes text|would make a loop/)).toBeVisible();

      // A finger that rests on a card opens its menu.
      const heading = (await added.getByRole("heading").boundingBox())!;
      await fingers.press([{ x: heading.x + 12, y: heading.y + heading.height / 2 }]);
      await expect(page.getByRole("menuitem", { name: "Duplicate", exact: true })).toBeVisible();
      await fingers.release();
      await page.screenshot({ path: test.info().outputPath("menu.png") });
      await page.getByRole("menuitem", { name: "Mute", exact: true }).tap();
      await expect(added).toHaveAttribute("data-mode", "muted");

      // Params, in their sheet; put away by a tap beside it.
      if (sheets) await page.getByRole("button", { name: "Details" }).tap();
      await expect(page.getByRole("textbox", { name: "Name of the node" })).toHaveValue("VAE Decode");
      expect(await tooSmall(page), "with the details open").toEqual([]);
      await page.screenshot({ path: test.info().outputPath("details.png") });
      if (sheets) {
        await page.touchscreen.tap(60, 400);
        await expect(page.getByRole("complementary", { name: "Details" })).toBeHidden();
      }

      await editor.run.tap();
      await expect(editor.card("save-image")).toHaveAttribute("data-status", "done", { timeout: 60_000 });
      await page.screenshot({ path: test.info().outputPath("ran.png") });
      expect(await tooSmall(page)).toEqual([]);
    });
  });
}
