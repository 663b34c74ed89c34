/** Everything the editor shows, in one store. Actions are plain functions beside it; components select what they need. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { firstInspection, type Inspection } from "@/app/inspector/inspection";
import { wholePicture, type Zoom } from "@/app/inspector/zoom-surface";
import type { RunState } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import type { Point } from "../graph/operations";
import type { Content } from "../graph/document-merge";
import { type EditorDocument, emptyHistory, type History } from "../graph/history";
import type { Conflict } from "../graph/merge";
import type { SaveState, Stored } from "./autosave";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where a port is on its card: the box around its shape, in px from the card's upper left corner. */
export interface PortBox extends Size {
  readonly id: string | null;
  readonly type: "source" | "target";
  readonly x: number;
  readonly y: number;
}

export interface MeasuredSize extends Size {
  /** Measured with it, or those of the card that it is like. */
  readonly ports?: readonly PortBox[];
}

/** The run whose results the canvas shows. */
export interface ShownRun {
  readonly id: string;
  /** The workflow as it was when the run started. */
  readonly graph: Workflow;
  readonly state: RunState;
  readonly lastEvent: number;
  /** Milliseconds since the epoch; the browser's own clock for runs started here. */
  readonly startedAt: number;
  /** When each running node was seen to start. */
  readonly nodeStarts: Readonly<Record<string, number>>;
  /** Pictures of the run shown before, by node: they keep their places until new ones come. */
  readonly earlier: Readonly<Record<string, string>>;
}

/** A connection being drawn, and which ports would take it. */
export interface Offer {
  /** `via`: it was drawn from a dot, and is led through these places. */
  readonly from: { readonly nodeId: string; readonly port: string; readonly side: "input" | "output"; readonly via?: readonly Point[] };
  readonly open: ReadonlySet<string>;
}

/** Where the node search is open: on the screen, and on the canvas. */
export interface SearchPlace {
  readonly screen: { readonly x: number; readonly y: number };
  /** Null: asked for by keys alone, so wherever there is room in view. */
  readonly canvas: { readonly x: number; readonly y: number } | null;
  /** Set when a connection was dropped on empty canvas: only nodes that can take it are offered. */
  readonly from?: Offer["from"];
}

/** What others saved and what is unsaved here, where both changed one thing: the person chooses. */
export interface Clash {
  /** What both began from. */
  readonly base: Content;
  readonly theirs: Stored<Content>;
  readonly conflicts: readonly Conflict[];
  /** Whether the choice is asked for now; it can be put off. */
  readonly asking: boolean;
}

export type PanelTab = "params" | "inspect" | "output" | "runs";

export interface EditorState extends EditorDocument {
  readonly workflowId: string;
  /** Connections of the level that is shown (graph/level-edges.ts). */
  readonly selectedEdges: ReadonlySet<string>;
  /** The frame or node whose title, or the note whose text, is being written. */
  readonly writing: string | null;
  readonly history: History;
  readonly save: SaveState;
  readonly clash: Clash | null;
  /** Measured by the canvas. */
  readonly sizes: ReadonlyMap<string, MeasuredSize>;
  readonly offer: Offer | null;
  /** The edge that a dragged node would go into. */
  readonly insertion: string | null;
  readonly search: SearchPlace | null;
  /** A word next to the pointer: why a connection was refused. */
  readonly hint: { readonly text: string; readonly x: number; readonly y: number; readonly key: number } | null;
  readonly run: ShownRun | null;
  /** Run was pressed and the server has not answered yet. */
  readonly starting: boolean;
  /** The step looked at; null follows the newest. */
  readonly step: number | null;
  readonly playing: boolean;
  /** The cell of a sweep looked at: the index of its value on each axis of the shown run. Null looks at the newest. */
  readonly cell: readonly number[] | null;
  /** A node of the shown run that is looked at although the canvas does not have it (graph/absent-nodes.ts). Selecting anything leaves it. */
  readonly absentNode: string | null;
  readonly tab: PanelTab;
  /** What of the selected node is looked at, and how. */
  readonly inspection: Inspection;
  /** Of the picture over the canvas. Beside the inspection: it changes with every turn of a wheel. */
  readonly zoom: Zoom;
  /** Steps shown per second while playing. */
  readonly speed: number;
  /** A node the canvas should bring into view. */
  readonly focus: { readonly nodeId: string; readonly key: number } | null;
  /** The picture shown large. */
  readonly lightbox: { readonly hash: string; readonly title: string } | null;
}

export type EditorStore = StoreApi<EditorState>;

export interface OpenedWorkflow {
  id: string;
  name: string;
  graph: Workflow;
  version: number;
  updatedAt: number;
}

export function createEditorStore(opened: OpenedWorkflow): EditorStore {
  return createStore<EditorState>(() => ({
    workflowId: opened.id,
    name: opened.name,
    graph: opened.graph,
    selection: new Set<string>(),
    level: null,
    selectedEdges: new Set<string>(),
    selectedAnnotations: new Set<string>(),
    writing: null,
    history: emptyHistory,
    save: { kind: "saved", version: opened.version, at: opened.updatedAt, elsewhere: false },
    clash: null,
    sizes: new Map<string, MeasuredSize>(),
    offer: null,
    insertion: null,
    search: null,
    hint: null,
    run: null,
    starting: false,
    step: null,
    playing: false,
    cell: null,
    absentNode: null,
    tab: "params" as const,
    inspection: firstInspection,
    zoom: wholePicture,
    speed: 8,
    focus: null,
    lightbox: null,
  }));
}
