import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { checkCheckpoint, type ComponentReport } from "../checkpoints/check";
import { openPipeline } from "../checkpoints/pipeline";
import { buildPipelineGraph } from "../pipeline-graphs";
import { hubName, moveIntoCache, realShapes, writeBifrost, writeFlux, writeHeaders } from "../reference/header-only";

const root = realpathSync(mkdtempSync(join(tmpdir(), "real-shapes-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "checkpoint-"));
});

/** The models of real-shapes.json that `layout` writes, in the order of the report's components. */
const layouts: [string, (path: string) => void, string[]][] = [
  ["FLUX.1-dev", (path) => writeFlux(path, "flux-dev"), ["flux-dev", "t5-xxl", "clip-l", "flux-vae"]],
  ["FLUX.1-schnell", (path) => writeFlux(path, "flux-schnell"), ["flux-schnell", "t5-xxl", "clip-l", "flux-vae"]],
  ["Qwen2.5-VL-7B-Instruct as published", (path) => writeHeaders(path, "qwen-7b", { shards: 5, rename: hubName }), ["qwen-7b"]],
  ["Qwen2.5-VL-7B-Instruct under today's names", (path) => writeHeaders(path, "qwen-7b", { shards: 5 }), ["qwen-7b"]],
  ["Qwen2.5-VL-3B-Instruct as published", (path) => writeHeaders(path, "qwen-3b", { shards: 2, rename: hubName }), ["qwen-3b"]],
  ["Qwen2.5-VL-3B-Instruct under today's names", (path) => writeHeaders(path, "qwen-3b", { shards: 2 }), ["qwen-3b"]],
  ["Bifrost-1 with 4 MM-DiT blocks and 1 single block", (path) => writeBifrost(path, "latent-controlnet-4-1"), ["bifrost", "latent-controlnet-4-1"]],
  ["Bifrost-1 with 1 MM-DiT block and 4 single blocks", (path) => writeBifrost(path, "latent-controlnet-1-4"), ["bifrost", "latent-controlnet-1-4"]],
  ["a plain ControlNet", (path) => writeHeaders(path, "controlnet", { file: "diffusion_pytorch_model" }), ["controlnet"]],
  ["a union ControlNet", (path) => writeHeaders(path, "controlnet-union", { file: "diffusion_pytorch_model" }), ["controlnet-union"]],
];

function expectSound(reports: ComponentReport[], models: readonly string[]): void {
  expect(reports.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
  const components = reports.filter(({ tensors }) => tensors > 0);
  expect(components.map(({ parameters }) => parameters)).toEqual(models.map((model) => realShapes[model]!.parameters));
  for (const { read, tensors, unread } of components) expect(read + unread.length).toBe(tensors);
}

describe("every tensor of a published checkpoint is read, and no other is asked for", () => {
  it.each(layouts)("%s, in a folder", (_, write, models) => {
    write(folder);
    expectSound(checkCheckpoint(folder, { headersOnly: true }), models);
  });

  it.each(layouts)("%s, in a Hugging Face cache", (_, write, models) => {
    write(join(folder, "download"));
    const repository = join(folder, "models--owner--name");
    moveIntoCache(join(folder, "download"), repository);
    expectSound(checkCheckpoint(repository, { headersOnly: true }), models);
    const snapshot = join(repository, "snapshots", readFileSync(join(repository, "refs/main"), "utf8"));
    expectSound(checkCheckpoint(snapshot, { headersOnly: true }), models);
  });

  it("but for those that are known to be there, with the reason", () => {
    writeFlux(join(folder, "flux"), "flux-dev");
    writeBifrost(join(folder, "bifrost"), "latent-controlnet-4-1");
    const reports = checkCheckpoint(folder, { headersOnly: true });
    expectSound(reports, ["bifrost", "latent-controlnet-4-1", "flux-dev", "t5-xxl", "clip-l", "flux-vae"]);
    expect(reports.flatMap(({ unread }) => unread.map(({ tensor }) => tensor))).toEqual([
      "up_sampling_block.bn1.num_batches_tracked", "up_sampling_block.bn2.num_batches_tracked",
      "encoder.embed_tokens.weight", "text_model.embeddings.position_ids",
    ]);
  });

  it("one component of a repository, in any type", () => {
    writeHeaders(folder, "flux-vae", { file: "diffusion_pytorch_model", type: "F32" });
    const reports = checkCheckpoint(folder, { headersOnly: true });
    expectSound(reports, ["flux-vae"]);
    expect(reports[0]).toMatchObject({ title: "autoencoder", architecture: "AutoencoderKL", types: ["F32"], bytes: 4 * realShapes["flux-vae"]!.parameters });
  });
});

describe("a pipeline whose parts lie in two Hugging Face caches", () => {
  it("opens with FLUX.1-schnell, without guidance and with a static shift", () => {
    for (const [name, write] of [["flux", () => writeFlux(join(folder, "a"), "flux-schnell")], ["bifrost", () => writeBifrost(join(folder, "a"), "latent-controlnet-1-4")]] as const) {
      write();
      moveIntoCache(join(folder, "a"), join(folder, `models--owner--${name}`));
    }
    writeFileSync(join(folder, "pipeline.json"), JSON.stringify({ flux: "models--owner--flux", bifrost: join(folder, "models--owner--bifrost") }));
    expectSound(checkCheckpoint(folder, { headersOnly: true }), ["bifrost", "latent-controlnet-1-4", "flux-schnell", "t5-xxl", "clip-l", "flux-vae"]);
    const pipeline = openPipeline(folder, { headersOnly: true });
    expect(pipeline.geometry).toEqual({ patchGrid: 16, inputSize: 448, outputSize: 512, compression: 8 });
    expect([pipeline.scheduler.use_dynamic_shifting, pipeline.transformer.config.guidance_embeds]).toEqual([false, false]);
    const inputs = (id: "flux-transformer" | "flux-transformer-controlnet") => buildPipelineGraph(pipeline, id).inputs.map(({ name }) => name);
    expect(inputs("flux-transformer")).not.toContain("guidance");
    // The released ControlNet was trained for FLUX.1-dev and embeds it.
    expect(inputs("flux-transformer-controlnet")).toContain("guidance");
  });
});
