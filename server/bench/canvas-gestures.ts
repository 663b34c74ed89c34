/** What a hand does on a React Flow canvas, and how long the frames took meanwhile. The same on any page with one. */
import type { Page } from "@playwright/test";

export const gestures = ["pan", "zoom", "drag"] as const;
export type Gesture = (typeof gestures)[number];

const moves = 40;

interface Recording {
  openedAt: number | null;
  frames: number[] | null;
}
type Recorded = { recording: Recording };

/** Before a page is opened: notes when all nodes and edges are drawn, and the times between frames while asked to. */
export async function recordFrames(page: Page, counts: { nodes: number; edges: number }): Promise<void> {
  await page.addInitScript((counts) => {
    const recording: Recording = { openedAt: null, frames: null };
    Object.assign(globalThis, { recording });
    let last = performance.now();
    const tick = () => {
      const now = performance.now();
      recording.frames?.push(now - last);
      last = now;
      const drawn = (name: string) => document.querySelectorAll(`.react-flow__${name}`).length;
      // One frame later than the first that has them all: it has been shown by then.
      if (recording.openedAt === null && drawn("node") >= counts.nodes && drawn("edge") >= counts.edges) recording.openedAt = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }, counts);
}

/** Milliseconds from the navigation to the frame that has every node and edge. */
export async function openingTime(page: Page): Promise<number> {
  const found = await page.waitForFunction(() => (globalThis as unknown as Recorded).recording.openedAt, undefined, { timeout: 120_000 });
  return (await found.jsonValue())!;
}

const pane = ".react-flow__pane";

/** A place of the canvas, near its middle, where what is under the pointer is this or, but for the empty pane, lies in it; px of the page. */
async function placeOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const place = await page.evaluate(({ selector, pane }) => {
    const { x, y, width, height } = document.querySelector(".react-flow")!.getBoundingClientRect();
    for (let radius = 0; radius < Math.min(width, height) / 2; radius += 3) {
      for (let turn = 0; turn < 24; turn++) {
        const at = { x: x + width / 2 + radius * Math.cos((turn * Math.PI) / 12), y: y + height / 2 + radius * Math.sin((turn * Math.PI) / 12) };
        const under = document.elementFromPoint(at.x, at.y);
        if (selector === pane ? under?.matches(pane) : under?.closest(selector)) return at;
      }
    }
    return null;
  }, { selector, pane });
  if (!place) throw new Error(`Nothing of the canvas is ${selector}.`);
  return place;
}

async function perform({ mouse }: Page, gesture: Gesture, { x, y }: { x: number; y: number }): Promise<void> {
  if (gesture === "zoom") {
    for (let at = 0; at < moves; at++) await mouse.wheel(0, at % 20 < 10 ? -40 : 40);
    return;
  }
  await mouse.down();
  // Around a circle, back to where it began.
  for (let at = 1; at <= moves; at++) await mouse.move(x + 90 * Math.sin((at * 2 * Math.PI) / moves), y + 60 * (1 - Math.cos((at * 2 * Math.PI) / moves)));
  await mouse.up();
}

/** Milliseconds of every frame while the gesture was made. `nodeHandle`: a selector of where nodes are taken hold of. */
export async function measureGesture(page: Page, gesture: Gesture, nodeHandle: string): Promise<number[]> {
  // Looked for before the recording: the search itself takes long on a full canvas.
  const place = await placeOf(page, gesture === "zoom" ? ".react-flow" : gesture === "pan" ? pane : nodeHandle);
  await page.mouse.move(place.x, place.y);
  await page.evaluate(() => void ((globalThis as unknown as Recorded).recording.frames = []));
  await perform(page, gesture, place);
  return page.evaluate(() => {
    const { recording } = globalThis as unknown as Recorded;
    const frames = recording.frames ?? [];
    recording.frames = null;
    // The first was under way when the recording began.
    return frames.slice(1);
  });
}
