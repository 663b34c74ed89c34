import { expect, test } from "vitest";
import { byInterest, meaningOf } from "./meaning";

const tensor = (name: string, dims: number[], dtype = "F32") => ({ name, dims, dtype, bytes: 0 });

test.each([
  ["patches on a square", tensor("patch_latents", [1, 64, 256]), null, { kind: "patches", grid: { rows: 8, columns: 8 }, dims: 256 }],
  ["patches on the grid that the node names", tensor("patch_latents", [1, 24, 16]), { rows: 4, columns: 6 }, { kind: "patches", grid: { rows: 4, columns: 6 }, dims: 16 }],
  ["control latents carry their grid in their shape", tensor("control_latents", [1, 4, 4, 256]), null, { kind: "patches", grid: { rows: 4, columns: 4 }, dims: 256 }],
  ["patches that fill no square", tensor("patch_latents", [1, 7, 16]), null, { kind: "plain" }],
  ["a mask", tensor("mask", [1, 64]), null, { kind: "mask", grid: { rows: 8, columns: 8 } }],
  ["VAE latents", tensor("denoised", [1, 16, 64, 48]), null, { kind: "latents", channels: 16, height: 64, width: 48 }],
  ["latents of another rank", tensor("latents", [16, 64]), null, { kind: "plain" }],
  ["a picture", tensor("image", [128, 96, 3], "U8"), null, { kind: "image", height: 128, width: 96 }],
  ["a picture of floats is no picture", tensor("image", [128, 96, 3]), null, { kind: "plain" }],
  ["tokens", tensor("prompt_embeds", [1, 32, 128]), null, { kind: "tokens", count: 32, dims: 128 }],
  ["what CLIP says of the whole prompt", tensor("pooled_prompt_embeds", [1, 64]), null, { kind: "pooled", count: 64 }],
  ["a row too long for a line", tensor("image_share", [1, 64]), null, { kind: "vector", count: 64 }],
  ["a short row", tensor("image_share", [1, 6]), null, { kind: "plain" }],
  ["anything else", tensor("image_share", [6, 64]), null, { kind: "plain" }],
] as const)("%s", (_, summary, grid, meaning) => {
  expect(meaningOf({ ...summary, dims: [...summary.dims] }, grid)).toEqual(meaning);
});

test("what the node is about comes first", () => {
  const named = [tensor("mask", [1, 4]), tensor("residual_norms", [3]), tensor("patch_latents", [1, 4, 2])].map((summary) => ({ summary, meaning: meaningOf(summary, null) }));
  expect(byInterest(named).map(({ summary }) => summary.name)).toEqual(["patch_latents", "mask", "residual_norms"]);
});
