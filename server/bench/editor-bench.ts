/**
 * `npm run bench -- editor`: a workflow of 1,000 nodes and 1,500 edges in the built site, beside a bare React Flow page
 * with as many default nodes and edges on a canvas of the same size, in one Chromium, one after the other in each round:
 * seconds until everything is drawn, and the frame times while panning, zooming and dragging a node.
 */
import { loadavg } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import type { Settings } from "@/server/settings";
import { serveBarePage } from "./bare-page";
import { type Gesture, gestures, measureGesture, openingTime, recordFrames } from "./canvas-gestures";
import { chromiumPath } from "./chromium-path";
import { counts, largeGraph } from "./large-graph";
import { quantile, say, table, times } from "./lines";
import { StudioClient } from "./studio-client";

const rounds = 2;
const closed = { open: false, size: null };

interface Subject {
  readonly name: "editor" | "bare";
  readonly handle: string;
  readonly open: (page: Page) => Promise<unknown>;
  /** Brings the canvas to 100 %. */
  readonly enlarge: (page: Page) => Promise<unknown>;
}

type Measures = Record<Subject["name"], { readonly opening: number[]; readonly frames: Map<string, number[]> }>;

export async function benchEditor(_: Settings, folder: string): Promise<void> {
  const graph = largeGraph();
  const executablePath = chromiumPath();
  const { chromium } = await import("@playwright/test");
  const bare = await serveBarePage(graph);
  const client = await StudioClient.start(join(folder, "studio"));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    say("browser", `Chromium ${browser.version()}; load of the computer ${loadavg()[0]!.toFixed(1)}`);
    const { id } = await client.api.workflows.create.mutate({ name: "Large", graph });
    const address = `${client.studio.address}/workflows/${id}`;
    const size = await canvasSize(browser, address);
    say("canvas", `${size.width} × ${size.height} px, ${counts.nodes} nodes, ${counts.edges} edges, ${rounds} rounds`);
    const subjects: Subject[] = [
      { name: "bare", handle: ".react-flow__node", open: (page) => page.goto(bare.address(size)), enlarge: (page) => page.evaluate(() => (globalThis as unknown as { bareFlow: { zoomTo(zoom: number): unknown } }).bareFlow.zoomTo(1)) },
      { name: "editor", handle: ".card-outline, .react-flow__node header", open: (page) => page.goto(address), enlarge: (page) => page.keyboard.press("0") },
    ];
    const measures: Measures = { bare: { opening: [], frames: new Map() }, editor: { opening: [], frames: new Map() } };
    for (let round = 0; round < rounds; round++) for (const subject of subjects) await measure(browser, subject, measures[subject.name]);
    report(measures);
    say("load of the computer, at the end", loadavg()[0]!.toFixed(1));
  } finally {
    await browser.close();
    await client.stop();
    await bare.stop();
  }
}

async function canvasSize(browser: Browser, address: string): Promise<{ width: number; height: number }> {
  const page = await newPage(browser);
  await page.goto(address);
  const box = await page.locator(".react-flow").boundingBox();
  await page.close();
  if (!box) throw new Error("The editor shows no canvas.");
  return { width: Math.round(box.width), height: Math.round(box.height) };
}

async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1100 } });
  // tsx's compiler names functions by a helper, which their text carries into the page.
  await page.addInitScript("globalThis.__name = (named) => named");
  // Panels closed: at the smallest zoom, 10 %, the whole graph fits.
  await page.addInitScript((panels) => localStorage.setItem("bifrost.panels", panels), JSON.stringify({ state: { panels: { palette: closed, details: closed, steps: closed } }, version: 1 }));
  await recordFrames(page, counts);
  return page;
}

async function measure(browser: Browser, { handle, open, enlarge }: Subject, { opening, frames }: Measures["bare"]): Promise<void> {
  const page = await newPage(browser);
  await open(page);
  opening.push(await openingTime(page));
  const all = async (view: string) => {
    for (const gesture of gestures) {
      const key = keyOf(view, gesture);
      frames.set(key, [...(frames.get(key) ?? []), ...(await measureGesture(page, gesture, handle))]);
    }
  };
  await all("whole graph");
  await enlarge(page);
  await page.waitForTimeout(500);
  await all("at 100 %");
  await page.close();
}

const keyOf = (view: string, gesture: Gesture) => `${gesture}, ${view}`;

function report({ bare, editor }: Measures): void {
  const seconds = (values: readonly number[]) => values.map((value) => (value / 1000).toFixed(2)).join(", ");
  say("seconds until all is drawn, editor", seconds(editor.opening));
  say("seconds until all is drawn, bare React Flow", seconds(bare.opening));
  const ms = (value: number) => value.toFixed(1);
  const row = (key: string) => {
    const [ours, theirs] = [editor.frames.get(key)!, bare.frames.get(key)!];
    const p95 = [quantile(ours, 0.95), quantile(theirs, 0.95)] as const;
    return [key, ms(quantile(ours, 0.5)), ms(p95[0]), String(ours.length), ms(quantile(theirs, 0.5)), ms(p95[1]), String(theirs.length), times(p95[0] / p95[1])];
  };
  table([["frame times, ms", "editor p50", "p95", "frames", "bare p50", "p95", "frames", "p95 ratio"], ...[...editor.frames.keys()].map(row)]);
}
