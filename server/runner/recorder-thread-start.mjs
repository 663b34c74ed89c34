/** Starts the recorder thread: a worker thread does not inherit tsx from the process, so it is registered here. */
import { register } from "tsx/esm/api";

register();
await import("./recorder-thread.ts");
