/**
 * Looks out for versions of a workflow that others save. Tabs of this browser tell one another; the server is asked, now
 * and then, while the page is in sight. Not a stream: a browser keeps six connections to a site open, over all its tabs.
 */

export interface WatchDesk<T> {
  /** What is newer than what is here; null when nothing is. */
  ask(): Promise<T | null>;
  found(newer: T): void;
  /** Whether the server answered. */
  heard(answered: boolean, error?: unknown): void;
  /** Another tab of this browser has the workflow open. */
  accompanied(): void;
}

export interface WorkflowWatch {
  /** Tells the other tabs that there is something new. */
  tell(): void;
  stop(): void;
}

const pauseMs = 1000;

export function watchWorkflow<T>(workflowId: string, desk: WatchDesk<T>): WorkflowWatch {
  const channel = new BroadcastChannel(`bifrost.workflow.${workflowId}`);
  const say = channel.postMessage.bind(channel);
  let looking = false;
  let again = false;
  let stopped = false;

  async function look(): Promise<void> {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      const newer = await desk.ask();
      if (stopped) return;
      desk.heard(true);
      if (newer !== null) desk.found(newer);
    } catch (error) {
      if (!stopped) desk.heard(false, error);
    } finally {
      looking = false;
    }
    if (again && !stopped) {
      again = false;
      await look();
    }
  }
  const lookIfSeen = () => {
    if (document.visibilityState === "visible") void look();
  };

  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    desk.accompanied();
    if (data === "hello") say("here");
    if (data === "saved") void look();
  });
  say("hello");
  const timer = setInterval(lookIfSeen, pauseMs);
  document.addEventListener("visibilitychange", lookIfSeen);
  window.addEventListener("online", lookIfSeen);
  return {
    tell: () => say("saved"),
    stop() {
      stopped = true;
      channel.close();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookIfSeen);
      window.removeEventListener("online", lookIfSeen);
    },
  };
}
