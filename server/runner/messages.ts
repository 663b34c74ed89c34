/**
 * What a runner process and its parent say to each other. Jobs go in over the IPC channel; events come out as lines of
 * JSON on a pipe of their own, written by the recorder thread, because the main thread is blocked while a session runs.
 */
import type { EngineEvent, Finished, Partial } from "@/server/engine/contract";
import type { Memory, StoredResult } from "@/server/engine/resolve";
import type { NumericEnvironment, Recipe } from "@/nodes/recipe";
import type { Failure } from "@/server/engine/failure";
import type { RunEnding, RunEvent } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import type { ProviderChoice, ProviderName } from "@/server/sessions/provider";
import type { SessionLoad } from "@/server/sessions/session-pool";
import type { MemoryUse } from "./memory-use";

/** The file descriptor of the pipe for FromRunner lines, after stdin, stdout, stderr and IPC. */
export const eventDescriptor = 4;

export interface RunJob {
  readonly runId: string;
  readonly graph: Workflow;
  /** Run up to these nodes only; every sink when absent or empty. */
  readonly targets?: readonly string[];
  /** Nodes already done, when a run resumes. */
  readonly finished: Readonly<Record<string, Finished>>;
  /** What an interrupted attempt left of nodes that were not done. */
  readonly partial?: Readonly<Record<string, Partial>>;
  /** Node ids to compute although their results are there; "*" for all. */
  readonly forced?: readonly string[];
  /** What the workflow's nodes were last computed from. */
  readonly last?: Memory["last"];
  /** Seconds of computing after which the run ends as failed. */
  readonly timeLimit?: number;
  /** Of these, what attempts before this one have used up. */
  readonly secondsBefore?: number;
}

export interface ProcessSettings {
  readonly dataDir: string;
  readonly checkpointDir: string;
  readonly provider: ProviderName;
  /** Bytes that loaded models may take together; no limit when absent. */
  readonly sessionMemory?: number;
  /** Whether steps keep their tensors; yes when absent. */
  readonly keepsFrames?: boolean;
  /** URL of a module whose `findRun` stands for that of nodes/runs.ts; for tests, which bring small deterministic nodes. */
  readonly runs?: string;
}

/** What the recorder thread starts with. */
export interface RecorderSettings {
  readonly dataDir: string;
  readonly keepsFrames: boolean;
}

/** Time inside ONNX Runtime by graph, and of the whole run: what the engine itself costs is the difference. */
export interface RunTimings {
  readonly seconds: number;
  readonly graphs: Readonly<Record<string, { readonly runs: number; readonly seconds: number }>>;
  /** Opening sessions, already part of `seconds`. */
  readonly loadingSeconds: number;
}

/** A result that could not be stored, on the node it belongs to. */
export interface StoringFailure extends Failure {
  readonly nodeId: string | null;
}

/** Parent → main thread. */
export type ToRunner =
  | { type: "open"; settings: ProcessSettings }
  /** `cancelled` already: a warm process could be done before a message of its own came. */
  | { type: "run"; job: RunJob; cancelled: boolean }
  | { type: "cancel"; runId: string }
  /** To stop, as when cancelled, at the next step that the run can go on after. */
  | { type: "interrupt"; runId: string }
  /** The answer to a Question. */
  | { type: "found"; question: number; results: readonly (readonly [string, StoredResult])[] };

/** Main thread → parent, over the IPC channel: which of these keys have results? */
export interface Question {
  readonly type: "find";
  readonly runId: string;
  readonly question: number;
  readonly keys: readonly string[];
}

/** Main thread → recorder thread. Tensors are cloned on the way: the run goes on using them. */
export type ToRecorder =
  | { type: "ready"; provider: ProviderChoice; environment: NumericEnvironment | null }
  | { type: "events"; runId: string; events: readonly EngineEvent[] }
  /** The model of the last "loading" event begins to load, or with null is loaded. */
  | { type: "load"; runId: string; load: SessionLoad | null }
  | { type: "settle"; runId: string; status: RunEnding; timings: RunTimings };

/** Recorder thread → main thread: so many events are stored, or something could not be. */
export type FromRecorder = { type: "stored"; runId: string; events: number } | { type: "failed"; runId: string };

/** Recorder thread → parent. */
export type FromRunner =
  | { type: "ready"; provider: ProviderChoice; environment: NumericEnvironment | null }
  /** `recipe`: of the node that starts or is reused. */
  | { type: "event"; runId: string; event: RunEvent; recipe?: Recipe }
  /** Whether the main thread is inside a load, which nothing can interrupt. */
  | { type: "load"; runId: string; loading: boolean }
  | { type: "memory"; use: MemoryUse }
  | { type: "settled"; runId: string; status: RunEnding; timings: RunTimings; failure: StoringFailure | null };
