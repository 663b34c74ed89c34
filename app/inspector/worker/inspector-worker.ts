/** The inspector's Web Worker: raw tensors stay here, pictures and numbers go to the page without being copied. */
import { createInspector } from "./inspector";
import type { Answer, Call } from "./messages";

/** The global scope of a worker, of which TypeScript's DOM library knows only the page's. */
interface WorkerScope {
  postMessage(answer: Answer, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Call>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const inspector = createInspector((url) => fetch(url));

scope.addEventListener("message", ({ data: call }) => void answer(call));

async function answer({ id, method, args }: Call): Promise<void> {
  try {
    const result = await (inspector[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
    scope.postMessage({ id, result }, [...buffersIn(result)]);
  } catch (error) {
    scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) }, []);
  }
}

/** Everything in a result that is large: typed arrays of its own, at most two levels down. */
function buffersIn(result: unknown): Set<ArrayBuffer> {
  const buffers = new Set<ArrayBuffer>();
  const collect = (value: unknown, depth: number) => {
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer as ArrayBuffer);
    else if (depth > 0 && typeof value === "object" && value !== null) for (const part of Object.values(value)) collect(part, depth - 1);
  };
  collect(result, 2);
  return buffers;
}
