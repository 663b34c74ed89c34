/**
 * The safetensors file format: 8 bytes of little-endian header length, a JSON header, then raw tensor data.
 * Format: https://huggingface.co/docs/safetensors. Every machine this runs on is little-endian, as the format is.
 */
import { closeSync, fstatSync, openSync, readSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { said } from "../said";
import { elementCount, type DType, type Tensor, type TensorData, type Tensors } from "../tensor";
import { CheckpointError } from "./checkpoint-error";
import { reading } from "./file-reading";
import { refusePickle } from "./pickle";
import { bytesPerElement, damaged, headerLengthOf, parseHeader, type SafetensorsHeader, type StoredType, type TensorLocation } from "./safetensors-header";

export { CheckpointError } from "./checkpoint-error";
export { refusePickle } from "./pickle";
export type { SafetensorsHeader, StoredType, TensorLocation } from "./safetensors-header";

export interface HeaderReading {
  /** Take a file whose data has not been downloaded: it may end anywhere after its header. */
  readonly headersOnly?: boolean;
}

/** Reads and checks the header of `path`. Throws a CheckpointError for anything that is not a sound safetensors file. */
export function readSafetensorsHeader(path: string, options: HeaderReading = {}): SafetensorsHeader {
  refusePickle(path);
  return reading(path, () => readHeader(path, options));
}

function readHeader(path: string, { headersOnly = false }: HeaderReading): SafetensorsHeader {
  const file = realpathSync(path);
  const handle = openSync(file, "r");
  try {
    const { size } = fstatSync(handle);
    if (size < 8) throw damaged(file, said("it has {size} bytes, fewer than a header's length field", { size }));
    const prefix = new Uint8Array(8);
    readSync(handle, prefix, 0, 8, 0);
    const headerLength = headerLengthOf(prefix, size, file);
    const headerBytes = new Uint8Array(headerLength);
    const read = readSync(handle, headerBytes, 0, headerLength, 8);
    if (read !== headerLength) throw damaged(file, said("only {read} of {headerLength} header bytes could be read", { read, headerLength }));
    return { file, size, headerBytes, ...parseHeader(headerBytes, file, headersOnly ? undefined : size) };
  } finally {
    closeSync(handle);
  }
}

/** Reads one tensor. bfloat16 widens to float32, which holds every bfloat16 value exactly; float64 is refused. */
export function readTensor(header: SafetensorsHeader, name: string): Tensor {
  const location = header.tensors.get(name);
  if (!location) {
    throw new CheckpointError(said(`{file} has no tensor "{name}" (it has {size} others). Check that the file belongs to this model.`, { file: header.file, name, size: header.tensors.size }));
  }
  return readLocation(location, name);
}

/** Reads the bytes a location points at. `name` is for messages. */
export function readLocation(location: TensorLocation, name: string): Tensor {
  return tensorFromBytes(reading(location.file, () => readBytes(location, name)), location, name);
}

function readBytes(location: TensorLocation, name: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(location.length);
  const handle = openSync(location.file, "r");
  try {
    // A single read returns at most 2 GiB, less at the end of a truncated file.
    let done = 0;
    while (done < bytes.length) {
      const read = readSync(handle, bytes, done, Math.min(bytes.length - done, 1 << 30), location.offset + done);
      if (read === 0) throw damaged(location.file, said(`tensor "{name}" ends after {done} of {count} bytes`, { name, done, count: bytes.length }));
      done += read;
    }
  } finally {
    closeSync(handle);
  }
  return bytes;
}

/**
 * A safetensors file in memory. The order (widest elements first, then by name) follows the reference writer, keeps
 * every tensor aligned, and makes equal tensors give equal bytes.
 */
export function encodeSafetensors(tensors: Tensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const names = Object.keys(tensors).sort((a, b) => {
    const width = bytesPerElement[storedType(tensors[b]!.dtype)] - bytesPerElement[storedType(tensors[a]!.dtype)];
    return width !== 0 ? width : a < b ? -1 : 1;
  });
  const header: Record<string, unknown> = {};
  const sortedMetadata = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (Object.keys(sortedMetadata).length > 0) header["__metadata__"] = sortedMetadata;
  let end = 0;
  for (const name of names) {
    const { dtype, dims, data } = tensors[name]!;
    if (data.length !== elementCount(dims)) {
      throw new RangeError(`Tensor "${name}" of shape [${dims.join(", ")}] needs ${elementCount(dims)} values, got ${data.length}.`);
    }
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: storedType(dtype), shape: [...dims], data_offsets: [begin, end] };
  }
  let text = JSON.stringify(header);
  let headerBytes = new TextEncoder().encode(text);
  // Spaces up to a multiple of 8, so that the data that follows is aligned for every element type.
  text += " ".repeat((8 - (headerBytes.length % 8)) % 8);
  headerBytes = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + headerBytes.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  bytes.set(headerBytes, 8);
  let offset = 8 + headerBytes.length;
  for (const name of names) {
    const { data } = tensors[name]!;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** The tensors and metadata of a safetensors file in memory. `label` names it in errors. Data is copied. */
export function decodeSafetensors(bytes: Uint8Array, label: string): { tensors: Record<string, Tensor>; metadata: Record<string, string> } {
  if (bytes.length < 8) throw damaged(label, said("it has {count} bytes, fewer than a header's length field", { count: bytes.length }));
  const headerLength = headerLengthOf(bytes.subarray(0, 8), bytes.length, label);
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), label, bytes.length);
  const tensors: Record<string, Tensor> = {};
  for (const [name, location] of header.tensors) {
    // Not bytes.slice: a Node Buffer's shares its memory, where an element type would start unaligned or too early.
    tensors[name] = tensorFromBytes(new Uint8Array(bytes.subarray(location.offset, location.offset + location.length)), location, name);
  }
  return { tensors, metadata: { ...header.metadata } };
}

/** Writes a file whole or not at all: to a temporary name first, then renamed. */
export function writeSafetensors(path: string, tensors: Tensors, metadata: Readonly<Record<string, string>> = {}): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, encodeSafetensors(tensors, metadata));
  renameSync(temporary, path);
}

const storedTypes: Record<DType, StoredType> = { float32: "F32", float16: "F16", int64: "I64", int32: "I32", uint8: "U8", bool: "BOOL" };

function storedType(dtype: DType): StoredType {
  return storedTypes[dtype];
}

function tensorFromBytes(bytes: Uint8Array, { dtype, shape, file }: TensorLocation, name: string): Tensor {
  const build = <D extends DType>(type: D, data: TensorData[D]): Tensor => ({ dtype: type, dims: shape, data });
  const { buffer } = bytes;
  switch (dtype) {
    case "F32":
      return build("float32", new Float32Array(buffer));
    case "F16":
      return build("float16", new Uint16Array(buffer));
    case "BF16":
      return build("float32", widenBfloat16(new Uint16Array(buffer)));
    case "I64":
      return build("int64", new BigInt64Array(buffer));
    case "I32":
      return build("int32", new Int32Array(buffer));
    case "U8":
      return build("uint8", bytes);
    case "BOOL":
      return build("bool", bytes);
    default:
      throw new CheckpointError(said(`{file}: tensor "{name}" is stored as {dtype}, which is not supported. Use a checkpoint in float32, float16 or bfloat16.`, { file, name, dtype }));
  }
}

/** A bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  return new Float32Array(words.buffer);
}
