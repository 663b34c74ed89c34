import { describe, expect, it } from "vitest";
import type { QwenVisionConfig } from "./qwen-vision";
import { visionInputs, windowKind } from "./qwen-vision-windows";

const config = { window_size: 1, spatial_merge_size: 2, patch_size: 14 } as QwenVisionConfig;

describe("windows of no patch", () => {
  it("are refused instead of counted for ever", () => {
    expect(() => visionInputs(4, 4, config)).toThrow(/window_size 1 .* at least patch_size × spatial_merge_size, 14 × 2/);
    expect(() => windowKind(4, 4, config)).toThrow(/window_size 1 /);
  });
});
