import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { float32, float32Data, type Tensor } from "../tensor";
import { qwenTextConfig } from "./qwen-decoder";
import { buildQwenText, textInputs } from "./qwen-text";
import { buildVisualBranch, visualBranchConfig } from "./visual-branch";

const fixtures = ["bifrost-grouped", "bifrost-one-key-head"];

function prefix({ config, weights, inputs }: ReturnType<typeof openFixture>) {
  const text = qwenTextConfig.parse(config);
  return runOnCpu(buildQwenText(text, weights), textInputs(inputs["input_ids"] as Tensor<"int64">, text));
}

describe("frozen text branch", () => {
  it.each(fixtures)("%s gives Transformers' keys and values of every layer", async (name) => {
    const fixture = openFixture(name);
    const states = await prefix(fixture);
    const layers = qwenTextConfig.parse(fixture.config).num_hidden_layers;
    expect(Object.keys(states)).toHaveLength(2 * layers);
    for (const [key, value] of Object.entries(states)) {
      expect(relativeError(value, fixture.outputs[key]), key).toBeLessThan(parityTolerance);
    }
  });
});

describe("visual generation branch", () => {
  it.each(fixtures)("%s gives, over the text's prefix, what both branches computed jointly give", async (name) => {
    const fixture = openFixture(name);
    const { patch_latents, mask } = fixture.inputs;
    const feeds = { ...(await prefix(fixture)), patch_latents: patch_latents!, mask: mask! };
    const branch = buildVisualBranch(visualBranchConfig.parse(fixture.config), fixture.weights);
    const { prediction } = await runOnCpu(branch, feeds);
    expect(relativeError(prediction, fixture.outputs["prediction"])).toBeLessThan(parityTolerance);
  });

  it("ignores whatever lies in masked latents", async () => {
    const fixture = openFixture("bifrost-grouped");
    const mask = float32Data(fixture.inputs["mask"], "mask");
    const latents = fixture.inputs["patch_latents"]!;
    const size = latents.dims[2]!;
    const poisoned = float32Data(latents, "latents").map((value, i) => (mask[Math.floor(i / size)] ? Number.NaN : value));
    const feeds = { ...(await prefix(fixture)), patch_latents: float32(poisoned, latents.dims), mask: fixture.inputs["mask"]! };
    const { prediction } = await runOnCpu(buildVisualBranch(visualBranchConfig.parse(fixture.config), fixture.weights), feeds);
    expect(relativeError(prediction, fixture.outputs["prediction"])).toBeLessThan(parityTolerance);
  });
});
