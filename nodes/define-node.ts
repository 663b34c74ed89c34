/** A node type is data plus a function: spec.ts says what it is, run.ts computes it. */
import type { z } from "zod";
import type { Pipeline } from "@/models/checkpoints/pipeline";
import type { GraphId } from "@/models/pipeline-graphs";
import { inEnglish, type Said, type SaidWords } from "@/models/said";
import type { Tensor, Tensors } from "@/models/tensor";
import type { PaperPart } from "./paper";
import type { Ports } from "./ports";
import type { Value } from "./values";

export const categories = ["Language", "Patches", "Diffusion", "Images", "Values"] as const;
export type Category = (typeof categories)[number];

/** Pure data, safe in a browser. The params schema's `.meta()` draws the form (see param-form.ts). */
export interface NodeSpec {
  readonly type: string;
  readonly title: string;
  readonly category: Category;
  /** Raised when saved params or results of this type stop meaning the same. */
  readonly version: number;
  /** One or two sentences: what it computes, on which shapes. */
  readonly help: string;
  readonly inputs: Ports;
  readonly outputs: Ports;
  readonly params: z.ZodObject;
  /** It runs networks of the checkpoint, so its results are those of one checkpoint and one way of computing only. */
  readonly usesCheckpoint?: true;
  /** A sink's result is what a run is for: runs without chosen targets compute every sink. */
  readonly sink?: true;
  /** Its one output is the value of this param, so it is known before anything runs and may feed params (param-inputs.ts). */
  readonly constant?: string;
  /** The parts of the paper that say what it computes, the nearest first. */
  readonly paper?: readonly PaperPart[];
  /** It goes on from its frames (NodeContext.resumeAfter), so it may be interrupted at any of them and loses nothing. */
  readonly resumes?: true;
  /** It runs a small network once: a sweep computes it as soon as what feeds it is there. */
  readonly quick?: true;
  /** The inspector puts it into graphs of its own, to look at a step of another node; people are not offered it. */
  readonly probe?: true;
}

export function defineNode<const S extends NodeSpec>(spec: S): S {
  return spec;
}

/** One step of a node as it happens: preview, inspection, progress and cancellation all hang on it. */
export interface Frame {
  /** Steps finished so far, 1 … total. */
  readonly step: number;
  readonly total: number;
  readonly tensors: Tensors;
  /** Scalars worth plotting over the steps, e.g. sigma. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** A small 8-bit RGB picture [height, width, 3] to show while the node runs. */
  readonly preview?: Tensor<"uint8">;
}

/** The newest frame of an interrupted run of the same node with the same inputs and params: to go on after it. */
export type LastFrame = Pick<Frame, "step" | "tensors">;

/** Loaded models, shared between nodes and runs. Sessions open on first use and stay warm. */
export interface Models {
  readonly pipeline: Pipeline;
  /** Runs one graph of the pipeline. Throws an error naming component, file and remedy when it cannot be loaded. */
  run(graph: GraphId, feeds: Tensors): Promise<Tensors>;
  /** Loads something once per pipeline (a tokenizer, say) and keeps it. */
  once<T>(key: string, load: () => Promise<T>): Promise<T>;
}

type Required<P extends Ports> = { [K in keyof P as P[K] extends { optional: true } ? never : K]: Value<P[K]["type"]> };
type Optional<P extends Ports> = { [K in keyof P as P[K] extends { optional: true } ? K : never]?: Value<P[K]["type"]> };

export type InputsOf<S extends NodeSpec> = Required<S["inputs"]> & Optional<S["inputs"]>;
export type OutputsOf<S extends NodeSpec> = Required<S["outputs"]>;
export type ParamsOf<S extends NodeSpec> = z.output<S["params"]>;

export interface NodeContext<S extends NodeSpec> {
  readonly inputs: InputsOf<S>;
  readonly params: ParamsOf<S>;
  readonly models: Models;
  /**
   * Where an interrupted run of this node got to. A node that can go on from its frames does, and ends in the same bytes
   * as if it had not been interrupted; one that cannot starts again.
   */
  readonly resumeAfter?: LastFrame;
  /** Reads a picture the person uploaded. */
  loadImage(hash: string): Promise<Value<"image">>;
  /** The tensors of a stored .safetensors file. Throws a NodeError when it is gone or damaged. */
  loadTensors(hash: string): Promise<Tensors>;
  /** Says something worth knowing that is no failure ("12 tokens were cut"). */
  notice(message: Said): void;
  /** Aborted when the run is cancelled; checked by the engine at every frame too. */
  readonly signal: AbortSignal;
}

export type NodeRun<S extends NodeSpec> = (context: NodeContext<S>) => AsyncGenerator<Frame, OutputsOf<S>, void>;

/** The run of a node whose work is a single step: it has no frames to show. */
export function oneStep<S extends NodeSpec>(compute: (context: NodeContext<S>) => Promise<OutputsOf<S>> | OutputsOf<S>): NodeRun<S> {
  // eslint-disable-next-line require-yield
  return async function* (context) {
    return compute(context);
  };
}

/** A failure the person can mend: shown on the node as it stands. */
export class NodeError extends Error {
  override readonly name = "NodeError";
  readonly said: SaidWords;
  /** What to do about it, a sentence. */
  readonly remedy: string | undefined;
  constructor(message: Said, remedy?: Said) {
    super(inEnglish(message));
    this.said = { message, ...(remedy && { remedy }) };
    this.remedy = remedy && inEnglish(remedy);
  }
}
