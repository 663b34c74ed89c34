/** The tensors of one file of a parity bundle, taken by the reference's names, in whatever type they were stored. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { CheckpointError } from "../checkpoints/checkpoint-error";
import { readSafetensorsHeader, type SafetensorsHeader, type TensorLocation } from "../checkpoints/safetensors";
import { quoted } from "../said";
import { float32, type Tensor, int64 } from "../tensor";

/** A size, or a letter for one that must be the same wherever the letter stands. */
export type Shape = readonly (number | string)[];

/** Its own name first, then others that are taken for it. */
export type Names = string | readonly [string, ...string[]];

export class NamedTensors {
  private readonly asked = new Set<string>();
  /** Sizes that letters have stood for so far. */
  private readonly sizes = new Map<string, number>();

  private constructor(
    readonly file: string,
    private readonly header: SafetensorsHeader,
  ) {}

  /** Throws a CheckpointError when there is no such file, it is no safetensors file, or a tensor of it has no element. */
  static open(path: string): NamedTensors {
    if (!existsSync(path)) throw new CheckpointError(quoted(`${path} is missing. A parity bundle holds the reference's inputs in inputs.safetensors and its outputs in outputs.safetensors.`));
    const named = new NamedTensors(path, readSafetensorsHeader(path));
    for (const [name, { shape }] of named.header.tensors) {
      if (shape.includes(0)) throw named.problem(name, `has shape [${shape.join(", ")}]: no element, so nothing to compute or compare. Record a call with at least one row and one token.`);
    }
    return named;
  }

  names(): string[] {
    return [...this.header.tensors.keys()];
  }

  has(names: Names): boolean {
    return this.find(names) !== undefined;
  }

  /** A float32 tensor of this shape. Throws a CheckpointError when it is missing or has another shape. */
  floats(names: Names, shape: Shape): Tensor<"float32"> {
    const { name, location } = this.require(names);
    this.expect(name, location.shape, shape);
    return float32(Float32Array.from(this.numbers(name, location)), location.shape);
  }

  /** Whole numbers: int64 of this shape. */
  integers(names: Names, shape: Shape): Tensor<"int64"> {
    const { name, location } = this.require(names);
    this.expect(name, location.shape, shape);
    return int64(this.wholeNumbers(name, location), location.shape);
  }

  /** As `floats` and `integers`, undefined when there is none. */
  optionalFloats(names: Names, shape: Shape): Tensor<"float32"> | undefined {
    return this.has(names) ? this.floats(names, shape) : undefined;
  }

  optionalIntegers(names: Names, shape: Shape): Tensor<"int64"> | undefined {
    return this.has(names) ? this.integers(names, shape) : undefined;
  }

  /** Zeros and ones, or booleans, as int64 of this shape. Throws a CheckpointError for any other value. */
  mask(names: Names, shape: Shape): Tensor<"int64"> {
    const { name, location } = this.require(names);
    this.expect(name, location.shape, shape);
    const values = [...this.numbers(name, location)];
    const stray = values.find((value) => value !== 0 && value !== 1);
    if (stray !== undefined) throw this.problem(name, `holds ${stray}. Give it as zeros and ones, or booleans.`);
    return int64(values, location.shape);
  }

  optionalMask(names: Names, shape: Shape): Tensor<"int64"> | undefined {
    return this.has(names) ? this.mask(names, shape) : undefined;
  }

  /** The number of dimensions, for inputs that come in several forms. 0 when there is none. */
  rank(names: Names): number {
    return this.find(names)?.location.shape.length ?? 0;
  }

  dims(names: Names): readonly number[] {
    return this.require(names).location.shape;
  }

  /** `count` numbers, given as so many in any shape or as one for all. */
  each(names: Names, count: number): Float32Array {
    const { name, location } = this.require(names);
    const values = this.numbers(name, location);
    if (values.length === 1) return new Float32Array(count).fill(values[0]!);
    if (values.length !== count) throw this.misshaped(name, location.shape, `one number, or ${count} (one for each row of the batch)`);
    return Float32Array.from(values);
  }

  /** How many tensors are named `name`.0, `name`.1, … Throws a CheckpointError when one between is missing. */
  listLength(name: string): number {
    const indices = this.names().flatMap((full) => (full.startsWith(`${name}.`) && /^\d+$/.test(full.slice(name.length + 1)) ? [Number(full.slice(name.length + 1))] : []));
    const length = indices.length === 0 ? 0 : Math.max(...indices) + 1;
    for (let i = 0; i < length; i++) if (!indices.includes(i)) throw new CheckpointError(quoted(`${this.file} has ${name}.${length - 1} and no ${name}.${i}. Number the list from 0 without gaps.`));
    return length;
  }

  /** Throws a CheckpointError when the file holds names that nothing has asked for. `expected` is for the message. */
  refuseUnknown(expected: readonly string[]): void {
    const unknown = this.names().filter((name) => !this.asked.has(name));
    if (unknown.length > 0) {
      throw new CheckpointError(quoted(`${this.file} holds ${unknown.map((name) => `"${name}"`).join(", ")}, which this architecture does not take here. Names expected: ${expected.join(", ")}.`));
    }
  }

  /** An error about a tensor of this file. */
  problem(name: string, says: string): CheckpointError {
    return new CheckpointError(quoted(`${this.file}: ${name} ${says}`));
  }

  private find(names: Names): { name: string; location: TensorLocation } | undefined {
    for (const name of typeof names === "string" ? [names] : names) {
      const location = this.header.tensors.get(name);
      if (!location) continue;
      this.asked.add(name);
      return { name, location };
    }
    return undefined;
  }

  private require(names: Names): { name: string; location: TensorLocation } {
    const found = this.find(names);
    if (found) return found;
    const [name, ...others] = typeof names === "string" ? [names] : names;
    const also = others.length > 0 ? ` (or ${others.join(", ")})` : "";
    throw new CheckpointError(quoted(`${this.file} has no "${name}"${also}. It has: ${this.names().join(", ") || "nothing"}.`));
  }

  private expect(name: string, shape: readonly number[], expected: Shape): void {
    const fits = shape.length === expected.length && expected.every((want, axis) => {
      const size = shape[axis]!;
      if (typeof want === "number") return size === want;
      if (!this.sizes.has(want)) this.sizes.set(want, size);
      return this.sizes.get(want) === size;
    });
    if (fits) return;
    const known = [...new Set(expected)].filter((want) => typeof want === "string" && this.sizes.has(want)).map((want) => `${want} = ${this.sizes.get(want as string)}`);
    throw this.misshaped(name, shape, `[${expected.join(", ")}]${shape.length === expected.length && known.length > 0 ? ` with ${known.join(", ")}` : ""}`);
  }

  private misshaped(name: string, shape: readonly number[], expected: string): CheckpointError {
    return this.problem(name, `has shape [${shape.join(", ")}], expected ${expected}.`);
  }

  private wholeNumbers(name: string, location: TensorLocation): number[] {
    const values = [...this.numbers(name, location)];
    const broken = values.find((value) => !Number.isSafeInteger(value));
    if (broken !== undefined) throw this.problem(name, `should hold whole numbers, and holds ${broken}.`);
    return values;
  }

  private numbers(name: string, { dtype, offset, length, file }: TensorLocation): ArrayLike<number> & Iterable<number> {
    const bytes = new Uint8Array(length);
    const handle = openSync(file, "r");
    try {
      for (let done = 0; done < length;) done += readSync(handle, bytes, done, Math.min(length - done, 1 << 30), offset + done);
    } finally {
      closeSync(handle);
    }
    const { buffer } = bytes;
    switch (dtype) {
      case "F64":
        return new Float64Array(buffer);
      case "F32":
        return new Float32Array(buffer);
      case "F16":
        return Float32Array.from(new Uint16Array(buffer), halfValue);
      case "BF16":
        return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
      case "I64":
      case "U64":
        return Float64Array.from(new BigInt64Array(buffer), Number);
      case "I32":
        return new Int32Array(buffer);
      case "U32":
        return new Uint32Array(buffer);
      case "I16":
        return new Int16Array(buffer);
      case "U16":
        return new Uint16Array(buffer);
      case "I8":
        return new Int8Array(buffer);
      case "U8":
      case "BOOL":
        return bytes;
      default:
        throw this.problem(name, `is stored as ${dtype}. Store it in ${basename(this.file)} as float32 or int64.`);
    }
  }
}

/** What sixteen IEEE half bits stand for. */
function halfValue(half: number): number {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
  const size = exponent === 31 ? (fraction ? Number.NaN : Infinity) : exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half & 0x8000 ? -size : size;
}
