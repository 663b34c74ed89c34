import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { writeTinyPipeline } from "../reference/tiny-pipeline";
import { checkCheckpoint, type ComponentReport } from "./check";
import { decodeSafetensors, writeSafetensors } from "./safetensors";
import type { Tensor } from "../tensor";

const root = realpathSync(mkdtempSync(join(tmpdir(), "check-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "p-"));
  writeTinyPipeline(folder);
});

const vae = "flux/vae/diffusion_pytorch_model.safetensors";

function edit(path: string, change: (tensors: Record<string, Tensor>) => void): void {
  const file = join(folder, path);
  const { tensors } = decodeSafetensors(readFileSync(file), file);
  change(tensors);
  writeSafetensors(file, tensors);
}

function editConfig(path: string, change: (config: Record<string, unknown>) => void): void {
  const config = JSON.parse(readFileSync(join(folder, path), "utf8")) as Record<string, unknown>;
  change(config);
  writeFileSync(join(folder, path), JSON.stringify(config));
}

const report = (name: string): ComponentReport => checkCheckpoint(folder).find((component) => component.name === name)!;
const float = (dims: readonly number[]): Tensor => ({ dtype: "float32", dims, data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)) });

describe("checkCheckpoint", () => {
  it("names every tensor that is missing, unexpected, mis-shaped or of a wrong type, and goes on with the other components", () => {
    edit(vae, (tensors) => {
      delete tensors["decoder.conv_in.bias"];
      delete tensors["encoder.conv_out.weight"];
      tensors["decoder.conv_out.bias"] = float([4]);
      tensors["decoder.conv_in.weight_scale"] = float([1]);
      tensors["encoder.conv_in.bias"] = { dtype: "int64", dims: [8], data: new BigInt64Array(8) };
    });
    const { problems, failure } = report("flux/vae");
    expect(failure).toBeNull();
    expect(problems.map(({ kind, tensor, says }) => `${kind} ${tensor} ${says}`).sort()).toEqual([
      "mis-shaped decoder.conv_out.bias [4], the config asks for [3]",
      "missing decoder.conv_in.bias [16]",
      "missing encoder.conv_out.weight [8, 16, 3, 3]",
      "unexpected decoder.conv_in.weight_scale [1] F32",
      "wrong type encoder.conv_in.bias I64, where F32, F16 or BF16 is needed",
    ]);
    expect(report("flux/transformer").problems).toEqual([]);
  });

  it.each(["visual.merger.ln_q.weight", "model.layers.0.input_layernorm.weight"])("a missing %s is one line: the model's place is still found", (name) => {
    edit("bifrost/model.safetensors", (tensors) => {
      delete tensors[`vision_language_model.${name}`];
    });
    expect(report("bifrost").problems.map(({ kind, tensor }) => `${kind} ${tensor}`)).toEqual([`missing vision_language_model.${name}`]);
  });

  it("says why a component cannot be looked at: its config, its weights, its class", () => {
    editConfig("flux/transformer/config.json", (config) => delete config["num_layers"]);
    expect(report("flux/transformer").failure).toMatch(/flux\/transformer\/config\.json does not fit\. num_layers: is missing/);
    writeFileSync(join(folder, "flux/transformer/config.json"), "{");
    expect(report("flux/transformer").failure).toMatch(/config\.json is not JSON/);
    rmSync(join(folder, "flux/transformer/config.json"));
    expect(report("flux/transformer").failure).toMatch(/config\.json does not exist/);
    rmSync(join(folder, "flux/vae"), { recursive: true });
    expect(report("flux/vae").failure).toMatch(/flux\/vae does not exist/);
    rmSync(join(folder, "flux/tokenizer"), { recursive: true });
    expect(report("flux/tokenizer").failure).toMatch(/tokenizer_config\.json does not exist/);
    editConfig("detector/config.json", (config) => Object.assign(config, { _class_name: "UNet2DConditionModel" }));
    expect(checkCheckpoint(join(folder, "detector"))[0]!.failure).toMatch(/holds a UNet2DConditionModel, which is none of: .*FLUX transformer/);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["ten million layers", { num_single_layers: 1e7 }, /asks for thousands of tensors/],
    ["an endless width", { num_attention_heads: 1e12 }, /num_attention_heads: 1000000000000, which no model has/],
    ["a negative width", { joint_attention_dim: -4 }, /joint_attention_dim: /],
    ["a width of text", { joint_attention_dim: "wide" }, /joint_attention_dim: /],
  ])("refuses a config with %s", (_, fields, message) => {
    editConfig("flux/transformer/config.json", (config) => Object.assign(config, fields));
    expect(report("flux/transformer").failure).toMatch(message);
  });

  it("says once what is wrong with both graphs of a component", () => {
    editConfig("flux/vae/config.json", (config) => Object.assign(config, { layers_per_block: 1e7 }));
    expect(report("flux/vae").failure?.match(/asks for thousands of tensors/g)).toHaveLength(1);
  });

  it("refuses a config whose sizes contradict each other", () => {
    editConfig("flux/text_encoder/config.json", (config) => Object.assign(config, { hidden_size: -8 }));
    const { failure, problems } = report("flux/text_encoder");
    expect(failure !== null || problems.length > 0).toBe(true);
  });

  it("knows a component by its tensors where config.json names no class", () => {
    for (const [part, title] of [["flux/text_encoder", "CLIP text encoder"], ["flux/text_encoder_2", "T5 text encoder"], ["detector", "detector"], ["bifrost/flux_controlnet", "FLUX ControlNet"]] as const) {
      expect(checkCheckpoint(join(folder, part))[0]).toMatchObject({ title, failure: null });
    }
  });
});
