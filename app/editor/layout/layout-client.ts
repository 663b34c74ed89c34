/** The layout worker as a promise. In a browser only. */
import { currentTranslator } from "@/app/i18n/current-translator";
import type { Point } from "../graph/operations";
import type { LayoutRequest } from "./auto-layout";

/** Past this a person would rather place the nodes by hand. */
const longestMs = 60_000;

/** Rejects with an Error meant for people. */
export function requestLayout(request: LayoutRequest): Promise<ReadonlyMap<string, Point>> {
  const worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module", name: "layout" });
  const t = currentTranslator();
  const answered = new Promise<ReadonlyMap<string, Point>>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(t("canvas.layout.tooLong", { seconds: longestMs / 1000 }))), longestMs);
    const settle = <T>(then: (value: T) => void) => (value: T) => {
      clearTimeout(timer);
      then(value);
    };
    worker.addEventListener("message", settle(({ data }: MessageEvent<ReadonlyMap<string, Point>>) => resolve(data)));
    worker.addEventListener("error", settle(({ message }: ErrorEvent) => reject(new Error(message || t("canvas.layout.noWorker")))));
    worker.postMessage(request, {});
  });
  return answered.finally(() => worker.terminate());
}
