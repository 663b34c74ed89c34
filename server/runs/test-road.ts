/**
 * The whole road of a run on small deterministic nodes: it is started as the site does it and goes through pg-boss, a worker
 * and a runner process to the artifact store and back as events. The nodes ask a gate before each step, so that a test can
 * stop them exactly where it wants to and sees what is really computed.
 */
import { join } from "node:path";
import { afterEvent, type NodeState, type RunEvent, type RunState, unstartedRun, type Why } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { openTestDatabase, type TestDatabase } from "@/server/database/test-database";
import { root } from "@/server/processes/root";
import { type Runner, startRunner } from "@/server/runner/runner";
import { TestGate } from "@/server/runner/test-gate";
import { createWorkflow } from "@/server/workflows/workflow-store";
import { DiskReserve } from "./disk-reserve";
import { EventTail } from "./event-tail";
import { type RunWish, startRun } from "./run-store";
import { cancelRuns } from "./run-wishes";
import { RunWorker } from "./run-worker";
import { heartbeat, heartbeatMs, readEnvironment, type WorkerStatus } from "./worker-status";

/** One of the places of a worker (WORKER_CONCURRENCY), as processes/worker.ts makes them. */
interface Place {
  readonly id: string;
  readonly runner: Runner;
  close(): Promise<void>;
}

/** What a worker says of itself. */
export const living: WorkerStatus = { provider: "cpu", device: "", cores: null, checkpoint: { problem: { message: "" } }, components: [], words: {}, memory: null, environment: null, busy: false };

export type Wish = Partial<RunWish> & { graph: Workflow };

export interface Outcome {
  readonly events: readonly RunEvent[];
  readonly state: RunState;
  readonly computed: readonly string[];
  readonly reused: readonly string[];
  why(id: string): Why | null;
  /** Hashes of what a node gave. */
  gave(id: string): string[];
}

export class TestRoad {
  readonly store: ArtifactStore;
  readonly places: Place[] = [];
  private workflowId = "";

  private constructor(
    readonly database: TestDatabase,
    readonly gate: TestGate,
  ) {
    this.store = new ArtifactStore(database.dataDir);
  }

  /** With one worker. */
  static async open(): Promise<TestRoad> {
    const [database, gate] = await Promise.all([openTestDatabase(), TestGate.open()]);
    const road = new TestRoad(database, gate);
    await road.employ("worker");
    return road;
  }

  async close(): Promise<void> {
    await this.dismiss();
    this.gate.close();
    await this.database.close();
  }

  /** A workflow of its own for each test. */
  async beginTest(): Promise<void> {
    this.workflowId = (await createWorkflow(this.database.db, { name: "Test", graph: emptyWorkflow })).id;
    this.gate.takePassed();
  }

  async endTest(): Promise<void> {
    await cancelRuns(this.database.db, this.database.queue, "all");
  }

  async employ(id: string): Promise<void> {
    const { db, queue, dataDir } = this.database;
    const runner = startRunner({ dataDir, checkpointDir: join(root, "models", "mini"), provider: "cpu", runs: this.gate.runs });
    // Else another place would take a run of its for one whose worker is dead.
    await this.beat({ id, runner });
    const leaving = new AbortController();
    const working = new RunWorker({ db, queue, store: this.store, runner, workerId: id, reserve: new DiskReserve(join(dataDir, "reserve")), framesLimit: 1e9 }).work(leaving.signal);
    const beating = setInterval(() => void this.beat({ id, runner }).catch(() => undefined), heartbeatMs);
    const close = async () => {
      clearInterval(beating);
      leaving.abort();
      await runner.close();
      await working;
    };
    this.places.push({ id, runner, close });
  }

  /** As a worker that ends from one moment to the next: what it computes is left as it is. */
  async dismiss(count = this.places.length): Promise<void> {
    await Promise.all(this.places.splice(this.places.length - count).map(({ close }) => close()));
  }

  /** Worker, runner and database end and begin again. */
  async restartEverything(): Promise<void> {
    await this.dismiss();
    await this.database.goAway();
    await this.database.comeBack();
    await this.employ("worker");
  }

  /** Always through the queue: the site is not told what results are computed with, so it cannot answer by itself. */
  queue(wish: Wish): Promise<string> {
    return this.start(wish, async () => null);
  }

  /** As people do. */
  async ask(wish: Wish): Promise<string> {
    await Promise.all(this.places.map((place) => this.beat(place)));
    return this.start(wish, () => readEnvironment(this.database.db));
  }

  /** Every event of a run, up to its end or the first one that `stopAt` is true of. */
  async eventsOf(runId: string, stopAt?: (event: RunEvent) => boolean): Promise<RunEvent[]> {
    const all: RunEvent[] = [];
    for await (const batch of new EventTail(this.database.db).events(runId, 0, new AbortController().signal)) {
      for (const { event } of batch) {
        all.push(event);
        if (stopAt?.(event)) return all;
      }
    }
    return all;
  }

  async outcome(runId: string): Promise<Outcome> {
    const events = await this.eventsOf(runId);
    const state = events.reduce(afterEvent, unstartedRun);
    const done = (id: string) => state.nodes[id] as Extract<NodeState, { status: "done" }>;
    const of = (type: RunEvent["type"]) => events.flatMap((event) => (event.type === type && "nodeId" in event ? [event.nodeId] : []));
    return { events, state, computed: of("node-done"), reused: of("node-reused"), why: (id) => done(id).why, gave: (id) => Object.values(done(id).outputs).map(({ tensors }) => tensors.hash) };
  }

  async statusOf(id: string): Promise<string> {
    return (await this.database.db.run.findUniqueOrThrow({ where: { id } })).status;
  }

  private start(wish: Wish, environment: () => ReturnType<typeof readEnvironment>): Promise<string> {
    const { db, queue } = this.database;
    return startRun({ db, queue, artifacts: this.store, environment, timeLimit: null }, { workflowId: this.workflowId, ...wish });
  }

  private async beat({ id, runner }: Pick<Place, "id" | "runner">): Promise<void> {
    await heartbeat(this.database.db, id, { ...living, environment: runner.status().environment });
  }
}

const edge = (source: string, sourcePort: string, target: string, targetPort: string) => ({ source, sourcePort, target, targetPort });

/** prompt → text → sampler → decode → save, with ids that end in `suffix`. */
export function painted(words: string, sampler: WorkflowNode["params"] = {}, { suffix = "", ...change }: Partial<WorkflowNode> & { suffix?: string } = {}): Workflow {
  const node = (id: string, type: string, params: WorkflowNode["params"] = {}): WorkflowNode => ({ id: id + suffix, type, version: 1, position: { x: 0, y: 0 }, params });
  const nodes = [
    node("prompt", "prompt", { text: words }),
    node("text", "text-encoder"),
    { ...node("sampler", "flux-sampler", { steps: 4, seed: 1, ...sampler }), ...change },
    node("decode", "vae-decode"),
    node("save", "save-image"),
  ];
  const chain = [edge("prompt", "text", "text", "text"), edge("text", "conditioning", "sampler", "conditioning"), edge("sampler", "latents", "decode", "latents"), edge("decode", "image", "save", "image")];
  return { ...emptyWorkflow, nodes, edges: chain.map((from) => ({ ...from, source: from.source + suffix, target: from.target + suffix })) };
}

export const stepsOf = (events: readonly RunEvent[]): number[] => events.flatMap((event) => (event.type === "frame" ? [event.frame.step] : []));
