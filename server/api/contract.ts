/** What crosses between the browser and the server, beyond the node vocabulary. Routers return these shapes. */
import type { SaidMessage, SaidWords } from "@/models/said";
import type { DataType } from "@/nodes/ports";
import type { Problem } from "@/nodes/problems";
import type { RunState, RunStatus } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";

/** A moment as ISO 8601 in UTC, so that answers are plain JSON. */
export type Timestamp = string;

export interface WorkflowSummary {
  id: string;
  name: string;
  updatedAt: Timestamp;
  nodeCount: number;
  /** sha256 of the newest picture a run of it made. */
  picture: string | null;
}

export interface StoredWorkflow {
  id: string;
  name: string;
  graph: Workflow;
  /** Raised by every save; a save names the version it started from. */
  version: number;
  updatedAt: Timestamp;
}

/** What a small checkpoint was trained on, by kind; empty for one that knows everything. */
export type KnownWords = Partial<Record<"objects" | "colors" | "sizes" | "counts" | "relations" | "backgrounds", string[]>>;

/** A subgraph that somebody keeps to put into workflows: the ports of its card, in their order. */
export interface SubgraphPreset {
  id: string;
  name: string;
  description: string;
  inputs: { type: DataType; title: string }[];
  outputs: { type: DataType; title: string }[];
}

export interface PresetSummary {
  id: string;
  name: string;
  description: string;
  /** Shipped presets cannot be removed. */
  shipped: boolean;
  nodeTypes: string[];
}

export interface RunSummary {
  id: string;
  workflowId: string;
  workflowName: string;
  status: RunStatus;
  createdAt: Timestamp;
  seconds: number | null;
  message: string | null;
  /** What the message is made of; null where it is as old as that, or has nothing to fill in. */
  said: SaidWords | null;
  picture: string | null;
  /** Its results are never evicted. */
  pinned: boolean;
}

/** A run that has not ended, as the queue shows it. */
export interface QueuedRun extends RunSummary {
  startedAt: Timestamp | null;
  /** The beginning of its first prompt, which tells it from other runs of its workflow. */
  prompt: string | null;
  /** Asked for, and not yet done by its worker. */
  stopping: "pausing" | "cancelling" | null;
}

export interface QueueState {
  paused: boolean;
  running: QueuedRun[];
  /** In the order they will be taken; the first hundred. */
  waiting: QueuedRun[];
  waitingCount: number;
  /** Paused by somebody, the newest first. */
  pausedRuns: QueuedRun[];
}

export interface RunDetail extends RunSummary {
  graph: Workflow;
  state: RunState;
  /** Sequence number of the last event in `state`; subscribe from here. */
  lastEvent: number;
}

/** What pictures take while they are made, by estimate (server/checkpoints/memory-estimate.ts). Bytes. */
export interface MemoryEstimate {
  /** At which a run is ended (RUN_MEMORY_LIMIT). */
  limit: number;
  /** Taken whatever the picture's size. */
  resident: number;
  /** Per pixel of a decoded picture. */
  decoderPixel: number;
  /** Per token of the sampler: a patch of 16 × 16 px, or one of the text's. */
  samplerToken: number;
  textTokens: number;
}

export interface SystemStatus {
  version: string;
  provider: "cpu" | "cuda" | "webgpu";
  /** By name; empty while no worker says it. */
  device: string;
  /** Of a processor. */
  cores: number | null;
  /** `patchGrid`: patch latents per side of its square pictures; null where its worker does not say. */
  checkpoint: { name: string; parameters: number; bytes: number; patchGrid: number | null } | { problem: SaidMessage };
  /** Null where no estimate is honest: on an accelerator, without a limit, without a checkpoint. */
  memory: MemoryEstimate | null;
  worker: "ready" | "busy" | "absent";
  queued: number;
  /** Nothing is taken from the queue until somebody resumes it. */
  queuePaused: boolean;
  dataDir: string;
}

/** unnamed: of no stored result; what cancelled and failed runs left, for one. */
export type StorageKind = "pictures" | "results" | "steps" | "uploads" | "unnamed";

/** What the artifact store holds, and the ONNX graphs beside it, which its limit does not count. Bytes. */
export interface StorageUse {
  limit: number;
  bytes: number;
  /** Of these, what is never evicted. */
  pinnedBytes: number;
  kinds: { kind: StorageKind; files: number; bytes: number }[];
  graphs: { files: number; bytes: number };
}

export interface ModelComponent {
  id: string;
  title: string;
  architecture: string;
  parameters: number;
  bytes: number;
  dtype: string;
  files: string[];
  /** Null when the component can be run. */
  problem: SaidMessage | null;
}

/** `error.data` of a refused call, beside tRPC's own code and httpStatus. Messages are meant for people. */
export interface Refused {
  remedy?: string;
  /** What message and remedy are made of. */
  said?: SaidWords;
  /** Why a run cannot start. */
  problems?: Problem[];
  /** What is stored now, when a save started from an older version. */
  current?: StoredWorkflow;
}

/** Answer of POST /api/uploads?name=cat.jpg, whose body is the file itself (100 MB at most). */
export interface UploadedPicture {
  /** The decoded picture as an artifact: GET /api/artifacts/<hash>.png. */
  hash: string;
  width: number;
  height: number;
  name: string;
}

/** Body of every failed request to /api/uploads and /api/artifacts. */
export type RequestProblem = SaidMessage;

export interface ArtifactDescription {
  bytes: number;
  /** Empty for a picture. */
  tensors: { name: string; dtype: string; dims: number[] }[];
}
