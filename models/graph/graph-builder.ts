/**
 * Builds an ONNX graph whose weights stay in the checkpoint's .safetensors files.
 *
 * A builder is also a place in the checkpoint: `g.at("transformer_blocks.0")` writes into the same graph, and its
 * weights and node names start with that prefix. So a layer takes one builder and asks for "weight" and "bias".
 */
import { relative, sep } from "node:path";
import type { StoredType } from "../checkpoints/safetensors";
import type { Weights } from "../checkpoints/weights";
import { constantBytes } from "./constant-bytes";
import { encodeModel, typeCode, type Attribute, type Dim, type Initializer, type Node, type OnnxType, type Port } from "./onnx-encoding";

export type { Dim, OnnxType, Port } from "./onnx-encoding";

/** Changing what any graph computes must change this: it is part of every written graph's name. */
export const writerVersion = "1";

/** Opset 23 is the first with RotaryEmbedding and RMSNormalization; IR version 11 came with it. */
const opsets = { "": 23, "com.microsoft": 1 } as const;
const irVersion = 11;

/** ONNX Runtime's own operators. */
export const contrib = "com.microsoft";

/** The number type that layers compute in. Graph inputs and outputs are float32 and int64 whatever it is. */
export type Precision = "float32" | "float16" | "bfloat16";

/** An edge of the graph. */
export interface Value {
  readonly name: string;
  readonly type: OnnxType;
}

export const int = (value: number): Attribute => ({ kind: "int", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const text = (value: string): Attribute => ({ kind: "string", value });
export const ints = (value: readonly number[]): Attribute => ({ kind: "ints", value });
export const floats = (value: readonly number[]): Attribute => ({ kind: "floats", value });

interface NodeOptions {
  domain?: string;
  /** The outputs' type, where it is not the first input's. */
  type?: OnnxType;
}

interface ExternalInitializer extends Omit<Initializer, "data"> {
  data: Uint8Array | { file: string; offset: number; length: number };
}

/** What all places of one graph share. */
interface GraphState {
  readonly name: string;
  readonly precision: Precision;
  readonly inputs: Port[];
  readonly outputs: Port[];
  readonly initializers: Map<string, ExternalInitializer>;
  readonly casts: Node[];
  readonly castNodes: Map<string, Value>;
  readonly nodes: Node[];
  counter: number;
}

export interface GraphOptions {
  readonly name: string;
  readonly weights: Weights;
  readonly precision?: Precision;
}

export class GraphBuilder {
  private constructor(
    private readonly state: GraphState,
    readonly weights: Weights,
    private readonly prefix: string,
  ) {}

  static create({ name, weights, precision = "float32" }: GraphOptions): GraphBuilder {
    const state: GraphState = {
      name, precision, inputs: [], outputs: [], initializers: new Map(), casts: [], castNodes: new Map(), nodes: [], counter: 0,
    };
    return new GraphBuilder(state, weights, "");
  }

  get name(): string {
    return this.state.name;
  }
  get precision(): Precision {
    return this.state.precision;
  }
  get inputs(): readonly Port[] {
    return this.state.inputs;
  }
  get outputs(): readonly Port[] {
    return this.state.outputs;
  }

  /** The same graph, further down in the checkpoint: names are joined with a dot. */
  at(path: string | number): GraphBuilder {
    return new GraphBuilder(this.state, this.weights, `${this.prefix}${path}.`);
  }

  /** The same graph over another component's weights, from the top. Two components may share tensor names. */
  with(weights: Weights): GraphBuilder {
    return new GraphBuilder(this.state, weights, "");
  }

  /** A graph input. Floats come in as float32 and are cast to the graph's precision, unless `exact`. */
  input(name: string, type: "float32" | "int64", dims: readonly Dim[], options: { exact?: boolean } = {}): Value {
    if (this.state.inputs.some((port) => port.name === name)) throw new Error(`Graph ${this.name} already has an input "${name}".`);
    this.state.inputs.push({ name, type, dims });
    const value: Value = { name, type };
    return type === "float32" && !options.exact ? this.cast(value, this.precision) : value;
  }

  /** Names a value as a graph output, cast to float32 when it is a narrower float. */
  output(name: string, value: Value, dims: readonly Dim[]): void {
    if (this.state.outputs.some((port) => port.name === name)) throw new Error(`Graph ${this.name} already has an output "${name}".`);
    const narrow = value.type === "float16" || value.type === "bfloat16";
    const type = narrow ? "float32" : value.type;
    // A Cast to the same type is an Identity that ONNX Runtime removes.
    this.state.nodes.push({ op: "Cast", domain: "", name: `output.${name}`, inputs: [value.name], outputs: [name], attributes: { to: int(typeCode(type)) } });
    this.state.outputs.push({ name, type, dims });
  }

  has(name: string): boolean {
    return this.weights.has(this.prefix + name);
  }

  /**
   * A tensor of the checkpoint in the graph's precision. Its bytes stay where they are. Throws a CheckpointError when
   * it is missing, has another shape, or holds no floats.
   */
  weight(name: string, shape: readonly number[], type: OnnxType = this.precision): Value {
    const full = this.prefix + name;
    const location = this.weights.parameter(full, shape);
    const initializer = `${this.weights.component}/${full}`;
    const stored = onnxTypes[location.dtype]!;
    if (!this.state.initializers.has(initializer)) {
      this.state.initializers.set(initializer, {
        name: initializer, type: stored, dims: location.shape,
        data: { file: location.file, offset: location.offset, length: location.length },
      });
    }
    if (stored === type) return { name: initializer, type };
    const key = `${initializer}:${type}`;
    const known = this.state.castNodes.get(key);
    if (known) return known;
    // These Casts come before every other node: ONNX Runtime then frees each wide copy right after its use, instead of
    // holding all of them at once.
    const cast: Value = { name: key, type };
    this.state.casts.push({ op: "Cast", domain: "", name: key, inputs: [initializer], outputs: [key], attributes: { to: int(typeCode(type)) } });
    this.state.castNodes.set(key, cast);
    return cast;
  }

  /** One node with one output. `null` leaves out an optional input. */
  node(op: string, inputs: readonly (Value | null)[], attributes: Readonly<Record<string, Attribute>> = {}, options: NodeOptions = {}): Value {
    return this.nodes(op, inputs, 1, attributes, options)[0]!;
  }

  /** One node with several outputs. */
  nodes(op: string, inputs: readonly (Value | null)[], outputCount: number, attributes: Readonly<Record<string, Attribute>> = {}, options: NodeOptions = {}): Value[] {
    const name = `${this.weights.component}/${this.prefix}${op}_${this.state.counter++}`;
    const type = options.type ?? inputs[0]?.type;
    if (!type) throw new Error(`Node ${name} has no first input to take its type from; say it.`);
    const outputs = Array.from({ length: outputCount }, (_, i): Value => ({ name: i === 0 ? name : `${name}:${i}`, type }));
    this.state.nodes.push({
      op, domain: options.domain ?? "", name, attributes,
      inputs: inputs.map((input) => input?.name ?? ""), outputs: outputs.map((output) => output.name),
    });
    return outputs;
  }

  /** Numbers written into the graph itself. */
  constant(values: readonly number[] | Float32Array, dims: readonly number[], type: OnnxType = this.precision): Value {
    const bytes = constantBytes(values, type);
    // Equal constants share one initializer; a block's reshapes alone would otherwise add thousands.
    const key = values.length <= 16 ? `constant:${type}[${dims.join(",")}]=${[...values].join(",")}` : `constant:${this.state.counter++}`;
    if (!this.state.initializers.has(key)) this.state.initializers.set(key, { name: key, type, dims, data: bytes });
    return { name: key, type };
  }

  scalar(value: number, type: OnnxType = this.precision): Value {
    return this.constant([value], [], type);
  }

  add(a: Value, b: Value): Value {
    return this.node("Add", [a, b]);
  }
  sub(a: Value, b: Value): Value {
    return this.node("Sub", [a, b]);
  }
  mul(a: Value, b: Value): Value {
    return this.node("Mul", [a, b]);
  }
  div(a: Value, b: Value): Value {
    return this.node("Div", [a, b]);
  }

  cast(value: Value, type: OnnxType): Value {
    return value.type === type ? value : this.node("Cast", [value], { to: int(typeCode(type)) }, { type });
  }

  /** 0 keeps the input's size at that place, -1 takes what is left. */
  reshape(value: Value, shape: readonly number[]): Value {
    return this.node("Reshape", [value, this.constant(shape, [shape.length], "int64")]);
  }

  reshapeTo(value: Value, shape: Value): Value {
    return this.node("Reshape", [value, shape]);
  }

  transpose(value: Value, order: readonly number[]): Value {
    return this.node("Transpose", [value], { perm: ints(order) });
  }

  concat(values: readonly Value[], axis: number): Value {
    return values.length === 1 ? values[0]! : this.node("Concat", values, { axis: int(axis) });
  }

  /** Equal parts along an axis. */
  split(value: Value, parts: number, axis: number): Value[] {
    return this.nodes("Split", [value], parts, { axis: int(axis), num_outputs: int(parts) });
  }

  /** `value[start:end]` along one axis; bounds are numbers, or int64 values of shape [1]. Without `end`: to the last. */
  slice(value: Value, axis: number, start: number | Value, end: number | Value = 2 ** 31 - 1): Value {
    const bound = (at: number | Value) => (typeof at === "number" ? this.constant([at], [1], "int64") : at);
    return this.node("Slice", [value, bound(start), bound(end), this.constant([axis], [1], "int64")]);
  }

  /** Rows of `table` at int64 `indices`. */
  gather(table: Value, indices: Value, axis = 0): Value {
    return this.node("Gather", [table, indices], { axis: int(axis) });
  }

  unsqueeze(value: Value, axes: readonly number[]): Value {
    return this.node("Unsqueeze", [value, this.constant(axes, [axes.length], "int64")]);
  }

  /** int64 [end - start]: the sizes of axes start to end. */
  shape(value: Value, start: number, end: number): Value {
    return this.node("Shape", [value], { start: int(start), end: int(end) }, { type: "int64" });
  }

  expand(value: Value, shape: Value): Value {
    return this.node("Expand", [value, shape]);
  }

  /**
   * The .onnx file's bytes, for a file that will lie in `folder`: ONNX Runtime looks for weights relative to it and
   * refuses what lies outside. `relocate` names the file to read instead of a weight file, such as a hard link to it.
   * Throws when a weight file is not below `folder`.
   */
  encode(folder: string, relocate: (file: string) => string = (file) => file): Uint8Array {
    const initializers = [...this.state.initializers.values()].map((initializer): Initializer => {
      if (initializer.data instanceof Uint8Array) return { ...initializer, data: initializer.data };
      const { file, offset, length } = initializer.data;
      return { ...initializer, data: { location: locationBelow(folder, relocate(file)), offset, length } };
    });
    return encodeModel({
      name: this.name, producerVersion: writerVersion, opsets, irVersion,
      inputs: this.inputs, outputs: this.outputs, initializers, nodes: [...this.state.casts, ...this.state.nodes],
    });
  }

  /** The real paths of the weight files that the graph points into. */
  weightFiles(): string[] {
    const files = new Set<string>();
    for (const { data } of this.state.initializers.values()) if (!(data instanceof Uint8Array)) files.add(data.file);
    return [...files].sort();
  }
}

const onnxTypes: Partial<Record<StoredType, OnnxType>> = { F32: "float32", F16: "float16", BF16: "bfloat16" };

function locationBelow(folder: string, file: string): string {
  const path = relative(folder, file);
  if (path.startsWith("..") || path === "" || path.startsWith(sep)) {
    throw new Error(`${file} does not lie below ${folder}, where the graph is written. ONNX Runtime would refuse to read it.`);
  }
  return path.split(sep).join("/");
}
