import { defineConfig } from "@playwright/test";
import { findChromium } from "./chromium";

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../test-results",
  snapshotPathTemplate: "{testDir}/looks/{arg}{ext}",
  // One at a time: two cores run the models, the server and the browser.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["html", { outputFolder: "../playwright-report", open: "never" }]],
  use: {
    viewport: { width: 1600, height: 1000 },
    timezoneId: "Pacific/Chatham",
    screenshot: "on",
    // Without a film of the page: two cores that run the models, the server and the browser have no time to record it.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: findChromium(),
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
