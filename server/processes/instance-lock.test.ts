import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { readSettings } from "@/server/settings";
import { takeLock } from "./instance-lock";
import { checkDataDir, checkPort, lockDataDir } from "./start-checks";

const folder = mkdtempSync(join(tmpdir(), "bifrost-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a lock has one holder, and is free again when released", async () => {
  const path = join(folder, "one.lock");
  const lock = await takeLock(path);
  await expect(takeLock(path)).rejects.toMatchObject({ name: "LockedError", pid: process.pid });
  const waiting = takeLock(path, 10_000);
  lock.release();
  (await waiting).release();
  expect(existsSync(path)).toBe(false);
});

test("of many that find a dead holder's lock, one takes it over", async () => {
  const path = join(folder, "dead.lock");
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  const probe = await takeLock(join(folder, "probe.lock"));
  const mine = JSON.parse(readFileSync(join(folder, "probe.lock"), "utf8")) as object;
  probe.release();
  writeFileSync(path, JSON.stringify({ ...mine, pid: child.pid }));
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a process number given to another process since does not count", async () => {
  const path = join(folder, "reused.lock");
  const lock = await takeLock(path);
  const content = JSON.parse(readFileSync(path, "utf8")) as { started: string };
  lock.release();
  // Only where the system says when a process started.
  if (content.started === "") return;
  writeFileSync(path, JSON.stringify({ ...content, started: "another boot:1" }));
  (await takeLock(path)).release();
});

test("a holder on another computer counts for as long as it touches the file", async () => {
  const path = join(folder, "elsewhere.lock");
  writeFileSync(path, JSON.stringify({ pid: 1, started: "", host: "elsewhere" }));
  await expect(takeLock(path)).rejects.toMatchObject({ pid: 0 });
  const touched = (ms: number) => utimesSync(path, new Date(Date.now() + ms), new Date(Date.now() + ms));
  touched(-60_000);
  (await takeLock(path)).release();
  // The clock was set back since its last touch.
  writeFileSync(path, JSON.stringify({ pid: 1, started: "", host: "elsewhere" }));
  touched(3_600_000);
  (await takeLock(path)).release();
});

test("who waits for a lock does so by no clock that can be set", async () => {
  const path = join(folder, "waited-for.lock");
  const lock = await takeLock(path);
  const waiting = takeLock(path, 10_000);
  const now = Date.now;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + 3_600_000);
  await sleep(200);
  lock.release();
  (await waiting).release();
  clock.mockRestore();
});

test("a data folder in use is refused with its name, the process and the way out", async () => {
  const lock = await lockDataDir(folder);
  await expect(lockDataDir(folder)).rejects.toThrow(`The data folder ${folder} is in use by another Bifrost Studio (process ${process.pid}). Stop that one, or choose another folder: DATA_DIR=/path npm start`);
  lock.release();
});

test("a data folder that cannot be made is refused", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => checkDataDir(join(folder, "file", "data"))).toThrow("cannot be written to");
});

test("a taken port is refused with its number and another one to use", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const settings = readSettings({ PORT: String(port) });
  await expect(checkPort(settings)).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start`);
  await new Promise((resolve) => server.close(resolve));
  await checkPort(settings);
});
