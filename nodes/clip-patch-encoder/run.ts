import { oneStep } from "../define-node";
import { encodePatches } from "../patch-encoding";
import type { clipPatchEncoderSpec } from "./spec";

export const runClipPatchEncoder = oneStep<typeof clipPatchEncoderSpec>(async ({ inputs, models, notice }) => ({ patches: await encodePatches(inputs.image, models, notice) }));
