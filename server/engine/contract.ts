/** What the engine is given, and what it says while it runs. */
import type { Tensor, Tensors } from "@/models/tensor";
import type { Frame, LastFrame, Models, NodeRun, NodeSpec } from "@/nodes/define-node";
import type { NumericEnvironment, Recipe } from "@/nodes/recipe";
import type { Artifact, Output, RunEvent, StoredFrame } from "@/nodes/run-events";
import type { Value } from "@/nodes/values";
import type { Encoded } from "./content-hash";
import type { Memory } from "./resolve";

/** A run event whose frames and outputs are still tensors; the recorder stores them and makes a RunEvent of it. */
export type EngineEvent =
  | Exclude<RunEvent, { type: "queued" | "frame" | "frames-thinned" | "node-done" | "node-started" | "node-reused" }>
  | { type: "frame"; nodeId: string; frame: Frame }
  | (Extract<RunEvent, { type: "node-started" | "node-reused" }> & { recipe?: Recipe })
  | { type: "node-done"; nodeId: string; seconds: number; outputs: Record<string, EngineOutput> };

export interface EngineOutput {
  readonly type: Value["type"];
  readonly facts: Output["facts"];
  readonly shapes: Output["shapes"];
  readonly encoded: Encoded;
  /** 8-bit RGB [height, width, 3]; null for what has no picture. */
  readonly picture: Tensor<"uint8"> | null;
}

/** A node that an earlier attempt finished: what it gave, and the key of that result; null where it had none. */
export interface Finished {
  readonly key: string | null;
  readonly outputs: Readonly<Record<string, Output>>;
}

/** What an interrupted attempt left of a node: its frames, and the key of the result they lead to. */
export interface Partial {
  readonly key: string;
  readonly frames: readonly StoredFrame[];
}

/** What a run knows when it begins, by instance id. */
export interface Beginning {
  /** Nodes that are done already, when it resumes. */
  readonly finished: Readonly<Record<string, Finished>>;
  readonly partial: Readonly<Record<string, Partial>>;
  /** Node ids to compute although their results are there; "*" for all. */
  readonly forced: readonly string[];
}

/** What may have become of the files of a result, as the reason why it is computed again. */
export type Flaw = "evicted" | "damaged";

export const freshBeginning: Beginning = { finished: {}, partial: {}, forced: [] };

export interface EngineContext {
  /** The run of a node type; undefined for an unknown one. */
  findRun(type: string): NodeRun<NodeSpec> | undefined;
  /** Models for one node; `onLoading` hears the name of each model opened for the first time. */
  models(onLoading: (model: string) => void): Models;
  /** Null while the checkpoint cannot be opened: then nothing that needs it is looked up. */
  environment(): NumericEnvironment | null;
  readonly memory: Memory;
  loadImage(hash: string): Promise<Value<"image">>;
  loadTensors(hash: string): Promise<Tensors>;
  /** A stored result as a value again. Throws an ArtifactError when its file is gone or damaged. */
  restore(output: Output): Promise<Value>;
  /** What has become of the files of a stored result; null when they are sound. */
  flaw(outputs: readonly Output[]): Promise<Flaw | null>;
  /** Whether a file is stored already; asked about a result that was just computed. */
  isStored(artifact: Artifact): boolean;
  /** The stored tensors of a frame. Throws as `restore` does. */
  restoreFrame(step: number, tensors: Artifact): Promise<LastFrame>;
  pictureOf(value: Value): Tensor<"uint8"> | null;
  /** Takes events in order; the engine waits for it, so that a slow disk slows the run down and not memory up. */
  emit(event: EngineEvent): void | Promise<void>;
  /** Hears of failures that are defects rather than mistakes a person can mend: a matter for the log. */
  report(error: unknown): void;
  readonly signal: AbortSignal;
}
