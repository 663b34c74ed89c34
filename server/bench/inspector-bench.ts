/**
 * `npm run bench -- inspector`: how long a Chromium takes from asking for another frame to having drawn it, at the sizes
 * of the released models, in the built site: through the editor, from the key to the picture, and for every view of the
 * inspector's worker. Frames are synthetic; the store, the server, the page and its worker are the real ones.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { encodeSafetensors } from "@/models/checkpoints/safetensors";
import { TorchGenerator } from "@/models/random/torch-generator";
import { float32 } from "@/models/tensor";
import { findPreset } from "@/nodes/presets";
import { ArtifactStore } from "@/server/artifacts/store";
import type { Settings } from "@/server/settings";
import { chromiumPath } from "./chromium-path";
import { measureFrames, measureScrubbing, type FrameTimes } from "./inspector-page";
import { megabytes, quantile, say, table } from "./lines";
import { pageMemory } from "./page-memory";
import { StudioClient } from "./studio-client";

const frames = 100;
/** Qwen2.5-VL-7B's patch embeddings of a 448 px picture, FLUX's latents of a 512 px one. */
const grid = { rows: 16, columns: 16 };
const [patches, dims] = [grid.rows * grid.columns, 3584];
const [channels, side] = [16, 64];

export async function benchInspector(_: Settings, folder: string): Promise<void> {
  const executablePath = chromiumPath();
  const dataDir = join(folder, "studio");
  const store = new ArtifactStore(dataDir);
  const stored = await storeFrames(store);
  const { chromium } = await import("@playwright/test");
  const client = await StudioClient.start(dataDir);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    say("browser", `Chromium ${browser.version()}`);
    say("frames", `${frames} of ${patches} × ${dims} patches, and of ${channels} × ${side} × ${side} latents; float32, ${megabytes(stored.bytes)} in the store`);
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await openInspector(page, client, store, stored.latentHashes);
    await sayMemory(browser, "before the first frame");
    await page.evaluate(measureScrubbing, { steps: frames - 1 });
    const scrubbing = await page.evaluate(measureScrubbing, { steps: frames - 1 });
    await sayMemory(browser, `after ${frames} frames of latents in the inspector, twice`);
    const times = await page.evaluate(measureFrames, { patchHashes: stored.patchHashes, latentHashes: stored.latentHashes, grid });
    report({ ...times, views: [{ name: "in the editor: latent channels, by the key", first: NaN, later: scrubbing }, ...times.views] });
    await sayMemory(browser, "after all frames in all views");
  } finally {
    await browser.close();
    await client.stop();
  }
}

function report(times: FrameTimes): void {
  say(`fetching ${frames} frames of patches, of latents`, `${times.fetchMs.patches.toFixed(0)} ms, ${times.fetchMs.latents.toFixed(0)} ms`);
  const ms = (value: number) => (Number.isNaN(value) ? "" : value.toFixed(1));
  table([["ms from request to putImageData", "first", "least", "p50", "p95", "most"], ...times.views.map(({ name, first, later }) => [name, ms(first), ms(Math.min(...later)), ms(quantile(later, 0.5)), ms(quantile(later, 0.95)), ms(Math.max(...later))])]);
}

async function sayMemory(browser: Browser, when: string): Promise<void> {
  const memory = await pageMemory(browser);
  if (memory) say(`memory of the page's process, ${when}`, `${megabytes(memory.residentBytes)}, of which bodies of responses kept for this bench ${megabytes(memory.bodyBytes)}; peak ${megabytes(memory.peakBytes)}`);
}

async function storeFrames(store: ArtifactStore): Promise<{ patchHashes: string[]; latentHashes: string[]; bytes: number }> {
  const generator = new TorchGenerator(1);
  const draw = (count: number) => generator.randn([count]).data as Float32Array;
  const [shape, drift, noise] = [draw(patches * dims), draw(dims * 4), draw(channels * side * side * 2)];
  const [patchHashes, latentHashes]: [string[], string[]] = [[], []];
  let bytes = 0;
  for (let frame = 0; frame < frames; frame++) {
    const known = Math.ceil(((frame + 1) / frames) * patches);
    const mask = Float32Array.from({ length: patches }, (_, patch) => (patch < known ? 0 : 1));
    // A few directions that all patches share in part, as real ones do, and something that is each one's own.
    const values = shape.map((own, i) => {
      const [patch, d] = [Math.floor(i / dims), i % dims];
      return patch < known ? 0.3 * own + Math.sin(patch / 9) * drift[d]! + Math.cos(patch / 5 + frame / 30) * drift[dims + d]! + Math.sin(patch / 3) * drift[2 * dims + d]! : 0;
    });
    const latents = noise.subarray(0, channels * side * side).map((value, i) => value * (1 - frame / frames) + noise[i + channels * side * side]! * (frame / frames));
    const patchFile = await store.put(encodeSafetensors({ patch_latents: float32(values, [1, patches, dims]), mask: float32(mask, [1, patches]) }), "safetensors");
    const latentFile = await store.put(encodeSafetensors({ latents: float32(latents, [1, channels, side, side]), denoised: float32(latents.map((value) => value * 0.5), [1, channels, side, side]) }), "safetensors");
    patchHashes.push(patchFile.hash);
    latentHashes.push(latentFile.hash);
    bytes += patchFile.bytes + latentFile.bytes;
  }
  return { patchHashes, latentHashes, bytes };
}

/**
 * The editor's inspector on a run of as many steps as there are frames, whose files are answered by the frames: the
 * shipped checkpoint's own latents are small. The worker is left where `measureFrames` finds it.
 */
async function openInspector(page: Page, client: StudioClient, store: ArtifactStore, latentHashes: readonly string[]): Promise<void> {
  const { graph } = findPreset("text-to-image")!;
  const sampler = graph.nodes.find(({ type }) => type === "flux-sampler")!;
  const nodes = graph.nodes.map((node) => (node === sampler ? { ...node, params: { ...node.params, steps: frames } } : node));
  const { id, events } = await client.run({ graph: { ...graph, nodes } });
  const own = events.flatMap((event) => (event.type === "frame" && event.nodeId === sampler.id && event.frame.tensors ? [event.frame.tensors.hash] : []));
  if (own.length !== frames) throw new Error(`The sampler kept ${own.length} steps, not ${frames}.`);
  await page.route(/\/api\/artifacts\/\w+\.safetensors$/, async (route) => {
    const at = own.findIndex((hash) => route.request().url().includes(hash));
    if (at < 0) return route.continue();
    return route.fulfill({ contentType: "application/octet-stream", body: await readFile(store.path({ hash: latentHashes[at]!, kind: "safetensors" })) });
  });
  // tsx's compiler names functions by a helper, which their text carries into the page.
  await page.addInitScript("globalThis.__name = (named) => named");
  await page.addInitScript(() => {
    const scope = globalThis as unknown as { Worker: typeof Worker; startedWorkers: Worker[] };
    scope.startedWorkers = [];
    scope.Worker = class extends scope.Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        scope.startedWorkers.push(this);
      }
    };
  });
  await page.goto(`${client.studio.address}/workflows/${client.workflowId}?${new URLSearchParams({ run: id, node: sampler.id, tensor: "latents", large: "1" })}`);
  await page.waitForFunction(() => (globalThis as unknown as { startedWorkers: Worker[] }).startedWorkers.length > 0);
  await page.getByRole("region", { name: "Inspector" }).locator("canvas").waitFor();
}
