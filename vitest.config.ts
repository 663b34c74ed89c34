import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    setupFiles: ["app/i18n/english-tests.ts"],
    include: ["{app,server,nodes,models,prisma}/**/*.test.ts", "{app,server,nodes}/**/*.test.tsx"],
    // A far time zone shows code that mixes local time and UTC.
    env: { TZ: "Pacific/Chatham" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
