/** Every node type, as pure data. A type's run lives in runs.ts, its own view (where the generated one fails) in app/. */
import { booleanSpec } from "./boolean/spec";
import { clipPatchEncoderSpec } from "./clip-patch-encoder/spec";
import { controlnetSpec } from "./controlnet/spec";
import type { NodeSpec } from "./define-node";
import { describeImageSpec } from "./describe-image/spec";
import { fluxSamplerSpec } from "./flux-sampler/spec";
import { integerSpec } from "./integer/spec";
import { latentDownsamplerSpec } from "./latent-downsampler/spec";
import { loadImageSpec } from "./load-image/spec";
import { mixPatchesSpec } from "./mix-patches/spec";
import { numberSpec } from "./number/spec";
import { patchMaskSpec } from "./patch-mask/spec";
import { promptSpec } from "./prompt/spec";
import { samplerAttentionSpec } from "./sampler-attention/spec";
import { saveImageSpec } from "./save-image/spec";
import { savedLatentsSpec } from "./saved-latents/spec";
import { savedPatchesSpec } from "./saved-patches/spec";
import { seedSpec } from "./seed/spec";
import { textEncoderSpec } from "./text-encoder/spec";
import { textSpec } from "./text/spec";
import { unmaskerAttentionSpec } from "./unmasker-attention/spec";
import { vaeDecodeSpec } from "./vae-decode/spec";
import { visualBranchUnmaskerSpec } from "./visual-branch-unmasker/spec";

export const specs = {
  prompt: promptSpec,
  "text-encoder": textEncoderSpec,
  "visual-branch-unmasker": visualBranchUnmaskerSpec,
  "clip-patch-encoder": clipPatchEncoderSpec,
  "patch-mask": patchMaskSpec,
  "mix-patches": mixPatchesSpec,
  "saved-patches": savedPatchesSpec,
  "latent-downsampler": latentDownsamplerSpec,
  controlnet: controlnetSpec,
  "flux-sampler": fluxSamplerSpec,
  "saved-latents": savedLatentsSpec,
  "vae-decode": vaeDecodeSpec,
  "describe-image": describeImageSpec,
  "sampler-attention": samplerAttentionSpec,
  "unmasker-attention": unmaskerAttentionSpec,
  "load-image": loadImageSpec,
  "save-image": saveImageSpec,
  number: numberSpec,
  integer: integerSpec,
  seed: seedSpec,
  text: textSpec,
  boolean: booleanSpec,
} as const satisfies Record<string, NodeSpec>;

export type NodeType = keyof typeof specs;
export type SpecOf<T extends NodeType> = (typeof specs)[T];

export function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(specs, type);
}

/** The spec of a type, or undefined for one this program does not know. */
export function findSpec(type: string): NodeSpec | undefined {
  return isNodeType(type) ? specs[type] : undefined;
}
