import type { RunEvent } from "@/nodes/run-events";

/** What nodes take, over all stretches of one claim of their run: a process says it of its own only. */
export class NodeSeconds {
  private readonly earlier = new Map<string, number>();
  private atWork: { readonly nodeId: string; readonly since: number } | null = null;

  /** The event as it is to be told. */
  after(event: RunEvent): RunEvent {
    switch (event.type) {
      case "node-started":
        if (event.after === undefined) this.earlier.delete(event.nodeId);
        this.atWork = { nodeId: event.nodeId, since: performance.now() };
        return event;
      case "node-done":
        this.atWork = null;
        return { ...event, seconds: event.seconds + (this.earlier.get(event.nodeId) ?? 0) };
      default:
        return event;
    }
  }

  /** The stretch has ended, maybe in the middle of a node. */
  interrupt(): void {
    if (this.atWork) this.earlier.set(this.atWork.nodeId, (this.earlier.get(this.atWork.nodeId) ?? 0) + (performance.now() - this.atWork.since) / 1000);
    this.atWork = null;
  }
}
