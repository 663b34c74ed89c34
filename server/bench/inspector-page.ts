/** What the inspector's bench does inside a page. Playwright sends the function's text there, so it uses nothing around it. */

export interface FrameTimes {
  readonly fetchMs: { readonly patches: number; readonly latents: number };
  /** Milliseconds: the first frame fits bases where a view needs one; the later ones are switches. */
  readonly views: readonly { readonly name: string; readonly first: number; readonly later: number[] }[];
}

interface Plan {
  readonly patchHashes: readonly string[];
  readonly latentHashes: readonly string[];
  readonly grid: { readonly rows: number; readonly columns: number };
}

type Views = readonly (readonly [name: string, view: (at: number) => unknown])[];

interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly values: Float32Array<ArrayBuffer> | null;
}

/** Draws every frame in every view, one after the other, on a canvas of the page. */
export async function measureFrames({ patchHashes, latentHashes, grid }: Plan): Promise<FrameTimes> {
  const worker = (globalThis as unknown as { startedWorkers: Worker[] }).startedWorkers.at(-1)!;
  const canvas = document.body.appendChild(document.createElement("canvas"));
  const context = canvas.getContext("2d")!;
  // The page's own client counts upwards and passes over answers that it did not ask for.
  let calls = 0;
  const ask = <T>(method: string, ...args: unknown[]) =>
    new Promise<T>((resolve, reject) => {
      const id = --calls;
      const hear = ({ data }: MessageEvent<{ id: number; result: T; error?: string }>) => {
        if (data.id !== id) return;
        worker.removeEventListener("message", hear);
        if (data.error === undefined) resolve(data.result);
        else reject(new Error(data.error));
      };
      worker.addEventListener("message", hear);
      worker.postMessage({ id, method, args }, []);
    });
  const timed = async (work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  };
  const draw = (view: unknown) =>
    timed(async () => {
      const [raster] = await ask<Drawn[]>("draw", [view], false);
      const { width, height, rgba, values } = raster!;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.putImageData(new ImageData(rgba, width, height), 0, 0);
      // As the page does with what it no longer shows.
      const buffers = values ? [rgba.buffer, values.buffer] : [rgba.buffer];
      worker.postMessage({ id: --calls, method: "giveBack", args: [buffers] }, buffers);
    });

  const patch = (at: number) => ({ hash: patchHashes[at]!, name: "patch_latents" });
  const latent = (at: number) => ({ hash: latentHashes[at]!, name: "latents" });
  // As the page's client sends a timeline: the frames a basis is fitted on.
  const sample = <T>(all: readonly T[]) => Array.from({ length: 32 }, (_, i) => all[Math.round((i * (all.length - 1)) / 31)]!);
  const patchTimeline = sample(patchHashes.map((_, at) => patch(at)));
  const latentTimeline = sample(latentHashes.map((_, at) => latent(at)));
  const onPatches = (at: number) => ({ of: patch(at), grid, mask: { hash: patchHashes[at]!, name: "mask" } });
  const before = (at: number) => Math.max(0, at - 1);
  const patchViews: Views = [
    ["patch components", (at) => ({ kind: "patch-components", timeline: patchTimeline, timelineLength: patchHashes.length, ...onPatches(at) })],
    ["patch norms", (at) => ({ kind: "patch-norms", ...onPatches(at) })],
    ["patch similarity", (at) => ({ kind: "patch-similarity", patch: 17, ...onPatches(at) })],
    ["patch dimension", (at) => ({ kind: "patch-dimension", dimension: 100, ...onPatches(at) })],
    ["patch change", (at) => ({ kind: "patch-change", before: patch(before(at)), ...onPatches(at) })],
    ["patch heatmap", (at) => ({ kind: "patch-heatmap", ...onPatches(at) })],
  ];
  const latentViews: Views = [
    ["latent channels, shared scale", (at) => ({ kind: "latent-channels", scale: "shared", of: latent(at) })],
    ["latent channels, scale per channel", (at) => ({ kind: "latent-channels", scale: "per-channel", of: latent(at) })],
    ["latent channel", (at) => ({ kind: "latent-channel", channel: 3, of: latent(at) })],
    ["latent components", (at) => ({ kind: "latent-components", timeline: latentTimeline, timelineLength: latentHashes.length, of: latent(at) })],
    ["latent norms", (at) => ({ kind: "latent-norms", of: latent(at) })],
    ["latent change", (at) => ({ kind: "latent-change", before: latent(before(at)), of: latent(at) })],
  ];
  const measured: FrameTimes["views"][number][] = [];
  const drawAll = async (views: Views) => {
    for (const [name, view] of views) {
      const first = await draw(view(0));
      const later: number[] = [];
      for (let at = 1; at < patchHashes.length; at++) later.push(await draw(view(at)));
      measured.push({ name, first, later });
    }
  };
  // All of both do not fit into the worker's budget.
  const patchFetch = await timed(() => ask("prefetch", patchHashes));
  await drawAll(patchViews);
  const latentFetch = await timed(() => ask("prefetch", latentHashes));
  await drawAll(latentViews);
  return { fetchMs: { patches: patchFetch, latents: latentFetch }, views: measured };
}

/**
 * Presses the key for the next step `steps` times, each when the picture of the one before has been drawn. Milliseconds
 * from the key to putImageData, through the editor's own store, views and components.
 */
export async function measureScrubbing({ steps }: { readonly steps: number }): Promise<number[]> {
  const press = (key: string) => {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  };
  const prototype = CanvasRenderingContext2D.prototype;
  const put = prototype.putImageData;
  let drawn: (at: number) => void = () => undefined;
  prototype.putImageData = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
    (put as (...args: unknown[]) => void).apply(this, args);
    drawn(performance.now());
  };
  const switched = (key: string) =>
    new Promise<number>((resolve, reject) => {
      const begun = performance.now();
      const timer = setTimeout(() => reject(new Error(`Nothing was drawn for the key ${key}.`)), 60_000);
      drawn = (at) => {
        clearTimeout(timer);
        resolve(at - begun);
      };
      press(key);
    });
  try {
    await switched("Home");
    const times: number[] = [];
    for (let step = 0; step < steps; step++) {
      times.push(await switched("ArrowRight"));
      // As a person's next press, after the browser has shown this one.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    }
    return times;
  } finally {
    prototype.putImageData = put;
  }
}
