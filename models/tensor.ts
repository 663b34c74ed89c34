/** A dense tensor in row-major order: what graphs take and give, what frames and artifacts hold. */

export interface TensorData {
  float32: Float32Array;
  /** Raw IEEE half bits, as ONNX Runtime and safetensors hold them. */
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}
export type DType = keyof TensorData;

export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly dims: readonly number[];
  readonly data: TensorData[D];
}
export type Tensors = Readonly<Record<string, Tensor>>;

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, dim) => count * dim, 1);
}

/** A float32 tensor over `data`, which is not copied. Throws when the element count does not fit `dims`. */
export function float32(data: Float32Array, dims: readonly number[]): Tensor<"float32"> {
  if (data.length !== elementCount(dims)) {
    throw new RangeError(`A float32 tensor of shape [${dims.join(", ")}] needs ${elementCount(dims)} values, got ${data.length}.`);
  }
  return { dtype: "float32", dims, data };
}

export function int64(values: readonly (number | bigint)[], dims: readonly number[]): Tensor<"int64"> {
  if (values.length !== elementCount(dims)) {
    throw new RangeError(`An int64 tensor of shape [${dims.join(", ")}] needs ${elementCount(dims)} values, got ${values.length}.`);
  }
  return { dtype: "int64", dims, data: BigInt64Array.from(values, BigInt) };
}

/** The values of a float32 tensor. Throws a TypeError naming `name` when it holds something else. */
export function float32Data(tensor: Tensor | undefined, name: string): Float32Array {
  if (tensor?.dtype !== "float32") throw new TypeError(`${name} should be a float32 tensor, got ${tensor?.dtype ?? "nothing"}.`);
  return tensor.data as Float32Array;
}

/** How many values of these tensors are NaN or infinite. */
export function countNotFinite(tensors: Tensors): number {
  let count = 0;
  for (const { dtype, data } of Object.values(tensors)) {
    if (dtype === "float32") {
      // x − x is 0 unless x is NaN or infinite.
      for (const value of data as Float32Array) if (value - value !== 0) count++;
    } else if (dtype === "float16") {
      for (const bits of data as Uint16Array) if ((bits & 0x7c00) === 0x7c00) count++;
    }
  }
  return count;
}
