/** Says how far a model has been loaded, from the recorder thread: the main thread is blocked meanwhile. */
import type { RunEvent } from "@/nodes/run-events";

export type LoadingEvent = Extract<RunEvent, { type: "loading" }>;

/** Loads that take less than this are not worth a word more than their beginning. */
const quietMs = 300;
const everyMs = 250;
/** Long loads are reported every 40th of their time, so that minutes of loading are a few hundred events at most. */
const share = 1 / 40;

export class LoadReporter {
  private timer: NodeJS.Timeout | undefined;
  private current: { event: LoadingEvent; bytes: number; growth: number | null; begun: number; before: number; progress: number; said: boolean } | null = null;

  constructor(
    private readonly say: (event: LoadingEvent) => void,
    /** Resident bytes of this process. */
    private readonly resident: () => number,
  ) {}

  /** `growth`: by how many bytes the process will grow until the model is there, by estimate; null when nobody can say. */
  begin({ nodeId, model }: LoadingEvent, bytes: number, growth: number | null): void {
    this.stop();
    this.current = { event: { type: "loading", nodeId, model }, bytes, growth, begun: performance.now(), before: this.resident(), progress: 0, said: false };
    this.timer = setTimeout(() => this.tick(), quietMs);
  }

  /** The model is there: said only if it was said before that it takes a while. */
  end(): void {
    if (this.current?.said) this.say({ ...this.current.event, bytes: this.current.bytes, seconds: this.seconds(), progress: 1 });
    this.stop();
  }

  /** Nothing more is said. */
  stop(): void {
    clearTimeout(this.timer);
    this.current = null;
  }

  private tick(): void {
    const { current } = this;
    if (!current) return;
    const { event, bytes, growth, before } = current;
    const seconds = this.seconds();
    // Never 1 before the end, and never less than before: it is an estimate.
    if (growth !== null) current.progress = Math.max(current.progress, Math.min(0.99, (this.resident() - before) / growth));
    current.said = true;
    this.say({ ...event, bytes, seconds, ...(growth !== null && { progress: current.progress }) });
    this.timer = setTimeout(() => this.tick(), Math.max(everyMs, seconds * 1000 * share));
  }

  private seconds(): number {
    return (performance.now() - this.current!.begun) / 1000;
  }
}
