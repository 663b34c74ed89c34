import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { writeCheckpointGraphs } from "./checkpoint-graphs";
import { openPipeline } from "./checkpoints/pipeline";
import { decodeSafetensors, writeSafetensors } from "./checkpoints/safetensors";
import { buildPipelineGraph, graphIds, writePipelineGraph } from "./pipeline-graphs";
import { writeTinyPipeline } from "./reference/tiny-pipeline";
import { linkRefusal } from "./weight-links";

const root = realpathSync(mkdtempSync(join(tmpdir(), "pipeline-graphs-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "p-"));
  writeTinyPipeline(folder);
});

const graphsIn = (directory: string) => readdirSync(directory).filter((file) => file.endsWith(".onnx"));

describe("openPipeline", () => {
  it("reads every part and derives the sides of its pictures", () => {
    const pipeline = openPipeline(folder);
    expect(pipeline.geometry).toEqual({ patchGrid: 4, inputSize: 32, outputSize: 64, compression: 4 });
    expect(pipeline.words).toEqual({ objects: ["apple"] });
    expect(pipeline.detector?.config.colors).toEqual(["red", "green", "blue"]);
    expect(pipeline.tokenizers.qwen).toBe(join(folder, "bifrost"));
    expect(pipeline.preview).toBeUndefined();
  });

  it("reads the maps that turn latents into colours", () => {
    const map = { weight: [[1], [0], [0]], bias: [0, 0, 0] };
    writeFileSync(join(folder, "preview.json"), JSON.stringify({ latent_rgb: map, patch_rgb: map }));
    expect(openPipeline(folder).preview?.patch_rgb).toEqual(map);
    writeFileSync(join(folder, "preview.json"), JSON.stringify({ latent_rgb: map }));
    expect(() => openPipeline(folder)).toThrow(/preview\.json does not fit\. patch_rgb: /);
  });

  it("gives copies one fingerprint, whenever and wherever made, and another once a weight changes", () => {
    const copy = mkdtempSync(join(root, "copy-"));
    cpSync(folder, copy, { recursive: true });
    utimesSync(join(copy, "flux/vae/config.json"), 1, 1);
    const { fingerprint } = openPipeline(folder);
    expect(openPipeline(copy).fingerprint).toBe(fingerprint);
    const weights = join(copy, "flux/vae/diffusion_pytorch_model.safetensors");
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(weights, bytes);
    expect(openPipeline(copy).fingerprint).not.toBe(fingerprint);
  });

  it("takes Qwen's files from beside a release that lacks them", () => {
    const config = JSON.parse(readFileSync(join(folder, "bifrost/config.json"), "utf8")) as { vision_language_model_config: object };
    mkdirSync(join(folder, "qwen"));
    writeFileSync(join(folder, "qwen/config.json"), JSON.stringify(config.vision_language_model_config));
    writeFileSync(join(folder, "bifrost/config.json"), JSON.stringify({ vision_language_model_config: { cls: "Qwen2_5_VLForConditionalGeneration" } }));
    for (const file of ["preprocessor_config.json", "tokenizer_config.json"]) renameSync(join(folder, "bifrost", file), join(folder, "qwen", file));
    const pipeline = openPipeline(folder);
    expect(pipeline.bifrost.text.num_key_value_heads).toBe(2);
    expect(pipeline.tokenizers.qwen).toBe(join(folder, "qwen"));
  });

  it("names file and field of a config that does not fit, and a part that is missing", () => {
    const path = join(folder, "flux/vae/config.json");
    const config = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...config, latent_channels: "four" }));
    expect(() => openPipeline(folder)).toThrow(/flux\/vae\/config\.json does not fit\. latent_channels: /);
    rmSync(join(folder, "flux/vae"), { recursive: true });
    expect(() => openPipeline(folder)).toThrow(/flux\/vae\/config\.json does not exist/);
    expect(() => openPipeline(join(folder, "nowhere"))).toThrow(/nowhere does not exist/);
  });
});

describe("writePipelineGraph", () => {
  it.each(graphIds)("%s loads from beside its weights, with the inputs it declares", async (id) => {
    const pipeline = openPipeline(folder);
    const graph = buildPipelineGraph(pipeline, id);
    const { path } = await writePipelineGraph(pipeline, id);
    const session = await InferenceSession.create(path, { logSeverityLevel: 3 });
    expect([...session.inputNames].sort()).toEqual(graph.inputs.map(({ name }) => name).sort());
    expect([...session.outputNames].sort()).toEqual(graph.outputs.map(({ name }) => name).sort());
    await session.release();
  });

  it("keeps a graph that is still right, without building it, and replaces one that is not", async () => {
    const first = await writePipelineGraph(openPipeline(folder), "vae-decoder");
    expect(first.isNew).toBe(true);
    const { bytes, ...again } = await writePipelineGraph(openPipeline(folder), "vae-decoder");
    expect([again, bytes]).toEqual([{ path: first.path, isNew: false, linked: 0, copied: 0 }, first.bytes]);
    const config = join(folder, "flux/vae/config.json");
    writeFileSync(config, readFileSync(config, "utf8").replace(/"norm_num_groups": ?4/, '"norm_num_groups": 2'));
    const changed = await writePipelineGraph(openPipeline(folder), "vae-decoder");
    expect(changed.isNew).toBe(true);
    expect(graphsIn(folder)).toEqual([basename(changed.path)]);
    const half = await writePipelineGraph(openPipeline(folder), "vae-decoder", { precision: "float16" });
    expect(graphsIn(folder).sort()).toEqual([basename(half.path), basename(changed.path)].sort());
  });

  it("is written anew for weights with another header, and kept for other numbers in the same places", async () => {
    const first = await writePipelineGraph(openPipeline(folder), "detector");
    const weights = join(folder, "detector/model.safetensors");
    const { tensors } = decodeSafetensors(readFileSync(weights), weights);
    writeSafetensors(weights, tensors, { note: "longer header, other offsets" });
    const moved = await writePipelineGraph(openPipeline(folder), "detector");
    expect(moved.path).not.toBe(first.path);
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(weights, bytes);
    expect(await writePipelineGraph(openPipeline(folder), "detector")).toMatchObject({ path: moved.path, isNew: false });
  });

  it("says that a pipeline has no detector", async () => {
    rmSync(join(folder, "detector"), { recursive: true });
    await expect(writePipelineGraph(openPipeline(folder), "detector")).rejects.toThrow(/has no detector/);
  });

  it("goes to a folder of its own, with hard links, when weights are links into a Hugging Face cache", async () => {
    const cache = mkdtempSync(join(root, "cache-"));
    const repository = join(cache, "models--somebody--flux");
    const snapshot = join(repository, "snapshots", "abc");
    cpSync(join(folder, "flux"), snapshot, { recursive: true });
    mkdirSync(join(repository, "blobs"));
    const weights = join(snapshot, "vae/diffusion_pytorch_model.safetensors");
    const blob = join(repository, "blobs", "0123");
    renameSync(weights, blob);
    symlinkSync("../../../blobs/0123", weights);
    const pipeline = mkdtempSync(join(root, "named-"));
    writeFileSync(join(pipeline, "pipeline.json"), JSON.stringify({ flux: snapshot, bifrost: join(folder, "bifrost") }));

    await expect(writePipelineGraph(openPipeline(pipeline), "vae-decoder")).rejects.toThrow(/links to other folders.*set a folder for graphs/s);
    const graph = await writePipelineGraph(openPipeline(pipeline), "vae-decoder", { graphDir: join(cache, "graphs") });
    await (await InferenceSession.create(graph.path, { logSeverityLevel: 3 })).release();
    const links = () => readdirSync(dirname(graph.path)).filter((file) => file.endsWith(".weights"));
    const before = links();
    expect(before.map((file) => statSync(join(dirname(graph.path), file)).ino)).toEqual([statSync(blob).ino]);
    rmSync(join(dirname(graph.path), before[0]!));
    expect(await writePipelineGraph(openPipeline(pipeline), "vae-decoder", { graphDir: join(cache, "graphs") })).toMatchObject({ path: graph.path, isNew: false, linked: 1, copied: 0 });
    expect(links()).toEqual(before);
    await (await InferenceSession.create(graph.path, { logSeverityLevel: 3 })).release();
    expect(await writePipelineGraph(openPipeline(pipeline), "vae-decoder", { graphDir: join(cache, "graphs") })).toMatchObject({ isNew: false, linked: 0 });
    utimesSync(blob, 1, 1);
    const relinked = await writePipelineGraph(openPipeline(pipeline), "vae-decoder", { graphDir: join(cache, "graphs") });
    await (await InferenceSession.create(relinked.path, { logSeverityLevel: 3 })).release();
    expect(links()).toHaveLength(1);
    expect(links()).not.toEqual(before);
  });

  it("lies beside the weights of the part that a pipeline.json names, and of two parts in a folder of its own", async () => {
    const pipeline = mkdtempSync(join(root, "named-"));
    const parts = mkdtempSync(join(root, "parts-"));
    for (const part of ["flux", "bifrost"]) cpSync(join(folder, part), join(parts, part), { recursive: true });
    writeFileSync(join(pipeline, "pipeline.json"), JSON.stringify({ flux: `../${basename(parts)}/flux`, bifrost: join(parts, "bifrost") }));
    const opened = openPipeline(pipeline);
    expect(opened.detector).toBeUndefined();
    expect(dirname((await writePipelineGraph(opened, "flux-transformer")).path)).toBe(join(parts, "flux"));
    const joined = await writePipelineGraph(opened, "flux-transformer-controlnet", { graphDir: join(pipeline, "graphs") });
    expect(joined.path).toContain(join(pipeline, "graphs"));
    await (await InferenceSession.create(joined.path, { logSeverityLevel: 3 })).release();
    rmSync(join(folder, "detector"), { recursive: true });
    expect(openPipeline(folder).fingerprint).toBe(opened.fingerprint);
  });

  // A memory file system, where there is one, is another than that of the checkpoint.
  const otherDisk = "/dev/shm";
  const isOther = existsSync(otherDisk) && statSync(otherDisk).dev !== statSync(root).dev;
  it.skipIf(!isOther)("is refused rather than copy large weights to another file system; small ones are copied", async () => {
    const elsewhere = mkdtempSync(join(otherDisk, "graphs-"));
    const repository = join(mkdtempSync(join(root, "cache-")), "models--o--n");
    cpSync(join(folder, "detector"), join(repository, "snapshots/abc"), { recursive: true });
    const [weights, blob] = [join(repository, "snapshots/abc/model.safetensors"), join(repository, "blobs/1")];
    mkdirSync(join(repository, "blobs"));
    renameSync(weights, blob);
    symlinkSync("../../blobs/1", weights);
    const graphs = async () => {
      for await (const graph of writeCheckpointGraphs(repository, "float32", elsewhere)) return graph;
      return undefined;
    };
    try {
      const first = await graphs();
      expect(first).toMatchObject({ path: expect.stringContaining(elsewhere), linked: 1, copied: statSync(blob).size });
      rmSync(elsewhere, { recursive: true });
      const { tensors } = decodeSafetensors(readFileSync(blob), blob);
      writeSafetensors(blob, { ...tensors, padding: { dtype: "uint8", dims: [65_000_000], data: new Uint8Array(65_000_000) } });
      await expect(graphs()).rejects.toThrow(/cannot have a hard link to .*blobs\/1 \(EXDEV\).*Set DATA_DIR to a folder on the checkpoint's own disk/s);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it("says of a link that was refused what helps: it depends on why", () => {
    const said = (code: string, isOwn: boolean) => linkRefusal({ folder: "/d/graphs", graph: "t5-encoder", file: "/c/1", size: 9e9, isOwn, code }).message;
    expect(said("EPERM", false)).toMatch(/^\/d\/graphs, where t5-encoder's .* hard link to \/c\/1 \(EPERM\), .* 9\.0 GB\. .*another user.*Make the weights yours \(chown\) or writable for this user, or run this as their owner\.$/);
    expect(said("EPERM", false)).not.toContain("DATA_DIR");
    expect(said("EPERM", true)).toMatch(/file system makes no such links: keep the checkpoint in a plain folder/);
    expect(said("EXDEV", true)).toMatch(/Set DATA_DIR to a folder on the checkpoint's own disk/);
  });

  // Root may write anywhere, so a read-only folder cannot be had there.
  it.skipIf(process.getuid?.() === 0)("goes to a folder of its own when the pipeline is read-only", async () => {
    chmodSync(folder, 0o555);
    const graph = await writePipelineGraph(openPipeline(folder), "vae-decoder", { graphDir: join(root, "graphs") });
    chmodSync(folder, 0o755);
    await (await InferenceSession.create(graph.path, { logSeverityLevel: 3 })).release();
  });
});
