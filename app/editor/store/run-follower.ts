/** Follows a run's events. They are folded in batches: a burst of frames is one render. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { describeError, type Client } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import type { EditorStore } from "./editor-store";
import { type NumberedEvent, receiveEvents } from "./run-actions";

export interface RunFollower {
  stop(): void;
}

const batchDelay = 32;

export function followRun(client: Client, store: EditorStore, runId: string, after: number): RunFollower {
  let waiting: NumberedEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fold = () => {
    timer = undefined;
    const events = waiting;
    waiting = [];
    receiveEvents(store, runId, events);
  };
  // A lost connection is taken up again by itself, from the last event that arrived.
  const subscription = client.runs.events.subscribe(
    { runId, after },
    {
      onData({ id, data }) {
        const first = Number(id) - data.length + 1;
        waiting.push(...data.map((event, at) => ({ number: first + at, event })));
        timer ??= setTimeout(fold, batchDelay);
        if (data.at(-1)?.type === "ended") subscription.unsubscribe();
      },
      onError(error) {
        toast(currentTranslator()("running.notFollowed"), { detail: describeError(error), tone: "bad" });
      },
    },
  );
  return {
    stop() {
      subscription.unsubscribe();
      clearTimeout(timer);
      if (waiting.length > 0) fold();
    },
  };
}
