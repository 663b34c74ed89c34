/** What crosses between the browser and the server, beyond the node vocabulary. Routers return these shapes. */
import type { RunState, RunStatus } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";

export interface WorkflowSummary {
  id: string;
  name: string;
  updatedAt: Date;
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
  updatedAt: Date;
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
  createdAt: Date;
  seconds: number | null;
  message: string | null;
  picture: string | null;
}

export interface RunDetail extends RunSummary {
  graph: Workflow;
  state: RunState;
  /** Sequence number of the last event in `state`; subscribe from here. */
  lastEvent: number;
}

export interface SystemStatus {
  version: string;
  provider: "cpu" | "cuda" | "webgpu";
  device: string;
  checkpoint: { name: string; parameters: number; bytes: number } | { problem: string };
  worker: "ready" | "busy" | "absent";
  queued: number;
  dataDir: string;
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
  problem: string | null;
}
