"use client";

/** Looks into a step by computing it once more, on the server, as a run that is listed nowhere. */
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { currentTranslator } from "@/app/i18n/current-translator";
import type { Client } from "@/app/trpc-client";
import { messageInOne, runMessage, sentence } from "@/app/i18n/vocabulary";
import { useTRPCClient } from "@/app/trpc-client";
import type { Probe, StepOfRun } from "@/nodes/probes";
import type { Output } from "@/nodes/run-events";
import { useEditor } from "../store/editor-context";
import { isActive } from "../store/run-actions";
import type { Inspected } from "./use-inspected";

/** Steps passed over while scrubbing are not computed. */
const restMs = 200;

function ended(client: Client, runId: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const subscription = client.runs.events.subscribe(
      { runId, after: 0 },
      {
        onData: ({ data }) => data.at(-1)?.type === "ended" && stop(resolve),
        // The server ends the stream of a run that is over.
        onComplete: () => stop(resolve),
        onError: (error) => stop(() => reject(error)),
      },
    );
    const stop = (then: () => void) => {
      subscription.unsubscribe();
      then();
    };
    signal.addEventListener("abort", () => stop(() => reject(new Error(currentTranslator()("inspect.probe.notLooked")))), { once: true });
  });
}

async function compute(client: Client, workflowId: string, { graph, targets }: Extract<Probe, { graph: unknown }>, signal: AbortSignal): Promise<Output> {
  await new Promise((resolve) => setTimeout(resolve, restMs));
  signal.throwIfAborted();
  const { id } = await client.runs.start.mutate({ workflowId, graph, targets: [...targets], purpose: "probe" });
  const cancel = () => void client.runs.cancel.mutate({ id }).catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  await ended(client, id, signal);
  signal.removeEventListener("abort", cancel);
  const { state } = await client.runs.get.query({ id });
  const nodes = Object.values(state.nodes);
  const target = state.nodes[targets[0]];
  const output = target?.status === "done" ? Object.values(target.outputs)[0] : undefined;
  if (output) return output;
  const failed = nodes.find((node) => node.status === "failed");
  const t = currentTranslator();
  throw new Error(failed ? messageInOne(failed, t) : (runMessage(state, t) ?? t("inspect.probe.cancelled")));
}

export interface Probing {
  readonly output: Output | null;
  readonly problem: string | null;
  readonly busy: boolean;
  /** `output` is of a step before: that of this one is not there yet. */
  readonly earlier: boolean;
  /** Why it does not begin; null when it does. */
  readonly waits: string | null;
}

/** `kind` names the probe in the cache; `build` makes it from the step looked at. */
export function useProbe({ subject }: Inspected, kind: string, build: (at: StepOfRun) => Probe): Probing {
  const t = useTranslations();
  const client = useTRPCClient();
  const workflowId = useEditor((state) => state.workflowId);
  const run = useEditor((state) => state.run);
  const playing = useEditor((state) => state.playing);
  const following = useEditor((state) => state.step === null) && subject.live;
  const active = useEditor((state) => isActive(state.run));
  const { frame, instance, frames, runId } = subject;
  const probe = frame && run ? build({ workflow: run.graph, axes: run.state.axes, instance, frames, step: frame.step }) : null;
  const runs = probe !== null && "graph" in probe;
  const place = `${runId} ${instance} ${kind}`;
  const query = useQuery({
    queryKey: ["probe", place, frame?.step],
    queryFn: ({ signal }) => compute(client, workflowId, probe as Extract<Probe, { graph: unknown }>, signal),
    // One computation per step that flies by would be for nobody.
    enabled: runs && !playing && !following,
    staleTime: Infinity,
    retry: false,
    // The step before stays until this one is there.
    placeholderData: (before, earlier) => (earlier?.queryKey[1] === place ? before : undefined),
  });
  const reason = probe && "reason" in probe ? sentence(probe.reason, t) : null;
  const waits = playing ? t("inspect.probe.still") : following ? t("inspect.probe.following") : active ? t("inspect.probe.busy") : null;
  return { output: runs ? (query.data ?? null) : null, problem: reason ?? query.error?.message ?? null, busy: runs && query.isFetching, earlier: query.isPlaceholderData, waits };
}
