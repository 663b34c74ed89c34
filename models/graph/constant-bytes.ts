/** Numbers as the little-endian bytes of an ONNX type. */
import type { OnnxType } from "./onnx-encoding";

export function constantBytes(values: readonly number[] | Float32Array, type: OnnxType): Uint8Array {
  const view = ((): ArrayBufferView => {
    switch (type) {
      case "float32":
        return Float32Array.from(values);
      case "float16":
        return Uint16Array.from(values, halfBits);
      case "bfloat16":
        return Uint16Array.from(values, bfloat16Bits);
      case "int64":
        return BigInt64Array.from([...values].map(BigInt));
      case "int32":
        return Int32Array.from(values);
      case "uint8":
      case "bool":
        return Uint8Array.from(values);
    }
  })();
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

/** Round to nearest even, as every framework does. */
function bfloat16Bits(value: number): number {
  const bits = floatBits(value);
  return Number.isNaN(value) ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below the least normal half, steps are 2^-24 wide; above it, 2^-10 of the power of two below the value.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const steps = roundHalfEven(size / 2 ** (exponent - 10));
  return size < 2 ** -14 ? sign | steps : sign | (((exponent + 15) << 10) + (steps - 1024));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
