/** What a graph gave, held against what the reference gave. */
import type { Tensor } from "../tensor";
import type { NamedTensors } from "./named-tensors";

/** One of a component's outputs. */
export interface Computed {
  readonly tensor: Tensor<"float32">;
  /** Other names that the reference's users give it. */
  readonly aliases?: readonly string[];
  /** Left out of the comparison: what the reference leaves open. */
  readonly leftOut?: LeftOut;
}

export interface LeftOut {
  /** The axis of the tensor that runs over tokens, where axis 0 runs over the batch; 0 for one vector a row. */
  readonly tokenAxis: number;
  /** [B · S], or [B]: 1 where the token, or the row, counts. */
  readonly counts: Uint8Array;
}

export interface Comparison {
  readonly name: string;
  readonly dims: readonly number[];
  /** The largest magnitude of the reference. */
  readonly scale: number;
  /** The largest difference over the scale; over 1 where the reference is all zeros. NaN when a number is not finite. */
  readonly error: number;
  /** Tokens compared, where some are left out. */
  readonly tokens?: { readonly compared: number; readonly all: number };
}

/** Throws a CheckpointError when the shapes differ, or nothing counts. */
export function compare(name: string, computed: Computed, outputs: NamedTensors): Comparison {
  const expected = outputs.floats(name, outputs.dims(name));
  const { tensor, leftOut } = computed;
  const plain = (dims: readonly number[]) => dims.filter((dim) => dim !== 1).join();
  if (plain(expected.dims) !== plain(tensor.dims)) {
    throw outputs.problem(name, `has shape [${expected.dims.join(", ")}]; config.json and the inputs make it [${tensor.dims.join(", ")}].`);
  }
  const counts = counter(tensor.dims, leftOut);
  let [worst, scale, compared] = [0, 0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    if (!counts(i)) continue;
    compared++;
    const difference = Math.abs(tensor.data[i]! - expected.data[i]!);
    if (!Number.isFinite(difference)) return { name, dims: expected.dims, scale: Number.NaN, error: Number.NaN };
    worst = Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(expected.data[i]!));
  }
  if (compared === 0) throw outputs.problem(name, "has nothing to compare: attention_mask in inputs.safetensors leaves out all of it. Record a call whose mask shows some tokens, or leave this output out.");
  const tokens = leftOut && leftOut.counts.includes(0) ? { compared: leftOut.counts.reduce((sum, one) => sum + one, 0), all: leftOut.counts.length } : undefined;
  return { name, dims: expected.dims, scale, error: worst / (scale || 1), ...(tokens && { tokens }) };
}

/** Whether element i belongs to a token that counts. */
function counter(dims: readonly number[], leftOut: LeftOut | undefined): (i: number) => boolean {
  if (!leftOut) return () => true;
  const { tokenAxis, counts } = leftOut;
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
  const tokens = dims[tokenAxis]!;
  const [perToken, perRow] = [product(dims.slice(tokenAxis + 1)), product(dims.slice(1))];
  if (tokenAxis === 0) return (i) => counts[Math.floor(i / perRow)] === 1;
  return (i) => counts[Math.floor(i / perRow) * tokens + (Math.floor(i / perToken) % tokens)] === 1;
}
