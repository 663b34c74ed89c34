/** Transformers' attention_mask and position_ids for Qwen2.5-VL's language model, as what our graphs take. */
import type { MropePosition } from "../architectures/qwen-decoder";
import type { Tensor } from "../tensor";
import type { NamedTensors } from "./named-tensors";

/** int64 [B, S], or undefined when every token counts. */
export function attentionMask(inputs: NamedTensors): Tensor<"int64"> | undefined {
  return inputs.optionalMask("attention_mask", ["B", "S"]);
}

/** Places of row `index` that are not masked. */
export function seenPlaces(mask: Tensor<"int64"> | undefined, index: number, length: number): number[] {
  const places = Array.from({ length }, (_, place) => place);
  return mask ? places.filter((place) => mask.data[index * length + place] !== 0n) : places;
}

/**
 * position_ids for each row and place: [B, L], [3, B, L], or [4, B, L] with text positions first, which only tell
 * packed sequences apart; a batch of 1 serves all rows. Undefined when there are none.
 */
export function positionIds(inputs: NamedTensors, batch: number, lengths: readonly number[]): MropePosition[][] | undefined {
  const name = "position_ids";
  if (!inputs.has(name)) return undefined;
  const dims = inputs.dims(name);
  const [rows, length] = dims.slice(-2) as [number, number];
  const axes = dims.length === 3 ? dims[0]! : 1;
  const fits = (dims.length === 2 || dims.length === 3) && [1, 3, 4].includes(axes) && (rows === batch || rows === 1) && lengths.includes(length);
  if (!fits) {
    const written = lengths.map(String).join(" or ");
    throw inputs.problem(name, `has shape [${dims.join(", ")}], expected [${batch}, ${written}] or [3, ${batch}, ${written}].`);
  }
  const { data } = inputs.integers(name, dims);
  const at = (axis: number, index: number, place: number) => Number(data[((axes === 1 ? 0 : axis + axes - 3) * rows + (rows === 1 ? 0 : index)) * length + place]);
  if (axes === 4) refusePacked(inputs, data.subarray(0, rows * length), length);
  return Array.from({ length: batch }, (_, index) => Array.from({ length }, (_, place): MropePosition => [at(0, index, place), at(1, index, place), at(2, index, place)]));
}

function refusePacked(inputs: NamedTensors, text: BigInt64Array, length: number): void {
  if (inputs.has("attention_mask")) return;
  const isRestart = text.some((position, i) => i % length > 0 && position !== text[i - 1]! + 1n);
  if (isRestart) throw inputs.problem("position_ids", "packs several sequences into one row, which is not supported. Give each sequence a row of its own.");
}
