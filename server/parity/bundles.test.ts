import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeSafetensors, readSafetensorsHeader, writeSafetensors } from "@/models/checkpoints/safetensors";
import { openBundle } from "@/models/parity/bundle";
import { bundleParity } from "@/models/parity/parity";
import { float32, type Tensor } from "@/models/tensor";
import { GraphRunner } from "./graph-runner";

const bundles = join(import.meta.dirname, "../../models/reference/fixtures/bundles");

let scratch: string;
let runner: GraphRunner;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "bundles-"));
  runner = new GraphRunner();
});
afterAll(() => {
  runner.close();
  rmSync(scratch, { recursive: true, force: true });
});

const parity = (directory: string) => bundleParity(openBundle(directory), runner.run);

let copies = 0;

/** A copy of a committed bundle to change. */
function copy(name: string): string {
  const directory = join(scratch, `${name}-${copies++}`);
  cpSync(join(bundles, name), directory, { recursive: true });
  return directory;
}

/** Writes a file of the bundle anew with other tensors. */
function change(directory: string, file: string, edit: (tensors: Record<string, Tensor>) => Record<string, Tensor>): void {
  const path = join(directory, file);
  writeSafetensors(path, edit(decodeSafetensors(readFileSync(path), path).tensors));
}

/** With another shape but the same numbers. */
const reshaped = (tensor: Tensor, dims: number[]): Tensor => ({ ...tensor, dims });

describe("parity with diffusers and Transformers", () => {
  // 2e-4 of the largest value: see models/reference/parity.ts.
  it.each(readdirSync(bundles))("%s", async (name) => {
    const bundle = openBundle(join(bundles, name));
    for (const { name: output, error } of await bundleParity(bundle, runner.run)) expect(error, output).toBeLessThan(2e-4);
  });

  it("covers weights in bfloat16, float16 and float32 for each architecture", () => {
    const types = new Map<string, Set<string>>();
    for (const name of readdirSync(bundles)) {
      const { architecture, weights } = openBundle(join(bundles, name));
      const stored = weights.headers.flatMap(({ tensors }) => [...tensors.values()].map(({ dtype }) => dtype)).filter((dtype) => dtype !== "I64");
      types.set(architecture, new Set([...(types.get(architecture) ?? []), ...stored]));
    }
    for (const stored of types.values()) expect([...stored].sort()).toEqual(["BF16", "F16", "F32"]);
  });
});

describe("a bundle's weights", () => {
  it("may be named as part of a larger model", async () => {
    const directory = copy("flux-transformer-1");
    const file = readdirSync(directory).find((name) => name.startsWith("diffusion"))!;
    const header = readSafetensorsHeader(join(directory, file));
    const bytes = readFileSync(join(directory, file));
    const names = Object.fromEntries(Object.entries(JSON.parse(Buffer.from(header.headerBytes).toString()) as object).map(([name, entry]) => [name === "__metadata__" ? name : `model.transformer.${name}`, entry]));
    const json = Buffer.from(JSON.stringify(names));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(join(directory, file), Buffer.concat([length, json, bytes.subarray(8 + header.headerBytes.length)]));
    for (const { error } of await parity(directory)) expect(error).toBeLessThan(2e-4);
  });

  it("may lie in shards", async () => {
    const directory = copy("t5-encoder-1"); // float32
    const { tensors } = decodeSafetensors(readFileSync(join(directory, "model.safetensors")), "model");
    const names = Object.keys(tensors);
    const shards = [names.slice(0, 4), names.slice(4)].map((part) => Object.fromEntries(part.map((name) => [name, tensors[name]!])));
    rmSync(join(directory, "model.safetensors"));
    shards.forEach((shard, i) => writeSafetensors(join(directory, `model-0000${i + 1}-of-00002.safetensors`), shard));
    const map = Object.fromEntries(names.map((name, i) => [name, `model-0000${i < 4 ? 1 : 2}-of-00002.safetensors`]));
    writeFileSync(join(directory, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
    for (const { error } of await parity(directory)) expect(error).toBeLessThan(2e-4);
  });
});

describe("outputs that differ", () => {
  it("are found", async () => {
    const directory = copy("autoencoder-decoder-1");
    change(directory, "outputs.safetensors", ({ sample }) => ({ sample: float32((sample!.data as Float32Array).map((value, i) => (i === 7 ? value + 1 : value)), sample!.dims) }));
    const [comparison] = await parity(directory);
    expect(comparison!.error * comparison!.scale).toBeCloseTo(1, 3);
  });

  it("are found when they are no numbers", async () => {
    const directory = copy("autoencoder-decoder-1");
    change(directory, "outputs.safetensors", ({ sample }) => ({ sample: float32((sample!.data as Float32Array).map(() => Number.NaN), sample!.dims) }));
    expect((await parity(directory))[0]!.error).toBeNaN();
  });

  it("are not looked for in masked tokens", async () => {
    const directory = copy("qwen-text-0");
    const { tensors: inputs } = decodeSafetensors(readFileSync(join(directory, "inputs.safetensors")), "inputs");
    const { tokens } = (await parity(directory)).find(({ name }) => name === "last_hidden_state")!;
    const mask = [...(inputs["attention_mask"]!.data as BigInt64Array)];
    expect(tokens).toEqual({ compared: mask.filter((one) => one === 1n).length, all: mask.length });
  });
});

describe("a bundle that cannot be used says why", () => {
  it.each(["component.json", "config.json", "inputs.safetensors", "outputs.safetensors"])("without %s", (file) => {
    const directory = copy("flux-transformer-0");
    rmSync(join(directory, file));
    expect(() => openBundle(directory)).toThrow(file);
  });

  it("without weights, or with a pickle", () => {
    const directory = copy("autoencoder-encoder-0");
    const weights = join(directory, "diffusion_pytorch_model.safetensors");
    renameSync(weights, join(directory, "diffusion_pytorch_model.bin"));
    expect(() => openBundle(directory)).toThrow(/pickle/);
    rmSync(join(directory, "diffusion_pytorch_model.bin"));
    expect(() => openBundle(directory)).toThrow(/holds no weights\. Add/);
  });

  it("for an architecture that is none", async () => {
    const directory = copy("flux-transformer-0");
    writeFileSync(join(directory, "component.json"), JSON.stringify({ architecture: "unet" }));
    await expect(parity(directory)).rejects.toThrow(/"unet"\. There are: flux-transformer, /);
  });

  it("for a config of another kind", async () => {
    const directory = copy("flux-transformer-0");
    writeFileSync(join(directory, "config.json"), "{}");
    await expect(parity(directory)).rejects.toThrow(/config\.json does not fit\. .*num_layers/);
  });

  it("for a missing, an unknown, and a misshapen input", async () => {
    const missing = copy("flux-transformer-0");
    change(missing, "inputs.safetensors", ({ timestep: _timestep, ...rest }) => rest);
    await expect(parity(missing)).rejects.toThrow(/inputs\.safetensors has no "timestep"\. It has: .* Names expected: hidden_states, /);
    const unknown = copy("flux-transformer-0");
    change(unknown, "inputs.safetensors", (tensors) => ({ ...tensors, latents: tensors["hidden_states"]! }));
    await expect(parity(unknown)).rejects.toThrow(/holds "latents", which this architecture does not take.*Names expected: hidden_states/);
    const misshapen = copy("flux-transformer-0");
    change(misshapen, "inputs.safetensors", (tensors) => ({ ...tensors, hidden_states: reshaped(tensors["hidden_states"]!, [1, tensors["hidden_states"]!.data.length]) }));
    await expect(parity(misshapen)).rejects.toThrow(/inputs\.safetensors: hidden_states has shape \[1, \d+\], expected \[B, I, \d+\]/);
  });

  it("for an unknown and a misshapen output", async () => {
    const unknown = copy("autoencoder-decoder-0");
    change(unknown, "outputs.safetensors", ({ sample }) => ({ pixels: sample! }));
    await expect(parity(unknown)).rejects.toThrow(/outputs\.safetensors holds "pixels".*Names expected, any of them: sample/);
    const misshapen = copy("autoencoder-decoder-0");
    change(misshapen, "outputs.safetensors", ({ sample }) => ({ sample: reshaped(sample!, [sample!.data.length]) }));
    await expect(parity(misshapen)).rejects.toThrow(/outputs\.safetensors: sample has shape \[\d+\]; config\.json and the inputs make it \[/);
  });

  it("for token ids that the vocabulary does not have", async () => {
    const directory = copy("clip-text-0");
    change(directory, "inputs.safetensors", (tensors) => ({ ...tensors, input_ids: { ...tensors["input_ids"]!, data: BigInt64Array.from(tensors["input_ids"]!.data as BigInt64Array, () => 1000n) } }));
    await expect(parity(directory)).rejects.toThrow(/input_ids holds 1000; vocab_size in config\.json is \d+/);
  });
});
