/** Files made of what is looked at. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { messageInOne } from "@/app/i18n/vocabulary";
import type { StoredFrame } from "@/nodes/run-events";
import type { RequestProblem } from "@/server/api/contract";
import { hatchBlank } from "./hatching";
import { sampled } from "./timeline";
import { leavesBlank } from "./views";
import { inspectorWorker } from "./worker/shared-inspector";
import type { Raster, TensorRef, View } from "./worker/contract";

/** Pictures are enlarged by whole factors to about this side: a 16 px grid is of no use as a 16 px file. */
const pictureSide = 512;

/** Frames that an animation may have, and bytes of its pixels: the server takes no more (server/http/animation.ts). */
export const longestAnimation = 600;
const mostBytes = 96_000_000;

export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // The download has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function enlargement({ width, height }: { width: number; height: number }): number {
  return Math.max(1, Math.floor(pictureSide / Math.max(width, height, 1)));
}

/** The largest enlargement at which so many frames are sent, and how many of them can be: all, but of huge pictures. */
export function animationSize(picture: { width: number; height: number }, frames: number): { factor: number; frames: number } {
  const bytes = (factor: number) => picture.width * picture.height * factor ** 2 * 4;
  let factor = enlargement(picture);
  while (factor > 1 && bytes(factor) * frames > mostBytes) factor--;
  return { factor, frames: Math.min(frames, Math.max(1, Math.floor(mostBytes / bytes(factor)))) };
}

function enlarged(view: View, raster: Raster, factor = enlargement(raster)): OffscreenCanvas {
  if (raster.width === 0 || raster.height === 0) throw new Error(currentTranslator()("inspector.picture.empty"));
  const small = new OffscreenCanvas(raster.width, raster.height);
  small.getContext("2d")!.putImageData(new ImageData(raster.rgba, raster.width, raster.height), 0, 0);
  const large = new OffscreenCanvas(raster.width * factor, raster.height * factor);
  const context = large.getContext("2d")!;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, large.width, large.height);
  if (leavesBlank(view)) hatchBlank(context);
  return large;
}

export async function pngOf(view: View): Promise<Blob> {
  const [raster] = await inspectorWorker().draw([view], false);
  return enlarged(view, raster!).convertToBlob({ type: "image/png" });
}

/** An animated WebP of the views, all on one scale, written by the server without loss. Of too many large ones, an even sample. */
export async function animationOf(views: readonly View[], framesPerSecond: number): Promise<Blob> {
  const [size] = await inspectorWorker().draw(views.slice(0, 1), false);
  if (!size) throw new Error(currentTranslator()("inspector.failures.noStep"));
  const { factor, frames } = animationSize(size, views.length);
  const taken = sampled(views, frames);
  const rasters = await inspectorWorker().draw(taken, true);
  const canvases = rasters.map((raster, at) => enlarged(taken[at]!, raster, factor));
  const first = canvases[0]!;
  const pixels = canvases.map((canvas) => canvas.getContext("2d")!.getImageData(0, 0, first.width, first.height).data);
  const answer = await fetch(`/api/animations?width=${first.width}&height=${first.height}&delay=${Math.round(1000 / framesPerSecond)}`, { method: "POST", body: new Blob(pixels) });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => null)) as RequestProblem | null;
    const t = currentTranslator();
    throw new Error(problem ? messageInOne(problem, t) : t("inspector.failures.noAnimation"));
  }
  return answer.blob();
}

export async function npyOf(of: TensorRef): Promise<Blob> {
  return new Blob([await inspectorWorker().npy(of)], { type: "application/octet-stream" });
}

/** A row per step: what the node says of it, and the statistics of one tensor. */
export async function csvOf(frames: readonly StoredFrame[], name: string): Promise<Blob> {
  const statistics = await inspectorWorker().statisticsOver(frames.flatMap(({ tensors }) => (tensors === null ? [] : [{ hash: tensors.hash, name }])));
  return new Blob([csvRows(frames, statistics)], { type: "text/csv" });
}

type Row = Awaited<ReturnType<ReturnType<typeof inspectorWorker>["statisticsOver"]>>[number];

/** Steps whose tensors are gone keep their rows, with empty fields. */
export function csvRows(frames: readonly StoredFrame[], statistics: readonly Row[]): string {
  const names = [...new Set(frames.flatMap(({ numbers }) => Object.keys(numbers)))];
  const columns = ["count", "min", "max", "mean", "std", "nan", "infinite"] as const;
  const rows = [["step", ...names, ...columns, "sha256"].join(",")];
  let kept = 0;
  for (const { step, numbers, tensors } of frames) {
    const each = tensors === null ? null : (statistics[kept++] ?? null);
    rows.push([step, ...names.map((name) => numbers[name] ?? ""), ...columns.map((column) => each?.[column] ?? ""), tensors?.hash ?? ""].join(","));
  }
  return `${rows.join("\n")}\n`;
}
