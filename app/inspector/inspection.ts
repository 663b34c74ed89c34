/** What the inspector shows and how: chosen by a person, kept while nodes and steps change, written into links. */
import type { InspectedRun } from "./subject";
import { firstOptions, type ViewOptions } from "./views";

export const compareModes = ["side", "difference", "swipe", "flicker"] as const;
export type CompareMode = (typeof compareModes)[number];

/** What the looked-at tensor is compared with. */
export interface Other {
  /** Null: the shown run. */
  readonly run: InspectedRun | null;
  readonly nodeId: string;
  readonly port: string | null;
  readonly tensor: string | null;
  /** The cell of a sweep, an index on each axis of its run; null: that of A where both runs have the same axes. */
  readonly cell: readonly number[] | null;
  /** "same": the step of A, or the last before it; null: the newest. */
  readonly step: number | "same" | null;
}

export interface Inspection {
  /** The output port wanted; null: the steps, if the node has any. */
  readonly port: string | null;
  readonly tensor: string | null;
  readonly view: string | null;
  readonly options: ViewOptions;
  /** Layers or blocks whose attention is averaged; null: all. */
  readonly blocks: readonly number[] | null;
  /** Tokens over which attention is averaged; null: the last word of the prompt. */
  readonly tokens: readonly number[] | null;
  /** Over the canvas. */
  readonly large: boolean;
  readonly other: Other | null;
  readonly mode: CompareMode;
}

export const firstInspection: Inspection = { port: null, tensor: null, view: null, options: firstOptions, blocks: null, tokens: null, large: false, other: null, mode: "side" };
