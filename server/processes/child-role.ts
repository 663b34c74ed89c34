/** Manners of a process the launcher started: it goes when asked, and never outlives the launcher. */

/** Output may go nowhere any more (a closed terminal, `| head`); that is no reason to die. */
export function survivePipes(): void {
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
}

/**
 * Calls `stop` once, on SIGTERM or SIGINT or when the launcher is gone, and exits when it is done or after `patienceMs`.
 */
export function stopWithLauncher(stop: () => Promise<void>, patienceMs: number): void {
  let stopping = false;
  const leave = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), patienceMs);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error("Stopping failed:", error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", leave);
  // Ctrl+C reaches the whole process group; the launcher decides in which order to stop.
  process.on("SIGINT", () => {
    if (!process.connected) leave();
  });
  // A killed launcher says nothing, but its end of the channel closes.
  if (process.channel) process.on("disconnect", leave);
}

/** Tells the launcher something; nobody listens when the process was started by hand. */
export function report(message: ChildReport): void {
  if (process.connected) process.send?.(message, () => {});
}

/** queue: a run waits, or somebody wants one to stop; events: events of a run were written. */
export type Nudge = "queue" | "events";

export interface NudgeMessage {
  readonly type: "nudge";
  readonly about: Nudge;
}

export type ChildReport =
  | { type: "ready"; address: string }
  | { type: "failed"; message: string }
  /** Processes of the child's own that must not outlive it: all there are now. */
  | { type: "grandchildren"; pids: number[] }
  | NudgeMessage;
