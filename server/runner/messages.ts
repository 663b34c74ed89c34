/** What a runner process and its parent say to each other. Tensors travel as typed arrays (advanced serialization). */
import type { EngineEvent } from "@/server/engine/execute";
import type { Output, RunEnding } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import type { ProviderChoice, ProviderName } from "@/server/sessions/provider";

export interface RunJob {
  readonly runId: string;
  readonly graph: Workflow;
  /** Run up to these nodes only; every sink when absent or empty. */
  readonly targets?: readonly string[];
  /** Results of nodes already done, when a run resumes. */
  readonly finished: Readonly<Record<string, Readonly<Record<string, Output>>>>;
}

export interface ProcessSettings {
  readonly dataDir: string;
  readonly checkpointDir: string;
  readonly provider: ProviderName;
}

/** Time inside ONNX Runtime by graph, and of the whole run: what the engine itself costs is the difference. */
export interface RunTimings {
  readonly seconds: number;
  readonly graphs: Readonly<Record<string, { readonly runs: number; readonly seconds: number }>>;
  /** Opening sessions, already part of `seconds`. */
  readonly loadingSeconds: number;
}

export type ToRunner =
  | { type: "open"; settings: ProcessSettings }
  | { type: "run"; job: RunJob }
  | { type: "cancel"; runId: string }
  /** One frame of the run is stored; the process holds back when too many are not. */
  | { type: "stored"; runId: string };

export type FromRunner =
  | { type: "ready"; provider: ProviderChoice }
  | { type: "event"; runId: string; event: EngineEvent }
  | { type: "settled"; runId: string; status: RunEnding; timings: RunTimings };
