import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CheckpointError, decodeSafetensors, readSafetensorsHeader, writeSafetensors } from "@/models/checkpoints/safetensors";
import { openBundle } from "@/models/parity/bundle";
import { bundleParity } from "@/models/parity/parity";
import { float32, int64, type Tensor } from "@/models/tensor";
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

const parity = async (directory: string) => bundleParity(openBundle(directory), runner.run);

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

describe("the resampling block that halves", () => {
  // The recorded outputs are another block's: that the last row and column change nothing shows in equal errors.
  it.each([undefined, 0.5])("leaves out the last row and column of an odd grid; resampling_factor %s", async (resampling_factor) => {
    const errors = async (rows: number, columns: number) => {
      const directory = copy("flux-controlnet-0");
      const { resampling_factor: _factor, ...config } = JSON.parse(readFileSync(join(directory, "config.json"), "utf8")) as Record<string, unknown>;
      writeFileSync(join(directory, "config.json"), JSON.stringify({ ...config, resampling_factor }));
      const latents = Array.from({ length: 3 * rows * columns * 8 }, (_, i) => {
        const [x, y] = [Math.floor(i / 8) % columns, Math.floor(i / 8 / columns) % rows];
        return x < 16 && y < 8 ? Math.sin(x + 20 * y + 200 * (i % 8)) : 9;
      });
      change(directory, "inputs.safetensors", (tensors) => ({ ...tensors, controlnet_cond: float32(Float32Array.from(latents), [3, rows, columns, 8]) }));
      return (await parity(directory)).map(({ error }) => error);
    };
    expect(await errors(9, 17)).toEqual(await errors(8, 16));
  });
});

describe("a comparison of nothing", () => {
  const withMask = (value: bigint) => ({ input_ids, ...rest }: Record<string, Tensor>): Record<string, Tensor> =>
    ({ ...rest, input_ids: input_ids!, attention_mask: int64(Array<number>(input_ids!.data.length).fill(Number(value)), input_ids!.dims) });

  it("is no success: all tokens masked", async () => {
    const directory = copy("t5-encoder-1");
    change(directory, "inputs.safetensors", withMask(0n));
    await expect(parity(directory)).rejects.toThrow(/last_hidden_state has nothing to compare: attention_mask/);
  });

  it.each([2n, 256n, -1n])("is no success: mask values %d", async (value) => {
    const directory = copy("qwen-text-0");
    change(directory, "inputs.safetensors", withMask(value));
    await expect(parity(directory)).rejects.toThrow(`attention_mask holds ${value}. Give it as zeros and ones, or booleans.`);
  });

  it("is no success: latents half unknown", async () => {
    const directory = copy("visual-branch-0");
    change(directory, "inputs.safetensors", ({ mask, ...rest }) => ({ ...rest, mask: float32(new Float32Array(mask!.data.length).fill(0.5), mask!.dims) }));
    await expect(parity(directory)).rejects.toThrow(/mask holds 0\.5\. Give it as zeros and ones/);
  });

  it("is no success: a batch of no rows", async () => {
    const directory = copy("flux-transformer-0");
    change(directory, "inputs.safetensors", (tensors) => ({ ...tensors, hidden_states: float32(new Float32Array(0), [0, ...tensors["hidden_states"]!.dims.slice(1)]) }));
    await expect(parity(directory)).rejects.toThrow(/hidden_states has shape \[0, .*no element/);
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
    await expect(parity(directory)).rejects.toThrow(/component\.json: architecture is "unet"\. There are: flux-transformer, /);
  });

  it.each([
    [{ tolerance: 1e-3 }, /component\.json: architecture is missing\. There are: flux-transformer, /],
    [{ architecture: "clip-text", tolerance: 1e9 }, /component\.json: tolerance should be a number above 0 and below 1/],
    [{ architecture: "clip-text", tolerance: 0 }, /tolerance should be a number above 0 and below 1/],
    [{ architecture: "clip-text", tolerance: "2e-4" }, /tolerance should be a number above 0 and below 1/],
    [{ architecture: "clip-text", tolerence: 2e-4 }, /has "tolerence", which means nothing here\. Its keys may be: architecture, tolerance/],
    [[], /component\.json is not a JSON object\. Write it like/],
  ])("for component.json %j", async (content, message) => {
    const directory = copy("clip-text-0");
    writeFileSync(join(directory, "component.json"), JSON.stringify(content));
    await expect(parity(directory)).rejects.toThrow(message);
  });

  it.each(["component.json", "config.json", "model.safetensors", "inputs.safetensors", "outputs.safetensors"])("for a folder, or a link out, as %s", async (file) => {
    const directory = copy("t5-encoder-1");
    rmSync(join(directory, file));
    symlinkSync(join(bundles, "t5-encoder-1", file), join(directory, file));
    await expect(parity(directory)).rejects.toThrow(/is a link that leads out of the bundle, to .*Copy that file into the bundle/);
    rmSync(join(directory, file));
    mkdirSync(join(directory, file));
    await expect(parity(directory)).rejects.toThrow(`${file} is not a file. Put the file`);
  });

  it("when one of its files is named", async () => {
    const directory = copy("clip-text-0");
    await expect(parity(join(directory, "component.json"))).rejects.toThrow(`is a file. Name the bundle's folder: ${directory},`);
  });

  it("for a tensor by the name that its file has", async () => {
    const directory = copy("t5-encoder-1");
    const stripped = ({ "encoder.block.0.layer.0.SelfAttention.k.weight": k, ...rest }: Record<string, Tensor>) =>
      Object.fromEntries(Object.entries({ ...rest, "encoder.block.0.layer.0.SelfAttention.k.weight": reshaped(k!, [k!.data.length]) }).map(([name, tensor]) => [name.replace(/^encoder\./, ""), tensor]));
    change(directory, "model.safetensors", stripped);
    await expect(parity(directory)).rejects.toThrow(/tensor "block\.0\.layer\.0\.SelfAttention\.k\.weight" has shape/);
    change(directory, "model.safetensors", ({ "block.0.layer.0.SelfAttention.k.weight": _k, ...rest }) => rest);
    await expect(parity(directory)).rejects.toThrow(/has no tensor "block\.0\.layer\.0\.SelfAttention\.k\.weight"/);
  });

  it("for a grid of more patches than there are", async () => {
    const directory = copy("qwen-vision-0");
    change(directory, "inputs.safetensors", ({ grid_thw: _grid, image_grid_thw: _other, ...rest }) => ({ ...rest, grid_thw: int64([1e9, 12, 12], [1, 3]) }));
    await expect(parity(directory)).rejects.toThrow(/pixel_values has \d+ patches, and grid_thw asks for 144000000000/);
  });

  it("for an error from below, with the bundle and the architecture", async () => {
    const directory = copy("clip-text-0");
    const broken = bundleParity(openBundle(directory), () => Promise.reject(new RangeError("Invalid array length. Try again.")));
    await expect(broken).rejects.toThrow(`The clip-text of ${directory} could not be computed: Invalid array length. Check that config.json`);
    await expect(broken).rejects.toBeInstanceOf(CheckpointError);
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
