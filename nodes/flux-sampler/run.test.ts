import { describe, expect, test } from "vitest";
import { packLatents } from "@/models/architectures/flux-latents";
import { TorchGenerator } from "@/models/random/torch-generator";
import { flowMatchSigmas } from "@/models/schedulers/flow-match-euler";
import { float32, float32Data, type Tensor, type Tensors } from "@/models/tensor";
import { NodeError, type InputsOf, type LastFrame } from "../define-node";
import { fakeModels, runToEnd, shippedPipeline } from "../test-models";
import type { Value } from "../values";
import { runFluxSampler } from "./run";
import { fluxSamplerSpec } from "./spec";

const conditioning: Value<"conditioning"> = {
  type: "conditioning",
  tensors: { prompt_embeds: float32(new Float32Array(3 * 128), [1, 3, 128]), pooled_prompt_embeds: float32(new Float32Array(128), [1, 128]) },
  facts: { tokens: [], truncated: 0 },
};

function control(change: Partial<Value<"control">["facts"]> = {}): Value<"control"> {
  const facts = { rows: 8, columns: 8, strength: 0.7, start: 0, end: 1, ...change };
  const count = facts.rows * facts.columns;
  return { type: "control", tensors: { control_latents: float32(new Float32Array(count * 4), [1, facts.rows, facts.columns, 4]) }, facts };
}

/** A model that predicts noise − 0: following it leads to an empty picture. */
const towardsNothing = (feeds: Tensors): Tensors => {
  const x = feeds.hidden_states as Tensor<"float32">;
  const sigma = float32Data(feeds.timestep, "timestep")[0]!;
  return { sample: float32(x.data.map((value) => value / sigma), x.dims), residual_norms: float32(Float32Array.of(1, 2), [2]) };
};

async function sample(params: object, inputs: Partial<InputsOf<typeof fluxSamplerSpec>> = {}) {
  const models = fakeModels({ "flux-transformer": towardsNothing, "flux-transformer-controlnet": towardsNothing });
  return { ...(await runToEnd(runFluxSampler, fluxSamplerSpec, { inputs: { conditioning, ...inputs }, params, models })), calls: models.calls };
}

test("starts from PyTorch's noise and walks the sigmas down to nothing", async () => {
  const { outputs, frames, calls } = await sample({ steps: 4, seed: 7 });
  const noise = packLatents(new TorchGenerator(7).randn([1, 16, 16, 16]));
  expect(calls[0]!.feeds.hidden_states).toEqual(noise);
  const sigmas = flowMatchSigmas(4, 64, shippedPipeline().scheduler);
  expect(calls.map(({ feeds }) => float32Data(feeds.timestep, "timestep")[0])).toEqual(Array.from(sigmas.slice(0, 4)));
  expect(frames.map(({ step, total, numbers }) => [step, total, numbers?.sigma])).toEqual([1, 2, 3, 4].map((step) => [step, 4, sigmas[step - 1]]));
  expect(Math.max(...float32Data(outputs.latents.tensors.latents, "latents").map(Math.abs))).toBeLessThan(1e-5);
  expect(outputs.latents.facts).toEqual({ width: 128, height: 128 });
});

test("every frame holds latents, the denoised estimate and a picture of it", async () => {
  const { frames } = await sample({ steps: 2, width: 64 }, {});
  for (const { tensors, preview } of frames) {
    expect(tensors.latents?.dims).toEqual([1, 16, 16, 8]);
    expect(tensors.denoised?.dims).toEqual([1, 16, 16, 8]);
    expect(preview?.dims).toEqual([16, 8, 3]);
  }
});

test("frames do not share memory: the first is the same after the last", async () => {
  const { frames } = await sample({ steps: 3 });
  const buffers = frames.map(({ tensors }) => tensors.latents!.data.buffer);
  expect(new Set(buffers).size).toBe(3);
});

describe("control", () => {
  const graphs = async (facts: Partial<Value<"control">["facts"]>, steps = 10) =>
    (await sample({ steps }, { control: control(facts) })).calls.map(({ graph }) => (graph === "flux-transformer-controlnet" ? "C" : ".")).join("");

  test.each([
    [{}, "CCCCCCCCCC"],
    [{ end: 0.3 }, "CCC......."],
    [{ start: 0.5 }, ".....CCCCC"],
    [{ start: 0.25, end: 0.75 }, "...CCCC..."],
    [{ strength: 0 }, ".........."],
  ])("%j runs the joined graph at %s", async (facts, expected) => {
    expect(await graphs(facts)).toBe(expected);
  });

  test("is fed as tokens with its strength, and its residuals' norms are kept", async () => {
    const { calls, frames } = await sample({ steps: 1 }, { control: control({ strength: 1.5 }) });
    expect(calls[0]!.feeds.control_latents?.dims).toEqual([1, 64, 4]);
    expect(calls[0]!.feeds.conditioning_scale?.data).toEqual(Float32Array.of(1.5));
    expect(frames[0]!.tensors.residual_norms?.data).toEqual(Float32Array.of(1, 2));
  });

  test("on another grid is refused with the size that fits", async () => {
    const failure = await sample({ steps: 1, width: 256, height: 64 }, { control: control() }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NodeError);
    expect((failure as NodeError).message).toContain("256 × 64");
    expect((failure as NodeError).remedy).toBe("Set width to 128 and height to 128, or disconnect the control.");
  });
});

test("guidance is fed only to a model distilled on it", async () => {
  const pipeline = shippedPipeline();
  const { calls } = await sample({ steps: 1, guidance: 5 });
  expect("guidance" in calls[0]!.feeds).toBe(pipeline.transformer.config.guidance_embeds);
  const plain = { ...pipeline, transformer: { ...pipeline.transformer, config: { ...pipeline.transformer.config, guidance_embeds: false } } };
  const models = fakeModels({ "flux-transformer": towardsNothing }, plain);
  await runToEnd(runFluxSampler, fluxSamplerSpec, { inputs: { conditioning }, params: { steps: 1 }, models });
  expect(models.calls[0]!.feeds.guidance).toBeUndefined();
});

describe("start latents", () => {
  const { geometry } = shippedPipeline();
  const saved = (tensor: Tensor | undefined, width = 128, height = 128): Value<"latents"> => ({ type: "latents", tensors: { latents: tensor! }, facts: { width, height } });
  /** Not linear in its input, so that a step too many or too few, or another order, shows. */
  const squares = (feeds: Tensors): Tensors => {
    const x = feeds.hidden_states as Tensor<"float32">;
    const sigma = float32Data(feeds.timestep, "timestep")[0]!;
    return { sample: float32(x.data.map((value) => Math.sin(value) + sigma), x.dims) };
  };
  const walk = async (params: object, latents?: Value<"latents">, resumeAfter?: LastFrame) => {
    const models = fakeModels({ "flux-transformer": squares });
    return { ...(await runToEnd(runFluxSampler, fluxSamplerSpec, { inputs: { conditioning, ...(latents && { latents }) }, params, models, ...(resumeAfter && { resumeAfter }) })), calls: models.calls };
  };
  const bytes = (tensor: Tensor | undefined) => Buffer.from(float32Data(tensor, "latents").buffer);

  test.each([1, 3, 5])("a saved step %d and its number end in the bytes of the whole run", async (start) => {
    const whole = await walk({ steps: 6 });
    const rest = await walk({ steps: 6, start, seed: 1 }, saved(whole.frames[start - 1]!.tensors.latents));
    expect(rest.frames.map(({ step, total }) => [step, total])).toEqual(whole.frames.slice(start).map(({ step, total }) => [step, total]));
    expect(bytes(rest.outputs.latents.tensors.latents).equals(bytes(whole.outputs.latents.tensors.latents))).toBe(true);
  });

  test("with another number of steps it goes elsewhere, on that schedule's sigmas", async () => {
    const whole = await walk({ steps: 6 });
    const other = await walk({ steps: 12, start: 3 }, saved(whole.frames[2]!.tensors.latents));
    expect(other.calls).toHaveLength(9);
    expect(float32Data(other.calls[0]!.feeds.timestep, "timestep")[0]).toBe(flowMatchSigmas(12, 64, shippedPipeline().scheduler)[3]);
    expect(bytes(other.outputs.latents.tensors.latents).equals(bytes(whole.outputs.latents.tensors.latents))).toBe(false);
  });

  test("at 0 they are the noise itself", async () => {
    const noise = new TorchGenerator(7).randn([1, 16, 16, 16]);
    const [given, drawn] = [await walk({ steps: 2, seed: 1 }, saved(noise)), await walk({ steps: 2, seed: 7 })];
    expect(bytes(given.outputs.latents.tensors.latents).equals(bytes(drawn.outputs.latents.tensors.latents))).toBe(true);
  });

  test("an interrupted run goes on after its last frame, not from the start again", async () => {
    const whole = await walk({ steps: 6 });
    const start = saved(whole.frames[1]!.tensors.latents);
    const resumed = await walk({ steps: 6, start: 2 }, start, { step: 4, tensors: whole.frames[3]!.tensors });
    expect(resumed.frames.map(({ step }) => step)).toEqual([5, 6]);
    expect(bytes(resumed.outputs.latents.tensors.latents).equals(bytes(whole.outputs.latents.tensors.latents))).toBe(true);
  });

  test.each([
    [saved(float32(new Float32Array(16 * 8 * 16), [1, 16, 8, 16]), 8 * 16, 8 * 8), "Set width to 128 and height to 64."],
    [saved(float32(new Float32Array(4 * 16 * 16), [1, 4, 16, 16])), "Connect latents made with this checkpoint."],
  ])("of another shape are refused, both shapes named", async (latents, remedy) => {
    expect(geometry.compression).toBe(8);
    const failure = await walk({ steps: 2 }, latents).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NodeError);
    expect((failure as NodeError).message).toContain("[1, 16, 16, 16]");
    expect((failure as NodeError).message).toContain(`[${latents.tensors.latents!.dims.join(", ")}]`);
    expect((failure as NodeError).remedy).toBe(remedy);
  });
});
