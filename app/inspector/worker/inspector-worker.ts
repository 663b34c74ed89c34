/** The inspector's Web Worker: raw tensors stay here, pictures and numbers go to the page. */
import { createInspector } from "./inspector";
import { serveInspector, type WorkerScope } from "./serving";

serveInspector(
  globalThis as unknown as WorkerScope,
  createInspector((url) => fetch(url)),
);
