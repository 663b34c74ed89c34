/** Calls that come as messages, answered by an inspector. */
import { InspectorError } from "../inspector-error";
import type { InspectorWorker } from "./contract";
import type { Answer, Call } from "./messages";

/** The global scope of a worker, of which TypeScript's DOM library knows only the page's. */
export interface WorkerScope {
  postMessage(answer: Answer, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: Call }) => void): void;
}

/** Results are handed over, not copied: the inspector must not keep what it returns. */
export function serveInspector(scope: WorkerScope, inspector: InspectorWorker): void {
  const answer = async ({ id, method, args }: Call) => {
    try {
      const result = await (inspector[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
      scope.postMessage({ id, result }, [...buffersIn(result)]);
    } catch (error) {
      scope.postMessage({ id, error: error instanceof Error ? error.message : String(error), ...(error instanceof InspectorError && { said: error.said }) }, []);
    }
  };
  scope.addEventListener("message", ({ data }) => void answer(data));
}

/** The memory of the typed arrays in a result, at most two levels down. */
function buffersIn(result: unknown): Set<ArrayBuffer> {
  const buffers = new Set<ArrayBuffer>();
  const collect = (value: unknown, depth: number) => {
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer as ArrayBuffer);
    else if (depth > 0 && typeof value === "object" && value !== null) for (const part of Object.values(value)) collect(part, depth - 1);
  };
  collect(result, 2);
  return buffers;
}
