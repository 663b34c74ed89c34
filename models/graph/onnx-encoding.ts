/**
 * The part of ONNX's protobuf that the writer needs. Field numbers from onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

export type OnnxType = "float32" | "float16" | "bfloat16" | "int64" | "int32" | "uint8" | "bool";

const typeCodes: Record<OnnxType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, bfloat16: 16 };

export function typeCode(type: OnnxType): number {
  return typeCodes[type];
}

/** A fixed size, or the name of a size known only when the graph runs. */
export type Dim = number | string;

export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "floats"; readonly value: readonly number[] };

export interface Node {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  /** Empty string for an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Initializer {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly number[];
  readonly data: Uint8Array | { readonly location: string; readonly offset: number; readonly length: number };
}

export interface Port {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly Dim[];
}

export interface Model {
  readonly name: string;
  readonly producerVersion: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly Node[];
}

export function encodeModel(model: Model): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(1 << 3).int64(model.irVersion);
  text(writer, 2, "bifrost-studio");
  text(writer, 3, model.producerVersion);
  message(writer, 7, () => writeGraph(writer, model));
  for (const [domain, version] of Object.entries(model.opsets)) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      writer.uint32(2 << 3).int64(version);
    });
  }
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, model: Model): void {
  for (const node of model.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, model.name);
  for (const initializer of model.initializers) message(writer, 5, () => writeInitializer(writer, initializer));
  for (const port of model.inputs) message(writer, 11, () => writePort(writer, port));
  for (const port of model.outputs) message(writer, 12, () => writePort(writer, port));
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.name);
  text(writer, 4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, () => writeAttribute(writer, name, attribute));
  }
  text(writer, 7, node.domain);
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  text(writer, 1, name);
  const kind = (code: number) => writer.uint32(20 << 3).int32(code);
  switch (attribute.kind) {
    case "float":
      writer.uint32((2 << 3) | WireType.Bit32).float(attribute.value);
      kind(1);
      break;
    case "int":
      writer.uint32(3 << 3).int64(attribute.value);
      kind(2);
      break;
    case "string":
      text(writer, 4, attribute.value);
      kind(3);
      break;
    case "floats":
      for (const value of attribute.value) writer.uint32((7 << 3) | WireType.Bit32).float(value);
      kind(6);
      break;
    case "ints":
      for (const value of attribute.value) writer.uint32(8 << 3).int64(value);
      kind(7);
      break;
  }
}

function writeInitializer(writer: BinaryWriter, { name, type, dims, data }: Initializer): void {
  for (const dim of dims) writer.uint32(1 << 3).int64(dim);
  writer.uint32(2 << 3).int32(typeCode(type));
  text(writer, 8, name);
  if (data instanceof Uint8Array) {
    writer.uint32((9 << 3) | WireType.LengthDelimited).bytes(data);
    return;
  }
  const entries = { location: data.location, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries)) {
    message(writer, 13, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  writer.uint32(14 << 3).int32(1); // data_location = EXTERNAL
}

function writePort(writer: BinaryWriter, port: Port): void {
  text(writer, 1, port.name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.uint32(1 << 3).int32(typeCode(port.type));
      message(writer, 2, () => {
        for (const dim of port.dims) {
          message(writer, 1, () => {
            if (typeof dim === "number") writer.uint32(1 << 3).int64(dim);
            else text(writer, 2, dim);
          });
        }
      });
    }),
  );
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.uint32((field << 3) | WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.uint32((field << 3) | WireType.LengthDelimited).fork();
  write();
  writer.join();
}
