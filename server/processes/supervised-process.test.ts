import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { root } from "./root";
import { SupervisedProcess } from "./supervised-process";

const folder = mkdtempSync(join(tmpdir(), "bifrost-supervised-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a process that ends is started again, and finds what it is to keep from its first life", async () => {
  const entry = join(folder, "child.mjs");
  // Ends by itself soon after each start.
  writeFileSync(entry, 'console.log(`port ${process.env.PORT}, host ${process.env.HOST}`);\nprocess.send({ type: "ready", address: "http://127.0.0.1:4321" });\nsetTimeout(() => process.exit(3), 300);\n');
  const said: string[] = [];
  const child = new SupervisedProcess({ name: "site", entry: relative(join(root, "server", "processes"), entry), env: { PORT: "0", HOST: "here" }, log: (line) => said.push(line) });
  const address = await child.start();
  child.keep({ PORT: new URL(address).port });
  await vi.waitFor(() => expect(said).toContain("The site is back."), 20_000);
  await child.stop();
  expect(said.filter((line) => line.startsWith("[site] port")).slice(0, 2)).toEqual(["[site] port 0, host here", "[site] port 4321, host here"]);
  expect(said).toContain("The site process ended (code 3); starting it again.");
}, 30_000);

test("one that keeps ending is started ever more rarely, whatever the clock does", async () => {
  const entry = join(folder, "broken.mjs");
  writeFileSync(entry, 'console.log("begun");\nprocess.send({ type: "ready", address: "" }, () => process.exit(1));\n');
  const said: string[] = [];
  const now = Date.now;
  let calls = 0;
  // By this clock every life of it is a long one.
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + calls++ * 60_000);
  const child = new SupervisedProcess({ name: "site", entry: relative(join(root, "server", "processes"), entry), env: {}, log: (line) => said.push(line) });
  await child.start();
  // After 0.1 s, one, two and four more seconds, if starting takes none.
  await sleep(5_000);
  await child.stop();
  clock.mockRestore();
  expect(said.filter((line) => line === "[site] begun").length).toBeLessThanOrEqual(4);
}, 30_000);
