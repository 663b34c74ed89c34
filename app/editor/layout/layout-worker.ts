/** The Web Worker that lays out one workflow: a thousand nodes take longer than a page may stand still. */
import type { Point } from "../graph/operations";
import { autoLayout, type LayoutRequest } from "./auto-layout";

/** The global scope of a worker, as far as it is used here. */
interface LayoutScope {
  addEventListener(type: "message", take: (event: MessageEvent<LayoutRequest>) => void): void;
  postMessage(answer: ReadonlyMap<string, Point>, options: StructuredSerializeOptions): void;
}

const scope = globalThis as unknown as LayoutScope;

scope.addEventListener("message", ({ data }) => scope.postMessage(autoLayout(data), {}));
