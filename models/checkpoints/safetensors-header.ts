/** The header of a safetensors file: what it says, and whether that can be true. https://huggingface.co/docs/safetensors */
import { z } from "zod";
import { type Said, said } from "../said";
import { CheckpointError } from "./checkpoint-error";
import { duplicateKey } from "./duplicate-key";
import { beginsAsPickle, pickleError } from "./pickle";

export type StoredType = "F64" | "F32" | "F16" | "BF16" | "I64" | "I32" | "I16" | "I8" | "U64" | "U32" | "U16" | "U8" | "BOOL" | "F8_E4M3" | "F8_E5M2";

export const bytesPerElement: Record<StoredType, number> = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1,
};

/** Where one tensor lies: `offset` counts bytes from the start of the file, header included. */
export interface TensorLocation {
  readonly file: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

export interface SafetensorsHeader {
  /** The real path, symlinks resolved, because ONNX Runtime refuses links that leave the graph's folder. */
  readonly file: string;
  readonly size: number;
  /** The header's own bytes: part of what a fingerprint is taken over. */
  readonly headerBytes: Uint8Array;
  readonly tensors: ReadonlyMap<string, TensorLocation>;
  readonly metadata: Readonly<Record<string, string>>;
}

const entrySchema = z.object({ dtype: z.string(), shape: z.array(z.number()), data_offsets: z.tuple([z.number(), z.number()]) });

/** The safetensors library refuses longer headers too; a larger number means the file is something else. */
const longestHeader = 100_000_000;

/** Convolution over time and space has the most of any layer here: five. */
const mostDims = 8;

/** Length of the JSON that follows the first eight bytes. `size` is the file's. */
export function headerLengthOf(prefix: Uint8Array, size: number, file: string): number {
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(size - 8, longestHeader))) {
    if (beginsAsPickle(prefix)) throw pickleError(file);
    throw damaged(file, said("its header claims {length} bytes, the file has {size}", { length, size }));
  }
  return Number(length);
}

/** `size` is the number of bytes that the file should have been filled to; undefined when its data may be missing. */
export function parseHeader(bytes: Uint8Array, file: string, size: number | undefined): Pick<SafetensorsHeader, "tensors" | "metadata"> {
  const json = headerJson(bytes, file);
  const metadata = z.record(z.string(), z.string()).optional().safeParse(json["__metadata__"]);
  if (!metadata.success) throw damaged(file, said("its __metadata__ is not a map of strings"));
  const tensors = new Map<string, TensorLocation>();
  for (const [name, entry] of Object.entries(json)) {
    if (name !== "__metadata__") tensors.set(name, parseEntry(name, entry, 8 + bytes.length, size, file));
  }
  refuseHoles(tensors, 8 + bytes.length, size, file);
  return { tensors, metadata: metadata.data ?? {} };
}

function headerJson(bytes: Uint8Array, file: string): Record<string, unknown> {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    json = JSON.parse(text);
  } catch {
    throw damaged(file, said("its header is not JSON"));
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw damaged(file, said("its header is not a JSON object"));
  const twice = duplicateKey(text);
  if (twice !== undefined) throw damaged(file, said(`its header names "{name}" twice`, { name: twice }));
  return json as Record<string, unknown>;
}

function parseEntry(name: string, entry: unknown, dataStart: number, size: number | undefined, file: string): TensorLocation {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw damaged(file, said(`tensor "{name}" has no dtype, shape and data_offsets`, { name }));
  const { dtype, shape, data_offsets: [begin, end] } = parsed.data;
  if (!Object.hasOwn(bytesPerElement, dtype)) throw damaged(file, said(`tensor "{name}" has the unknown type {dtype}`, { name, dtype }));
  const stored = dtype as StoredType;
  const expected = byteCount(name, stored, shape, file);
  if (![begin, end].every((offset) => Number.isSafeInteger(offset) && offset >= 0)) {
    throw damaged(file, said(`tensor "{name}" has the impossible data_offsets [{begin}, {end}]`, { name, begin, end }));
  }
  if (end - begin !== expected) {
    throw damaged(file, said(`tensor "{name}" of {dtype} [{shape}] needs {expected} bytes and is given {given}`, { name, dtype, shape: shape.join(", "), expected, given: end - begin }));
  }
  if (size !== undefined && dataStart + end > size) {
    throw damaged(file, said(`tensor "{name}" ends at byte {end}, the file at {size}`, { name, end: dataStart + end, size }));
  }
  return { file, dtype: stored, shape, offset: dataStart + begin, length: end - begin };
}

function byteCount(name: string, dtype: StoredType, shape: readonly number[], file: string): number {
  const impossible = (why: Said) => damaged(file, said(`tensor "{name}" has the impossible shape [{shape}]: {why}`, { name, shape: shape.slice(0, 2 * mostDims).join(", "), why }));
  if (shape.length > mostDims) throw impossible(said("{count} dimensions, where {most} are the most", { count: shape.length, most: mostDims }));
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) throw impossible(said("its sizes should be whole numbers from 0 up"));
  const bytes = shape.reduce((product, dim) => product * dim, bytesPerElement[dtype]);
  if (!Number.isSafeInteger(bytes)) throw impossible(said("no file can be that large"));
  return bytes;
}

/** The safetensors library takes only files whose tensors fill the data from its first byte to its last, without a gap. */
function refuseHoles(tensors: ReadonlyMap<string, TensorLocation>, dataStart: number, size: number | undefined, file: string): void {
  const ordered = [...tensors].sort(([, a], [, b]) => a.offset - b.offset || a.length - b.length);
  let [end, last] = [dataStart, ""];
  for (const [name, { offset, length }] of ordered) {
    if (offset < end) throw damaged(file, said(`tensors "{last}" and "{name}" overlap`, { last, name }));
    if (offset > end) throw damaged(file, said(`{count} bytes before tensor "{name}", from byte {end} on, belong to no tensor`, { count: offset - end, name, end }));
    [end, last] = [offset + length, name];
  }
  if (size !== undefined && size > end) {
    const count = size - end;
    throw damaged(file, last ? said(`{count} bytes after its last tensor, "{last}", belong to no tensor`, { count, last }) : said("{count} bytes after its header, which names no tensor, belong to no tensor", { count }));
  }
}

export function damaged(file: string, what: Said): CheckpointError {
  return new CheckpointError(said("{file} is not a sound safetensors file: {what}. Download it again; an interrupted download is the usual cause.", { file, what }));
}
