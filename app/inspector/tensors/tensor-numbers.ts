/** The elements of stored tensors as JavaScript numbers. */
import { elementBytes, type StoredTensor } from "./safetensors-file";

export type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * Every element, exactly: float32 holds all 8- and 16-bit types, float64 the others but 64-bit integers beyond 2⁵³,
 * which are rounded. A view on the file where that is possible, so not to be written to.
 */
export function numbersOf({ dtype, bytes }: StoredTensor): Numbers {
  const aligned = bytes.byteOffset % elementBytes[dtype] === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = aligned;
  const count = bytes.length / elementBytes[dtype];
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer, byteOffset, count);
    case "F64":
      return new Float64Array(buffer, byteOffset, count);
    case "F16":
      return widenFloat16(new Uint16Array(buffer, byteOffset, count));
    case "BF16":
      return widenBfloat16(new Uint16Array(buffer, byteOffset, count));
    case "I64":
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case "U64":
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, count), Number);
    case "I32":
      return new Float64Array(new Int32Array(buffer, byteOffset, count));
    case "U32":
      return new Float64Array(new Uint32Array(buffer, byteOffset, count));
    case "I16":
      return new Float32Array(new Int16Array(buffer, byteOffset, count));
    case "U16":
      return new Float32Array(new Uint16Array(buffer, byteOffset, count));
    case "I8":
      return new Float32Array(new Int8Array(buffer, byteOffset, count));
    case "U8":
    case "BOOL":
      return new Float32Array(aligned);
  }
}

/** A float32 copy, which may be given away. 64-bit types and 32-bit integers are rounded. */
export function float32Copy(numbers: Numbers): Float32Array<ArrayBuffer> {
  return new Float32Array(numbers);
}

/** A bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  return new Float32Array(words.buffer);
}

let float16Table: Float32Array | undefined;

function widenFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  float16Table ??= Float32Array.from({ length: 65_536 }, (_, bits) => float16(bits));
  const wide = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) wide[i] = float16Table[halves[i]!]!;
  return wide;
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
