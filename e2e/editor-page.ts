/** The editor as a person meets it: cards, ports, palette, Run. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Locator, type Page, expect } from "@playwright/test";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import type { Tensors } from "@/models/tensor";
import type { NodeState, RunState } from "@/nodes/run-events";
import { type NodeType, specs } from "@/nodes/specs";
import { type Workflow, workflowSchema } from "@/nodes/workflow";

/** The graph of a shipped preset. */
export async function shippedGraph(preset: string): Promise<Workflow> {
  return workflowSchema.parse(JSON.parse(await readFile(join(import.meta.dirname, `../nodes/presets/${preset}.json`), "utf8")));
}

export class EditorPage {
  readonly canvas: Locator;
  readonly run: Locator;
  readonly cancel: Locator;
  readonly saving: Locator;

  constructor(readonly page: Page) {
    this.canvas = page.getByRole("region", { name: "Canvas" });
    this.run = page.getByRole("button", { name: "Run", exact: true });
    this.cancel = page.getByRole("button", { name: "Cancel", exact: true });
    this.saving = page.getByRole("status", { name: "Saving" });
  }

  /** Opens a new workflow made of a shipped preset, from the start page. */
  async openPreset(name: string): Promise<void> {
    await this.page.goto("/");
    await this.page.getByRole("button", { name: `Use ${name}` }).click();
    await this.page.waitForURL(/\/workflows\//);
    await expect(this.canvas).toBeVisible();
  }

  /** Opens a workflow whose run is not over before a test has looked at it: FLUX alone, 200 steps, at `side` px; smaller where its end is waited for. */
  async openLongRun(side = 512): Promise<void> {
    // A seed of its own: what a test before this one computed would be reused.
    const graph = await shippedGraph("flux-alone");
    const nodes = graph.nodes.map((node) => (node.type === "flux-sampler" ? { ...node, params: { ...node.params, steps: 200, width: side, height: side, seed: Date.now() } } : node));
    await this.openGraph("A long run", { ...graph, nodes });
  }

  /**
   * Starts to note every "step / total" that any card shows, for runs that are over too soon to be looked at.
   * The function it gives returns what was seen so far.
   */
  async noteProgress(): Promise<() => Promise<string[]>> {
    const seen = await this.page.evaluateHandle(() => {
      const found = new Set<string>();
      const look = () => {
        for (const card of document.querySelectorAll("article[data-node-type]"))
          for (const [words] of (card as HTMLElement).innerText.matchAll(/\b\d+ \/ \d+\b/g)) found.add(`${card.getAttribute("data-node-type")} ${words}`);
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      return found;
    });
    return () => seen.evaluate((found) => [...found]);
  }

  /** Opens a workflow of this graph, stored for the test. */
  async openGraph(name: string, graph: Workflow): Promise<void> {
    await this.page.goto(`/workflows/${await this.saveGraph(name, graph)}`);
    await expect(this.canvas).toBeVisible();
  }

  /** Makes a workflow without opening it; gives its id. */
  async saveGraph(name: string, graph: Workflow): Promise<string> {
    const answer = await this.page.request.post("/api/trpc/workflows.create", { data: { name, graph } });
    const { result } = (await answer.json()) as { result: { data: { id: string } } };
    return result.data.id;
  }

  /** Runs the workflow, or what `start` starts, and waits until a card (the first of its type) is done; gives the newest run's state by node id. */
  async runToEnd(card: NodeType | Locator, start: () => Promise<unknown> = () => this.run.click()): Promise<Record<string, Extract<NodeState, { status: "done" }>>> {
    const started = this.page.waitForResponse((response) => response.url().includes("runs.start"));
    await start();
    await started;
    const { runs } = await this.ask<{ runs: { id: string }[] }>("runs.list", { workflowId: new URL(this.page.url()).pathname.split("/").at(-1), limit: 1 });
    const { id } = runs[0]!;
    // The card may still show that the run before this one is done.
    const stateNow = async () => (await this.ask<{ state: RunState }>("runs.get", { id })).state;
    await expect.poll(async () => (await stateNow()).status, { timeout: 60_000 }).toBe("done");
    await expect(typeof card === "string" ? this.card(card) : card).toHaveAttribute("data-status", "done");
    await expect(this.cancel).toBeHidden();
    return (await stateNow()).nodes as Record<string, Extract<NodeState, { status: "done" }>>;
  }

  /** What the API answers. */
  async ask<T>(query: string, input: object): Promise<T> {
    const answer = await this.page.request.get(`/api/trpc/${query}?input=${encodeURIComponent(JSON.stringify(input))}`);
    return ((await answer.json()) as { result: { data: T } }).result.data;
  }

  /** Runs what is selected, by the key. */
  readonly runSelected = () => this.page.keyboard.press("Control+Shift+Enter");

  /** The tensors of a stored file, as the site gives them out. */
  async tensors(hash: string): Promise<Tensors> {
    const answer = await this.page.request.get(`/api/artifacts/${hash}.safetensors`);
    expect(answer.ok()).toBe(true);
    return decodeSafetensors(await answer.body(), hash).tensors;
  }

  /** The paint grid of the selected node's params. */
  patchGrid(): Locator {
    return this.page.getByRole("tabpanel", { name: "Params" }).getByRole("grid", { name: "Painted patches" });
  }

  patch(row: number, column: number): Locator {
    return this.patchGrid().getByRole("gridcell", { name: new RegExp(`^Patch row ${row}, column ${column}(, painted)?$`) });
  }

  /** One stroke with the mouse from one patch to another, rows and columns from 1. */
  async paint(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const [start, end] = [await centre(this.patch(...from)), await centre(this.patch(...to))];
    const { mouse } = this.page;
    await mouse.move(start.x, start.y);
    await mouse.down();
    // A quick hand: the patches between are never under the pointer.
    await mouse.move(end.x, end.y);
    await mouse.up();
  }

  async openEmpty(): Promise<void> {
    await this.page.goto("/");
    await this.page.getByRole("button", { name: "New workflow" }).first().click();
    await this.page.waitForURL(/\/workflows\//);
    await expect(this.canvas).toBeVisible();
  }

  cards(type: NodeType): Locator {
    return this.canvas.locator(`article[data-node-type="${type}"]`);
  }

  /** The one card of a type. */
  card(type: NodeType): Locator {
    return this.cards(type).first();
  }

  port(type: NodeType, side: "input" | "output", name: string): Locator {
    return this.card(type).locator(`[data-port="${name}"][data-side="${side}"]`);
  }

  /** The Params panel's menu of one param of the selected node. */
  async paramMenu(name: string, item: string): Promise<void> {
    await this.page.getByRole("tabpanel", { name: "Params" }).getByRole("button", { name: `More about ${name}` }).click();
    const menu = this.page.getByRole("menu");
    await menu.getByRole("menuitem", { name: item }).or(menu.getByRole("menuitemradio", { name: item })).click();
  }

  /** Selects a node by its header. */
  async select(type: NodeType): Promise<void> {
    await this.card(type).getByRole("heading").click();
  }

  async status(type: NodeType): Promise<string | null> {
    return this.card(type).getAttribute("data-status");
  }

  /** Drags a node from the palette with the mouse and drops it at a point of the canvas, in px from its top left. */
  async dragFromPalette(type: NodeType, at: { x: number; y: number }): Promise<void> {
    const item = this.page.getByRole("navigation", { name: "Nodes" }).getByRole("button", { name: specs[type].title, exact: true });
    await item.dragTo(this.canvas, { targetPosition: at });
    await expect(this.card(type)).toBeVisible();
  }

  /** Draws a connection from an output to an input with the mouse; the button stays down when `release` is false. */
  async connect(from: readonly [NodeType, string], to: readonly [NodeType, string], { release = true } = {}): Promise<void> {
    const start = await centre(this.port(from[0], "output", from[1]));
    const end = await centre(this.port(to[0], "input", to[1]));
    const { mouse } = this.page;
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
    await mouse.move(end.x, end.y, { steps: 4 });
    if (release) await mouse.up();
  }

  edges(): Locator {
    return this.canvas.locator(".react-flow__edge");
  }

  /** Sets a number on a card as a person would: click into the field, type, Enter. */
  async setNumber(type: NodeType, name: string, value: number): Promise<void> {
    const field = this.card(type).getByRole("spinbutton", { name, exact: true });
    await field.click();
    await field.fill(String(value));
    await field.press("Enter");
  }
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${locator} is not on the screen.`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
