/** A whole studio as a browser meets it: submits runs and follows their events. */
import type { RunEvent } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import { apiOf, type Api, StudioProcess } from "@/server/faults/studio-process";

export interface Submission {
  readonly graph: Workflow;
  readonly targets?: string[];
  readonly forced?: string[];
}

export interface FollowedRun {
  readonly id: string;
  /** Milliseconds from submitting to the answer, to the first event that arrives, and to the first that the worker wrote. */
  readonly answered: number;
  readonly first: number;
  readonly started: number;
  /** The run's own time, seconds. */
  readonly seconds: number;
  readonly events: readonly RunEvent[];
}

export class StudioClient {
  readonly api: Api;

  private constructor(
    readonly studio: StudioProcess,
    readonly workflowId: string,
  ) {
    this.api = apiOf(studio.address);
  }

  static async start(dataDir: string): Promise<StudioClient> {
    const studio = await StudioProcess.start(dataDir);
    const [workflow] = await apiOf(studio.address).workflows.list.query();
    if (!workflow) throw new Error("A new workspace should hold a first workflow.");
    return new StudioClient(studio, workflow.id);
  }

  /** Submits a run and follows it to its end. Throws when it does not end as done. */
  async run(submission: Submission): Promise<FollowedRun> {
    const begun = performance.now();
    const { id } = await this.api.runs.start.mutate({ workflowId: this.workflowId, ...submission });
    const answered = performance.now() - begun;
    const times = { first: Number.NaN, started: Number.NaN };
    const events: RunEvent[] = [];
    for await (const batch of followEvents(this.studio.address, id)) {
      const passed = performance.now() - begun;
      if (events.length === 0) times.first = passed;
      if (batch.some(({ type }) => type !== "queued") && Number.isNaN(times.started)) times.started = passed;
      events.push(...batch);
    }
    const last = events.at(-1);
    if (last?.type !== "ended" || last.status !== "done") throw new Error(`A run ended as ${last?.type === "ended" ? `${last.status}: ${last.message}` : "nothing"}.`);
    return { id, answered, ...times, seconds: last.seconds, events };
  }

  stop(): Promise<void> {
    return this.studio.stop();
  }
}

/** A run's events over the stream that the browser reads, to the last one. */
async function* followEvents(address: string, runId: string): AsyncGenerator<RunEvent[], void> {
  const response = await fetch(`${address}/api/trpc/runs.events?input=${encodeURIComponent(JSON.stringify({ runId, after: 0 }))}`, { headers: { accept: "text/event-stream" } });
  if (!response.ok || !response.body) throw new Error(`The events of run ${runId} answered ${response.status}.`);
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const batch = /^data: (\[\{"type":.*)$/.exec(line)?.[1];
      if (!batch) continue;
      const parsed = JSON.parse(batch) as RunEvent[];
      yield parsed;
      if (parsed.at(-1)?.type === "ended") return;
    }
  }
}
