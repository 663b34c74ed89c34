/** How every node type computes. For the runner only: imports models. */
import { runBoolean } from "./boolean/run";
import { runClipPatchEncoder } from "./clip-patch-encoder/run";
import { runControlnet } from "./controlnet/run";
import type { NodeRun, NodeSpec } from "./define-node";
import { runDescribeImage } from "./describe-image/run";
import { runFluxSampler } from "./flux-sampler/run";
import { runInteger } from "./integer/run";
import { runLatentDownsampler } from "./latent-downsampler/run";
import { runLoadImage } from "./load-image/run";
import { runMixPatches } from "./mix-patches/run";
import { runNumber } from "./number/run";
import { runPatchMask } from "./patch-mask/run";
import { runPrompt } from "./prompt/run";
import { runSamplerAttention } from "./sampler-attention/run";
import { runSaveImage } from "./save-image/run";
import { runSavedLatents } from "./saved-latents/run";
import { runSavedPatches } from "./saved-patches/run";
import { runSeed } from "./seed/run";
import { isNodeType, type NodeType, type SpecOf } from "./specs";
import { runTextEncoder } from "./text-encoder/run";
import { runText } from "./text/run";
import { runUnmaskerAttention } from "./unmasker-attention/run";
import { runVaeDecode } from "./vae-decode/run";
import { runVisualBranchUnmasker } from "./visual-branch-unmasker/run";

export const runs = {
  prompt: runPrompt,
  "text-encoder": runTextEncoder,
  "visual-branch-unmasker": runVisualBranchUnmasker,
  "clip-patch-encoder": runClipPatchEncoder,
  "patch-mask": runPatchMask,
  "mix-patches": runMixPatches,
  "saved-patches": runSavedPatches,
  "latent-downsampler": runLatentDownsampler,
  controlnet: runControlnet,
  "flux-sampler": runFluxSampler,
  "saved-latents": runSavedLatents,
  "vae-decode": runVaeDecode,
  "describe-image": runDescribeImage,
  "sampler-attention": runSamplerAttention,
  "unmasker-attention": runUnmaskerAttention,
  "load-image": runLoadImage,
  "save-image": runSaveImage,
  number: runNumber,
  integer: runInteger,
  seed: runSeed,
  text: runText,
  boolean: runBoolean,
} as const satisfies { [T in NodeType]: NodeRun<SpecOf<T>> };

/** The run of a type, or undefined for one this program does not know. The engine gives it inputs and params its spec has checked. */
export function findRun(type: string): NodeRun<NodeSpec> | undefined {
  return isNodeType(type) ? (runs[type] as unknown as NodeRun<NodeSpec>) : undefined;
}
