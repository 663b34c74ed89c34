import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { float32, float32Data, type Tensor } from "../tensor";
import { qwenTextConfig } from "./qwen-decoder";
import { buildQwenText, textInputs } from "./qwen-text";
import { buildVisualBranch } from "./visual-branch";

const fixtures = ["bifrost-grouped", "bifrost-one-key-head"];

function prefix({ config, weights, inputs }: ReturnType<typeof openFixture>) {
  const text = qwenTextConfig.parse(config);
  return runOnCpu(buildQwenText(text, weights), textInputs(inputs["input_ids"] as Tensor<"int64">, text));
}

/** The prediction over the text's prefix, with `latents` in place of the fixture's where given. */
async function predict(fixture: ReturnType<typeof openFixture>, latents = fixture.inputs["patch_latents"]!) {
  const config = { ...qwenTextConfig.parse(fixture.config), num_visual_gen_tokens: latents.dims[1]! };
  const feeds = { ...(await prefix(fixture)), patch_latents: latents, mask: fixture.inputs["mask"]! };
  return (await runOnCpu(buildVisualBranch(config, fixture.weights), feeds))["prediction"];
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
    expect(relativeError(await predict(fixture), fixture.outputs["prediction"])).toBeLessThan(parityTolerance);
  });

  it("ignores whatever lies in masked latents", async () => {
    const fixture = openFixture("bifrost-grouped");
    const mask = float32Data(fixture.inputs["mask"], "mask");
    const latents = fixture.inputs["patch_latents"]!;
    const size = latents.dims[2]!;
    const poisoned = float32Data(latents, "latents").map((value, i) => (mask[Math.floor(i / size)] ? Number.NaN : value));
    const prediction = await predict(fixture, float32(poisoned, latents.dims));
    expect(relativeError(prediction, fixture.outputs["prediction"])).toBeLessThan(parityTolerance);
  });
});
