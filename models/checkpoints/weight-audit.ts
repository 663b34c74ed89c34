/** What the graph builders asked of a component's weights, and everything that did not fit. */
import { said } from "../said";
import { CheckpointError } from "./checkpoint-error";
import type { TensorLocation } from "./safetensors-header";

export interface TensorProblem {
  readonly kind: "missing" | "unexpected" | "mis-shaped" | "wrong type";
  readonly tensor: string;
  /** The shape or type, and the one that is wanted. */
  readonly says: string;
}

/** Above what any of the supported networks has in all. */
const mostProblems = 10_000;

export class WeightAudit {
  private readonly names = new Set<string>();
  private readonly found = new Map<string, TensorProblem>();

  /** Full names, in the order in which they were first asked for. */
  get asked(): ReadonlySet<string> {
    return this.names;
  }

  /** One for each tensor. */
  get problems(): readonly TensorProblem[] {
    return [...this.found.values()];
  }

  ask(tensor: string): void {
    this.names.add(tensor);
  }

  /** Notes a problem and gives what the builder can go on with. */
  missing(tensor: string, shape: readonly number[] | undefined, file: string): TensorLocation {
    this.note("missing", tensor, shape ? bracketed(shape) : "");
    return { file, dtype: "F32", shape: shape ?? [], offset: 0, length: 0 };
  }

  misshaped(tensor: string, shape: readonly number[], found: TensorLocation): TensorLocation {
    this.note("mis-shaped", tensor, `${bracketed(found.shape)}, the config asks for ${bracketed(shape)}`);
    return { ...found, dtype: "F32", shape };
  }

  mistyped(tensor: string, found: TensorLocation): TensorLocation {
    this.note("wrong type", tensor, `${found.dtype}, where F32, F16 or BF16 is needed`);
    return { ...found, dtype: "F32" };
  }

  /** Throws a CheckpointError when there are too many to be a checkpoint's: a layer count of a billion would never end. */
  private note(kind: TensorProblem["kind"], tensor: string, says: string): void {
    if (this.found.size >= mostProblems) throw new CheckpointError(said("Its config.json asks for thousands of tensors that the files do not have. Download config.json again, from where the weights are."));
    if (!this.found.has(tensor)) this.found.set(tensor, { kind, tensor, says });
  }
}

export function bracketed(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
