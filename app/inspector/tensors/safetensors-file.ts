/** A safetensors file as it was fetched, taken apart without copying. https://huggingface.co/docs/safetensors */
import { z } from "zod";
import { type Said, said } from "@/nodes/said";
import { InspectorError } from "../inspector-error";

/** What each element takes, in bytes. Eight-bit floats are left out: nothing here writes them. */
export const elementBytes = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 } as const;
export type StoredType = keyof typeof elementBytes;

/** A tensor inside a fetched file. `bytes` is a view on the file, little endian, row by row. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: StoredType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Beyond this a browser would run out of memory before it drew anything. */
export const mostElements = 2 ** 28;

type Label = string | Said;

const size = z.int().min(0);
const entrySchema = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });
const headerSchema = z.record(z.string(), z.unknown());

/** The tensors of `file`, in the order of its header. `label` names it in errors, such as “artifact 12ab34cd”. Throws an Error for a file that is not sound. */
export function parseSafetensors(file: ArrayBuffer, label: Label): StoredTensor[] {
  if (file.byteLength < 8) throw damaged(label, said("it has {count} bytes, fewer than a header's length field", { count: file.byteLength }));
  const length = new DataView(file).getBigUint64(0, true);
  if (length > BigInt(file.byteLength - 8)) throw damaged(label, said("its header claims {length} bytes, the file has {size}", { length, size: file.byteLength }));
  const dataStart = 8 + Number(length);
  const { __metadata__: _, ...entries } = parseHeader(new Uint8Array(file, 8, Number(length)), label);
  const tensors = Object.entries(entries).map(([name, entry]) => parseEntry(name, entry, file, dataStart, label));
  refuseHoles(tensors, dataStart, file.byteLength, label);
  return tensors;
}

function parseHeader(bytes: Uint8Array, label: Label): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw damaged(label, said("its header is not JSON"));
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) throw damaged(label, said("its header is not a JSON object"));
  return header.data;
}

function parseEntry(name: string, entry: unknown, file: ArrayBuffer, dataStart: number, label: Label): StoredTensor {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw damaged(label, said(`tensor "{name}" has no dtype, shape and data_offsets`, { name }));
  const { dtype, shape, data_offsets: [begin, end] } = parsed.data;
  if (!Object.hasOwn(elementBytes, dtype)) throw new InspectorError(said(`Tensor "{name}" of {label} is stored as {dtype}, which the inspector does not read. It reads {types}.`, { name, label, dtype, types: Object.keys(elementBytes).join(", ") }));
  const stored = dtype as StoredType;
  const count = elementCount(shape);
  if (count > mostElements) throw new InspectorError(said(`Tensor "{name}" of {label} has the shape [{shape}]: {count} elements, where the inspector takes at most {most}. Save it as a file to look at it elsewhere.`, { name, label, shape: shape.join(", "), count: count.toLocaleString("en"), most: mostElements.toLocaleString("en") }));
  const expected = count * elementBytes[stored];
  if (end - begin !== expected) throw damaged(label, said(`tensor "{name}" of {dtype} [{shape}] needs {expected} bytes and is given {given}`, { name, dtype, shape: shape.join(", "), expected, given: end - begin }));
  if (dataStart + end > file.byteLength) throw damaged(label, said(`tensor "{name}" ends at byte {end}, the file at {size}`, { name, end: dataStart + end, size: file.byteLength }));
  return { name, dtype: stored, dims: shape, bytes: new Uint8Array(file, dataStart + begin, expected) };
}

/** The tensors of a sound file fill its data from the first byte to the last. */
function refuseHoles(tensors: readonly StoredTensor[], dataStart: number, fileBytes: number, label: Label): void {
  const ordered = tensors.map(({ bytes }) => bytes).sort((a, b) => a.byteOffset - b.byteOffset || a.length - b.length);
  let end = dataStart;
  for (const { byteOffset, length } of ordered) {
    if (byteOffset !== end) throw damaged(label, byteOffset < end ? said("two of its tensors overlap") : said("{count} bytes from byte {end} on belong to no tensor", { count: byteOffset - end, end }));
    end = byteOffset + length;
  }
  if (end !== fileBytes) throw damaged(label, said("{count} bytes at its end belong to no tensor", { count: fileBytes - end }));
}

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, dim) => count * dim, 1);
}

function damaged(label: Label, what: Said): InspectorError {
  return new InspectorError(said("What was received as {label} is not a sound safetensors file: {what}. Reload the page; if it stays so, run the workflow again.", { label, what }));
}
