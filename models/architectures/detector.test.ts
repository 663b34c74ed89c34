import { expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { buildDetector, detectorConfig } from "./detector";

it("the detector gives PyTorch's heatmap and colours", async () => {
  const { config, weights, inputs, outputs } = openFixture("detector");
  const found = await runOnCpu(buildDetector(detectorConfig.parse(config), weights.within("detector.")), inputs);
  for (const name of ["class_heatmap", "color_logits"]) expect(relativeError(found[name], outputs[name])).toBeLessThan(parityTolerance);
});
