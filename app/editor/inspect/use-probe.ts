"use client";

/** Looks into a step by computing it once more, on the server, as a run that is listed nowhere. */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { currentTranslator } from "@/app/i18n/current-translator";
import { messageInOne, runMessage, sentence } from "@/app/i18n/vocabulary";
import { type Client, describeError, useTRPCClient } from "@/app/trpc-client";
import type { InspectedRun, Subject } from "@/app/inspector/subject";
import { denoisedProbe, type Probe, samplerAttentionProbe, type StepOfRun, unmaskerAttentionProbe } from "@/nodes/probes";
import type { Output } from "@/nodes/run-events";
import { useEditor } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
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

type Computable = Extract<Probe, { graph: unknown }>;

async function compute(client: Client, workflowId: string, { graph, targets }: Computable, signal: AbortSignal): Promise<Output> {
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

/** What computes what a view shows of a step; null of views that the browser draws by itself. `kind` names it in the cache. */
function probeOf({ choice, subject }: Inspected): { readonly kind: string; readonly build: (at: StepOfRun) => Probe } | null {
  if (choice.draws.by === "decoding") return { kind: "decoded", build: denoisedProbe };
  if (choice.draws.by !== "attention") return null;
  return { kind: "attention", build: subject.nodeType === "flux-sampler" ? samplerAttentionProbe : unmaskerAttentionProbe };
}

const keyOf = ({ runId, instance }: Subject, kind: string, step: number | undefined) => ["probe", `${runId} ${instance} ${kind}`, step];

/** The run that something looked at is of: the shown one, or that of B. */
function runOf(state: EditorState, runId: string): InspectedRun | null {
  if (state.run?.id === runId) return state.run;
  const other = state.inspection.other?.run;
  return other?.id === runId ? other : null;
}

/** Computes steps one after the other, those that were computed before at no cost. Stops at the first that cannot be had. */
export function useComputeSteps(inspected: Inspected): (steps: readonly number[], onStep: (done: number) => void) => Promise<Output[]> {
  const t = useTranslations();
  const client = useTRPCClient();
  const queries: QueryClient = useQueryClient();
  const workflowId = useEditor((state) => state.workflowId);
  const run = useEditor((state) => runOf(state, inspected.subject.runId));
  return async (steps, onStep) => {
    const { subject } = inspected;
    const computed = probeOf(inspected);
    const outputs: Output[] = [];
    if (!computed || !run) return outputs;
    for (const step of steps) {
      const probe = computed.build({ workflow: run.graph, axes: run.state.axes, instance: subject.instance, frames: subject.frames, step });
      if ("reason" in probe) throw new Error(sentence(probe.reason, t));
      outputs.push(await queries.fetchQuery({ queryKey: keyOf(subject, computed.kind, step), queryFn: ({ signal }) => compute(client, workflowId, probe, signal), staleTime: Infinity, retry: false }));
      onStep(outputs.length);
    }
    return outputs;
  };
}

const idle: Probing = { output: null, problem: null, busy: false, earlier: false, waits: null };

/** What the chosen view shows of the step looked at, where that has to be computed. */
export function useProbe(inspected: Inspected): Probing {
  const { subject } = inspected;
  const t = useTranslations();
  const client = useTRPCClient();
  const workflowId = useEditor((state) => state.workflowId);
  const run = useEditor((state) => runOf(state, subject.runId));
  const playing = useEditor((state) => state.playing);
  const following = useEditor((state) => state.step === null) && subject.live;
  const atWork = useEditor((state) => state.run?.state.status === "running");
  const { frame, instance, frames } = subject;
  const computed = probeOf(inspected);
  const probe = computed && frame && run ? computed.build({ workflow: run.graph, axes: run.state.axes, instance, frames, step: frame.step }) : null;
  const runs = probe !== null && "graph" in probe;
  const key = keyOf(subject, computed?.kind ?? "none", frame?.step);
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, restMs));
      signal.throwIfAborted();
      return compute(client, workflowId, probe as Computable, signal);
    },
    // One computation per step that flies by would be for nobody.
    enabled: runs && !playing && !following,
    staleTime: Infinity,
    retry: false,
    // The step before stays until this one is there.
    placeholderData: (before, earlier) => (earlier?.queryKey[1] === key[1] ? before : undefined),
  });
  if (!computed) return idle;
  const reason = probe && "reason" in probe ? sentence(probe.reason, t) : null;
  const waits = playing ? t("inspect.probe.still") : following ? t("inspect.probe.following") : atWork ? t("inspect.probe.busy") : null;
  return { output: runs ? (query.data ?? null) : null, problem: reason ?? (query.error && describeError(query.error)), busy: runs && query.isFetching, earlier: query.isPlaceholderData, waits };
}
