import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { buildT5Encoder, distanceBucket, t5Config } from "./t5-encoder";

describe("T5 encoder", () => {
  it.each(["t5-even", "t5-odd"])("%s gives Transformers' states", async (name) => {
    const { config, weights, inputs, outputs } = openFixture(name);
    const states = await runOnCpu(buildT5Encoder(t5Config.parse(config), weights), inputs);
    expect(relativeError(states["last_hidden_state"], outputs["last_hidden_state"])).toBeLessThan(parityTolerance);
  });

  it("puts every distance into PyTorch's bucket", () => {
    const { outputs } = openFixture("t5-buckets");
    for (const [name, tensor] of Object.entries(outputs)) {
      const [buckets, max] = name.split("-").map(Number) as [number, number];
      const reach = (tensor.data.length - 1) / 2;
      const mine = Array.from({ length: tensor.data.length }, (_, i) => distanceBucket(i - reach, buckets, max));
      expect(mine, name).toEqual(Array.from(tensor.data as BigInt64Array, Number));
    }
  });

  it("refuses a feed-forward of neither version", () => {
    const { config } = openFixture("t5-even");
    expect(() => t5Config.parse({ ...(config as object), feed_forward_proj: "gated-swish" })).toThrow(/feed_forward_proj/);
  });
});
