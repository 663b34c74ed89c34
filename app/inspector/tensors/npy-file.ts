/** NumPy's .npy format, version 1.0. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import type { StoredTensor, StoredType } from "./safetensors-file";
import { numbersOf } from "./tensor-numbers";

/** NumPy has no bfloat16; float32 holds its every value. */
const descriptions: Record<StoredType, string> = {
  F64: "<f8", F32: "<f4", F16: "<f2", BF16: "<f4", I64: "<i8", I32: "<i4", I16: "<i2", I8: "|i1", U64: "<u8", U32: "<u4", U16: "<u2", U8: "|u1", BOOL: "|b1",
};

/** NumPy leaves room for a first dimension of so many digits, to append in place. With it, files are those of numpy.save to the byte. */
const growthDigits = 21;

/** Little endian, C order, with the data on a multiple of 64 bytes. */
export function npyFile(tensor: StoredTensor): Uint8Array<ArrayBuffer> {
  const data = tensor.dtype === "BF16" ? new Uint8Array(numbersOf(tensor).buffer) : tensor.bytes;
  const shape = tensor.dims.length === 1 ? `(${tensor.dims[0]},)` : `(${tensor.dims.join(", ")})`;
  const growth = tensor.dims.length === 0 ? 0 : growthDigits - String(tensor.dims[0]).length;
  const text = `{'descr': '${descriptions[tensor.dtype]}', 'fortran_order': False, 'shape': ${shape}, }${" ".repeat(growth)}`;
  // Magic string, version and length field take ten bytes, the closing line break one.
  const padding = (64 - ((10 + text.length + 1) % 64)) % 64;
  const header = new TextEncoder().encode(`${text}${" ".repeat(padding)}\n`);
  const file = new Uint8Array(10 + header.length + data.length);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  new DataView(file.buffer).setUint16(8, header.length, true);
  file.set(header, 10);
  file.set(data, 10 + header.length);
  return file;
}
