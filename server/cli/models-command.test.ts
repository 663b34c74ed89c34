import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeHeaders } from "@/models/reference/header-only";
import { writeTinyPipeline } from "@/models/reference/tiny-pipeline";

const root = fileURLToPath(new URL("../..", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bifrost-models-"));
});
afterAll(() => rm(folder, { recursive: true }));

function models(...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "server/cli.ts", "models", ...args], { cwd: root, env: { ...process.env, DATA_DIR: join(folder, "data") } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

describe("models check", () => {
  test("says of bifrost-mini that every part fits", async () => {
    const { code, stdout, stderr } = await models("check", "models/mini");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ok +bifrost: language model with visual branch \(MultiModalityCausalLM\), [\d,]+ parameters, BF16, [\d.]+ MB, (\d+) of \1 tensors read$/m);
    expect(stdout).not.toMatch(/^problem/m);
  });

  test("takes files without data only when told to", async () => {
    const path = join(folder, "vae");
    writeHeaders(path, "flux-vae", { file: "diffusion_pytorch_model" });
    const refused = await models("check", path);
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringMatching(/^problem .*ends at byte/s)]);
    expect((await models("check", path, "--headers-only")).code).toBe(0);
  });

  test("names every tensor that is missing or not expected", async () => {
    const path = join(folder, "renamed");
    writeHeaders(path, "flux-vae", { file: "diffusion_pytorch_model", rename: (name) => name.replace("conv_norm_out", "norm_out") });
    const renamed = await models("check", path, "--headers-only");
    expect(renamed.code).toBe(1);
    expect(renamed.stdout.match(/missing +(en|de)coder\.conv_norm_out\.(weight|bias) \[\d+\]/g)).toHaveLength(4);
    expect(renamed.stdout.match(/unexpected (en|de)coder\.norm_out\.(weight|bias) \[\d+\] BF16/g)).toHaveLength(4);
  });

  test("says in one sentence that there is nothing", async () => {
    const { code, stdout, stderr } = await models("check", join(folder, "nowhere"));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^bifrost: The checkpoint folder .*nowhere does not exist\. Check its path\.\n$/);
  });

  test("says of a file that is a folder which one, and speaks of no node", async () => {
    const path = join(folder, "isdir");
    writeHeaders(path, "flux-vae", { file: "diffusion_pytorch_model" });
    await rm(join(path, "config.json"));
    await mkdir(join(path, "config.json"));
    const { code, stdout, stderr } = await models("check", path, "--headers-only");
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/isdir\/config\.json is a folder, where a file of this name should be\. Move it away/);
  });
});

describe("models graph", () => {
  test("writes a component's graphs once, in the precision asked for", async () => {
    const pipeline = join(folder, "pipeline");
    writeTinyPipeline(pipeline);
    const path = join(pipeline, "flux/vae");
    const first = await models("graph", path, "--precision", "float16");
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout.trim().split("\n")).toEqual([expect.stringMatching(/^written .*vae-encoder\.float16-\w{16}\.onnx, [\d.]+ kB, [\d.]+ s$/), expect.stringMatching(/^written .*vae-decoder/)]);
    expect((await models("graph", path, "--precision", "float16")).stdout).toMatch(/^kept .*vae-encoder.*\nkept .*vae-decoder/);
    expect((await readdir(path)).filter((name) => name.endsWith(".onnx"))).toHaveLength(2);
  });

  test("says of what nobody foresaw that the command failed, not a node", async () => {
    const path = join(folder, "pipeline/flux/transformer");
    // A folder stands where an older graph would be removed.
    await mkdir(join(path, "flux-transformer.float32-0.onnx"));
    const { code, stderr } = await models("graph", path);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^bifrost: This command failed: .*DEBUG=1.*report the command/)]);
    expect(stderr).not.toMatch(/node failed|workflow/);
  });

  test("fails for a component that does not fit, and leaves nothing behind", async () => {
    const path = join(folder, "pipeline/flux/text_encoder");
    await rename(join(path, "config.json"), join(path, "config.json.bak"));
    await writeFile(join(path, "config.json"), "[]");
    const { code, stderr } = await models("graph", path);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/text_encoder\/config\.json does not fit/)]);
    expect((await readdir(path)).filter((name) => /onnx|tmp/.test(name))).toEqual([]);
  });
});
