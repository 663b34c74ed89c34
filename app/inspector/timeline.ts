/** A node's frames as a timeline: which stand for all, and what changes from one to the next. */
import type { StoredFrame } from "@/nodes/run-events";
import { evenSample } from "./tensors/even-sample";

/** Beyond this many, an even sample of the frames stands for the timeline: work must not grow with the number of steps. */
export const mostSampled = 48;

/** At most `most` items, evenly apart, the first and the last among them. */
export function sampled<T>(items: readonly T[], most = mostSampled): readonly T[] {
  return most < 2 ? items.slice(0, 1) : evenSample(items, most);
}

/** The frame before one of them; null for the first. */
export function frameBefore<F extends StoredFrame>(frames: readonly F[], frame: StoredFrame): F | null {
  const at = frames.findIndex(({ step }) => step === frame.step);
  return at > 0 ? frames[at - 1]! : null;
}

export type KeptFrame = StoredFrame & { readonly tensors: NonNullable<StoredFrame["tensors"]> };

/** Frames whose tensors are still there. */
export function keptFrames(frames: readonly StoredFrame[]): KeptFrame[] {
  return frames.filter((frame): frame is KeptFrame => frame.tensors !== null);
}

export interface SchedulePoint {
  readonly step: number;
  readonly value: number;
}

/**
 * The size of each Euler step, σᵢ − σᵢ₊₁: what the velocity is multiplied with. The last step goes down to σ = 0. A step
 * whose follower is not there yet is left out.
 */
export function stepSizes(frames: readonly StoredFrame[]): SchedulePoint[] {
  return frames.flatMap((frame, index) => {
    const sigma = frame.numbers.sigma;
    const next = frame.step === frame.total ? 0 : frames[index + 1]?.step === frame.step + 1 ? frames[index + 1]!.numbers.sigma : undefined;
    return sigma === undefined || next === undefined ? [] : [{ step: frame.step, value: sigma - next }];
  });
}
