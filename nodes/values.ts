/** What flows along an edge: named tensors plus small facts about them. Immutable once made. */
import type { Tensor, Tensors } from "@/models/tensor";
import { float32Data } from "@/models/tensor";
import type { DataType } from "./ports";

/** The facts each data type carries beside its tensors (tensor names and shapes: see ports.ts). */
export interface Facts {
  text: { text: string };
  /**
   * T5's tokens without padding, how many were cut from the end of the prompt, and the first of those; the same of CLIP,
   * with the positions that were padding. Results of earlier versions have T5's alone.
   */
  conditioning: { tokens: string[]; truncated: number; cut?: string[]; clip_tokens?: string[]; clip_truncated?: number; clip_cut?: string[]; clip_padding?: number };
  "patch-latents": { rows: number; columns: number };
  "control-latents": { rows: number; columns: number };
  control: { rows: number; columns: number; strength: number; start: number; end: number };
  latents: { width: number; height: number };
  /** `tokens` as they read, spaces included; `rows` and `columns` of the grid its patches lie on; `blocks` as people call them ("double 1", "layer 2"). */
  attention: { tokens: string[]; rows: number; columns: number; blocks: string[] };
  number: { value: number };
  boolean: { value: boolean };
  image: { width: number; height: number };
}

export type Value<T extends DataType = DataType> = {
  [K in T]: { readonly type: K; readonly tensors: Tensors; readonly facts: Facts[K] };
}[T];

export function textValue(text: string): Value<"text"> {
  return { type: "text", tensors: {}, facts: { text } };
}

export function numberValue(value: number): Value<"number"> {
  return { type: "number", tensors: {}, facts: { value } };
}

export function booleanValue(value: boolean): Value<"boolean"> {
  return { type: "boolean", tensors: {}, facts: { value } };
}

/** An 8-bit RGB picture. `pixels` holds height × width × 3 bytes, rows from the top. */
export function imageValue(pixels: Uint8Array, width: number, height: number): Value<"image"> {
  return { type: "image", tensors: { image: rgbTensor(pixels, width, height) }, facts: { width, height } };
}

export function rgbTensor(pixels: Uint8Array, width: number, height: number): Tensor<"uint8"> {
  if (pixels.length !== width * height * 3) {
    throw new RangeError(`A ${width}×${height} RGB picture needs ${width * height * 3} bytes, got ${pixels.length}.`);
  }
  return { dtype: "uint8", dims: [height, width, 3], data: pixels };
}

/** A value's float32 tensor, or a TypeError naming it. */
export function floats(value: Value, name: string): Float32Array {
  return float32Data(value.tensors[name], `${value.type}.${name}`);
}
