/** Batches taken apart and put together: graphs for one prompt are run row by row. */
import { float32, type Tensor, type Tensors, int64 } from "../tensor";
import type { GraphBuilder } from "../graph/graph-builder";

/** Runs a graph once. A graph that is the same object is loaded once. */
export type RunGraph = (graph: GraphBuilder, feeds: Tensors) => Promise<Tensors>;

/** Row `index` of a batch, [B, …] → [1, …]. */
export function row<D extends "float32" | "int64">(tensor: Tensor<D>, index: number): Tensor<D> {
  const size = tensor.data.length / tensor.dims[0]!;
  return { dtype: tensor.dtype, dims: [1, ...tensor.dims.slice(1)], data: tensor.data.slice(index * size, (index + 1) * size) as Tensor<D>["data"] };
}

/** Rows [1, …] of one shape as a batch [B, …]. */
export function stack(rows: readonly Tensor[]): Tensor<"float32"> {
  const size = rows[0]!.data.length;
  const data = new Float32Array(rows.length * size);
  rows.forEach((one, index) => data.set(one.data as Float32Array, index * size));
  return float32(data, [rows.length, ...rows[0]!.dims.slice(1)]);
}

/** The outputs of all rows, each as a batch. */
export async function eachRow(count: number, run: (index: number) => Promise<Tensors>): Promise<Record<string, Tensor<"float32">>> {
  const rows: Tensors[] = [];
  for (let index = 0; index < count; index++) rows.push(await run(index));
  return Object.fromEntries(Object.keys(rows[0]!).map((name) => [name, stack(rows.map((one) => one[name]!))]));
}

/** A batch of one row repeated; one of `count` rows as it is. */
export function repeated(tensor: Tensor<"float32">, count: number): Tensor<"float32"> {
  return tensor.dims[0] === count ? tensor : stack(Array<Tensor>(count).fill(tensor));
}

/** int64 [1, n] of the values at `places`. */
export function picked(tensor: Tensor<"int64">, places: readonly number[]): Tensor<"int64"> {
  return int64(places.map((place) => tensor.data[place]!), [1, places.length]);
}

/** Along `axis`, the slices of `tensor` put back at `places` of `length`, zero elsewhere. */
export function spread(tensor: Tensor, axis: number, places: readonly number[], length: number): Tensor<"float32"> {
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
  const dims = tensor.dims.with(axis, length);
  const inner = product(dims.slice(axis + 1));
  const data = new Float32Array(product(dims));
  const from = tensor.data as Float32Array;
  for (let outer = 0; outer < product(dims.slice(0, axis)); outer++) {
    places.forEach((place, index) => {
      const start = (outer * places.length + index) * inner;
      data.set(from.subarray(start, start + inner), (outer * length + place) * inner);
    });
  }
  return float32(data, dims);
}
