import { fileURLToPath } from "node:url";

/** The program's own folder, with package.json in it. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
