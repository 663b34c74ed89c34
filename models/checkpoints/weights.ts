/** The weights of one component: tensor names and where each lies, over one file or many shards. */
import { said } from "../said";
import { float32Data, type Tensor } from "../tensor";
import { CheckpointError } from "./checkpoint-error";
import { readLocation, type SafetensorsHeader, type StoredType, type TensorLocation } from "./safetensors";
import type { WeightAudit } from "./weight-audit";

/** What a layer's parameters may be stored in: ONNX Runtime casts each of them on every device. */
const parameterTypes: ReadonlySet<StoredType> = new Set(["F32", "F16", "BF16"]);

export class Weights {
  /**
   * `component` tells apart equal tensor names of two components in one graph ("transformer", "controlnet").
   * `source` is the folder or file, for messages. `prefix` is what `within` has cut from the names.
   */
  private constructor(
    readonly component: string,
    readonly source: string,
    readonly headers: readonly SafetensorsHeader[],
    private readonly entries: ReadonlyMap<string, TensorLocation>,
    private readonly prefix = "",
    private readonly audit?: WeightAudit,
  ) {}

  /** Throws a CheckpointError when two files hold a tensor of one name. */
  static of(component: string, source: string, headers: readonly SafetensorsHeader[]): Weights {
    const entries = new Map<string, TensorLocation>();
    for (const header of headers) {
      for (const [name, location] of header.tensors) {
        const other = entries.get(name);
        if (other) {
          throw new CheckpointError(said(`{file} and {other} both hold tensor "{name}". Remove the file that is not part of this checkpoint, or download the shards again.`, { file: other.file, other: header.file, name }));
        }
        entries.set(name, location);
      }
    }
    return new Weights(component, source, headers, entries);
  }

  /** The same weights, where `audit` notes what is asked for, and what does not fit instead of throwing. */
  audited(audit: WeightAudit): Weights {
    return new Weights(this.component, this.source, this.headers, this.entries, this.prefix, audit);
  }

  find(name: string): TensorLocation | undefined {
    return this.entries.get(this.prefix + name);
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  /** Names below this prefix, with the prefix cut. */
  names(): string[] {
    return [...this.entries.keys()].filter((name) => name.startsWith(this.prefix)).map((name) => name.slice(this.prefix.length));
  }

  /** The same files seen below a prefix: `within("vision_language_model.")` finds "model.norm.weight". */
  within(prefix: string, component = this.component): Weights {
    return new Weights(component, this.source, this.headers, this.entries, this.prefix + prefix, this.audit);
  }

  /** The location of a tensor that must exist, with this shape when one is given. Throws a CheckpointError. */
  require(name: string, shape?: readonly number[]): TensorLocation {
    const full = this.prefix + name;
    const found = this.entries.get(full);
    this.audit?.ask(full);
    if (!found) {
      if (this.audit) return this.audit.missing(full, shape, this.source);
      const values = { source: this.source, full, component: this.component };
      throw new CheckpointError(
        shape
          ? said(`{source} has no tensor "{full}" of shape [{shape}], which the {component} needs. Check that all shards are downloaded and that config.json belongs to these weights.`, { ...values, shape: shape.join(", ") })
          : said(`{source} has no tensor "{full}", which the {component} needs. Check that all shards are downloaded and that config.json belongs to these weights.`, values),
      );
    }
    if (shape && (found.shape.length !== shape.length || found.shape.some((dim, axis) => dim !== shape[axis]))) {
      if (this.audit) return this.audit.misshaped(full, shape, found);
      throw new CheckpointError(
        said(`{file}: tensor "{full}" has shape [{shape}], the {component}'s config asks for [{wanted}]. The config.json and the weights come from different models; download both from the same place.`, { file: found.file, full, shape: found.shape.join(", "), component: this.component, wanted: shape.join(", ") }),
      );
    }
    return found;
  }

  /** `require` for what a layer computes with: a tensor of floats. Throws a CheckpointError for one stored otherwise. */
  parameter(name: string, shape: readonly number[]): TensorLocation {
    const found = this.require(name, shape);
    if (parameterTypes.has(found.dtype)) return found;
    const full = this.prefix + name;
    if (this.audit) return this.audit.mistyped(full, found);
    throw new CheckpointError(
      said(`{file}: tensor "{full}" is stored as {dtype}, which the {component} cannot compute with. Use a checkpoint in float32, float16 or bfloat16.`, { file: found.file, full, dtype: found.dtype, component: this.component }),
    );
  }

  read(name: string, shape?: readonly number[]): Tensor {
    return readLocation(this.require(name, shape), this.prefix + name);
  }

  readFloat32(name: string, shape?: readonly number[]): Float32Array {
    return float32Data(this.read(name, shape), this.prefix + name);
  }
}
