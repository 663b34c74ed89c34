/** For tests: safetensors files made here, and the one that NumPy wrote (models/reference/inspector_fixtures.py). */
import { readFileSync } from "node:fs";
import { parseSafetensors, type StoredTensor, type StoredType } from "./safetensors-file";
import { numbersOf, type Numbers } from "./tensor-numbers";

export interface Written {
  readonly dtype: StoredType;
  readonly dims: readonly number[];
  readonly data: ArrayBufferView<ArrayBuffer>;
}

export const float32 = (dims: readonly number[], values: ArrayLike<number>): Written => ({ dtype: "F32", dims, data: Float32Array.from(values) });

/** A file of these tensors, in this order. `header` changes the parsed header before it is written. */
export function safetensorsFile(tensors: Readonly<Record<string, Written>>, header: (made: Record<string, unknown>) => unknown = (made) => made): ArrayBuffer {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, dims, data }]) => [name, { dtype, shape: dims, data_offsets: [end, (end += data.byteLength)] }]);
  const text = JSON.stringify(header(Object.fromEntries(entries) as Record<string, unknown>));
  return fileOf(text.padEnd(Math.ceil(text.length / 8) * 8), Object.values(tensors).map(({ data }) => data));
}

/** A file with any header. */
export function fileOf(header: string, data: readonly ArrayBufferView<ArrayBuffer>[]): ArrayBuffer {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data.reduce((sum, { byteLength }) => sum + byteLength, 0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  let at = 8 + json.length;
  for (const { buffer, byteOffset, byteLength } of data) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes.buffer;
}

/** The file itself, as it would be fetched. */
export function referenceFile(): ArrayBuffer {
  return new Uint8Array(readFileSync(new URL("../../../models/reference/fixtures/inspector.safetensors", import.meta.url))).buffer;
}

let reference: Map<string, StoredTensor> | undefined;

export function referenceTensor(name: string): StoredTensor {
  reference ??= new Map(parseSafetensors(referenceFile(), "the fixture").map((tensor) => [tensor.name, tensor]));
  const tensor = reference.get(name);
  if (!tensor) throw new Error(`The fixture has no tensor "${name}".`);
  return tensor;
}

export const referenceNumbers = (name: string): Numbers => numbersOf(referenceTensor(name));

/** What NumPy computed. */
export const expectedNumbers = (name: string): number[] => [...referenceNumbers(`expected.${name}`)];

/** The largest distance of two lists, in units of the largest expected magnitude. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  const scale = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Array.from(expected).reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0) / scale;
}
