/** A node's frames as a timeline: which stand for all, and what changes from one to the next. */
import type { StoredFrame } from "@/nodes/run-events";
import { evenSample } from "./tensors/even-sample";
import type { ViewChoice } from "./views";
import type { TensorRef } from "./worker/contract";

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

/** What is made of a list of frames, made once for each list: looking at another step of ten thousand must not cost ten thousand. */
function oncePerList<F extends object, T>(make: (frames: readonly F[]) => T): (frames: readonly F[]) => T {
  const made = new WeakMap<readonly F[], T>();
  return (frames) => {
    if (!made.has(frames)) made.set(frames, make(frames));
    return made.get(frames)!;
  };
}

/** Frames whose tensors are still there; the same list for the same frames. */
export const keptFrames: (frames: readonly StoredFrame[]) => readonly KeptFrame[] = oncePerList((frames: readonly StoredFrame[]) => frames.filter((frame): frame is KeptFrame => frame.tensors !== null));

const refsByName = oncePerList((_: readonly KeptFrame[]) => new Map<string, readonly TensorRef[]>());

/** One tensor at all of these steps; the same list for the same frames. */
export function refsOver(frames: readonly KeptFrame[], name: string): readonly TensorRef[] {
  const known = refsByName(frames);
  const refs = known.get(name) ?? frames.map(({ tensors: { hash } }) => ({ hash, name }));
  known.set(name, refs);
  return refs;
}

/** The mask at each of these steps; the same list for the same frames. */
export const masksOver = oncePerList((frames: readonly KeptFrame[]) => frames.map(({ step, tensors: { hash } }) => ({ step, of: { hash, name: "mask" } })));

/**
 * Steps that can be computed once more for what a view shows: decoding takes what the step left, attention what the step
 * before it left, or of the first step nothing.
 */
export function computableFrames(frames: readonly StoredFrame[], { draws }: Pick<ViewChoice, "draws">): readonly StoredFrame[] {
  if (draws.by !== "attention") return keptFrames(frames);
  return frames.filter(({ step }, at) => step === 1 || (at > 0 && frames[at - 1]!.step === step - 1 && frames[at - 1]!.tensors !== null));
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
