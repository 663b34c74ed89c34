import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runEventSchema } from "@/nodes/run-events";

const root = fileURLToPath(new URL("..", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bifrost-terminal-"));
});
afterAll(() => rm(folder, { recursive: true }));

function bifrost(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "server/cli.ts", ...args], {
    cwd: root,
    env: { ...process.env, DATA_DIR: "", DATABASE_URL: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}

async function pictureFlow(names: string[]): Promise<string> {
  const path = join(folder, "flow.json");
  const nodes = [
    { id: "load", type: "load-image", version: 1, position: { x: 0, y: 0 }, params: { image: null } },
    ...names.map((name, i) => ({ id: `save${i}`, type: "save-image", version: 1, position: { x: 300, y: i * 400 }, params: { name } })),
  ];
  const edges = names.map((_, i) => ({ source: "load", sourcePort: "image", target: `save${i}`, targetPort: "image" }));
  await writeFile(path, JSON.stringify({ format: "bifrost-workflow", formatVersion: 1, nodes, edges }));
  return path;
}

describe("run", () => {
  test("writes every picture under a safe name of its own, run.json, and events on stdout", async () => {
    const picture = join(folder, "in.png");
    await sharp({ create: { width: 12, height: 8, channels: 3, background: "#123456" } }).png().toFile(picture);
    const out = join(folder, "out", "deeper");
    const flow = await pictureFlow(["a bus", "A Bus", "con", "run"]);
    const { code, stdout, stderr } = await bifrost(["run", flow, "--out", out, "--set", `load.image=${picture}`]).ended;
    expect([code, stderr]).toEqual([0, ""]);
    expect((await readdir(out)).sort()).toEqual(["A Bus-2.png", "_con.png", "a bus.png", "run-2.png", "run.json"]);
    expect(await sharp(join(out, "a bus.png")).metadata()).toMatchObject({ width: 12, height: 8 });
    const events = stdout.trim().split("\n").map((line) => runEventSchema.parse(JSON.parse(line)));
    expect(events[0]).toEqual({ type: "started" });
    expect(events.at(-1)).toMatchObject({ type: "ended", status: "done" });
    const report = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
    expect(report).toMatchObject({ status: "done", images: [{ node: "save0", file: "a bus.png" }, {}, {}, {}] });
  });

  test.each<[string, (flow: string) => string[], string]>([
    ["no picture chosen", (flow) => ["run", flow, "--out", "OUT"], "Load Image has no picture yet."],
    ["a file that is no picture", (flow) => ["run", flow, "--out", "OUT", "--set", "load.image=package.json"], "not a picture"],
    ["an option that does not exist", (flow) => ["run", flow, "--out", "OUT", "--seeed", "3"], "unknown option '--seeed'"],
    ["an output folder that is a file", (flow) => ["run", flow, "--out", join(root, "package.json", "x"), "--set", "load.image=IN"], "cannot be written to"],
  ])("%s: one sentence on stderr, exit code 1", async (_, args, words) => {
    const flow = await pictureFlow(["x"]);
    const filled = args(flow).map((arg) => arg.replace("OUT", join(folder, "never")).replace("IN", join(folder, "in.png")));
    const { code, stdout, stderr } = await bifrost(filled).ended;
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(words);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/^bifrost: /);
  });

  test("a failing run exits with 1 and its message", async () => {
    const { code, stdout, stderr } = await bifrost(["run", "flux-alone", "--out", join(folder, "failed")], { CHECKPOINT_DIR: join(folder, "nowhere") }).ended;
    expect(code).toBe(1);
    expect(stdout).toContain('"type":"node-failed"');
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining("nowhere does not exist")]);
  });

  test("Ctrl-C ends it as cancelled, and no process stays behind", async () => {
    const { child, ended } = bifrost(["run", "flux-alone", "--out", join(folder, "stopped"), "--set", "sampler.steps=200", "--set", "sampler.width=512", "--set", "sampler.height=512"]);
    child.stdout.on("data", (chunk: Buffer) => chunk.includes('"frame"') && child.kill("SIGINT"));
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([130, "bifrost: Interrupted.\n"]);
    expect(stdout.trim().split("\n").at(-1)).toContain('"status":"cancelled"');
    expect(existsSync(join(folder, "stopped", "run.json"))).toBe(true);
  });
});

test("doctor names each thing and fails when one is missing", async () => {
  const { code, stdout } = await bifrost(["doctor"], { CHECKPOINT_DIR: join(folder, "nowhere"), DATA_DIR: join(folder, "data") }).ended;
  expect(code).toBe(1);
  for (const what of ["hardware", "ONNX Runtime", "provider", "CUDA", "checkpoint", "database", "data folder"]) expect(stdout).toMatch(new RegExp(`^(ok|problem) +${what} `, "m"));
  expect(stdout).toMatch(/^problem +checkpoint .*nowhere/m);
});
