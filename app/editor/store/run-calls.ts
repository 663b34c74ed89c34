/** What a person asks of runs: to start, to pause, to go on, to stop. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { sentence } from "@/app/i18n/vocabulary";
import { type Client, describeError, refusalOf } from "@/app/trpc-client";
import { inTurn } from "@/app/ui/quantity";
import { settleToast, toast } from "@/app/ui/toast";
import type { Problem } from "@/nodes/problems";
import { drawSeed, nodesOfRun, type UsedSeeds, usedSeeds, withSeedsForRun } from "@/nodes/seeds";
import { nodeIdOf } from "@/nodes/sweeps";
import type { Workflow } from "@/nodes/workflow";
import { picturesOf } from "../node/node-result";
import { amendGraph, goToNode } from "./document-actions";
import type { EditorStore } from "./editor-store";
import { isActive, showNewRun } from "./run-actions";

export interface RunWish {
  /** The nodes wanted, with all they need; all nodes when absent. */
  readonly targets?: readonly string[];
  /** Nodes to compute although their results are there; "*" means all. */
  readonly forced?: readonly string[];
}

export interface RunCalls {
  startRun(wish?: RunWish): Promise<void>;
  pauseRun(): Promise<void>;
  resumeRun(): Promise<void>;
  cancelRun(): Promise<void>;
}

function tellRefusal(store: EditorStore, error: unknown): void {
  const t = currentTranslator();
  const refusal = refusalOf(error);
  const placed = refusal?.problems?.find((problem: Problem) => problem.nodeId !== undefined);
  const more = (refusal?.problems?.length ?? 1) - 1;
  toast(t("running.refused"), {
    tone: "bad",
    about: "run",
    detail: inTurn([describeError(error), refusal?.said?.remedy && sentence(refusal.said.remedy, t), more > 0 && t("running.more", { count: more })], t),
    ...(placed?.nodeId !== undefined && { action: { label: t("running.show"), run: () => goToNode(store, placed.nodeId!) } }),
  });
}

/** Runs that are looked through for the seeds nodes last ran with: a run of a part of the workflow knows those of that part. */
const mostRunsAsked = 10;

/** Seeds of the last run of each node, to count on from. Runs made before this page was opened are asked for once, when first needed. */
function createSeedMemory(client: Client, workflowId: string) {
  let used: UsedSeeds | null = null;
  const earlier = async (counting: readonly string[]): Promise<UsedSeeds> => {
    const { runs } = await client.runs.list.query({ workflowId, limit: mostRunsAsked });
    const unknown = new Set(counting);
    let found: UsedSeeds = new Map();
    for (const { id } of runs) {
      if (unknown.size === 0) break;
      const { graph, state } = await client.runs.get.query({ id });
      const ran = new Set(Object.keys(state.nodes).map(nodeIdOf));
      found = new Map([...usedSeeds(graph, ran), ...found]);
      for (const nodeId of ran) unknown.delete(nodeId);
    }
    return found;
  };
  return {
    async seeded(graph: Workflow, targets: readonly string[] | undefined): Promise<Workflow> {
      const counting = graph.nodes.filter(({ seedMode }) => seedMode === "increment").map(({ id }) => id);
      if (used === null && counting.length > 0) used = await earlier(counting);
      return withSeedsForRun(graph, drawSeed, { targets, used: used ?? new Map() });
    },
    ran(graph: Workflow, targets: readonly string[] | undefined): void {
      used = new Map([...(used ?? []), ...usedSeeds(graph, nodesOfRun(graph, targets))]);
    },
  };
}

/** `save` sends what is unsaved; `follow` takes up the events of the shown run. */
export function createRunCalls(client: Client, store: EditorStore, save: () => Promise<unknown>, follow: () => void): RunCalls {
  const seeds = createSeedMemory(client, store.getState().workflowId);
  return {
    async startRun({ targets, forced } = {}) {
      if (store.getState().starting) return;
      store.setState({ starting: true });
      try {
        const unseeded = store.getState().graph;
        const seeded = await seeds.seeded(unseeded, targets);
        // Whoever typed on while earlier seeds were asked for keeps what was typed.
        if (seeded !== unseeded && store.getState().graph === unseeded) amendGraph(store, seeded);
        await save();
        const { graph, workflowId } = store.getState();
        const { id } = await client.runs.start.mutate({ workflowId, graph, ...(targets && { targets: [...targets] }), ...(forced && { forced: [...forced] }) });
        seeds.ran(graph, targets);
        settleToast("run");
        showNewRun(store, id, graph, picturesOf(store.getState()));
        follow();
      } catch (error) {
        tellRefusal(store, error);
      } finally {
        store.setState({ starting: false });
      }
    },
    async cancelRun() {
      const { run } = store.getState();
      if (!run || !isActive(run)) return;
      await client.runs.cancel.mutate({ id: run.id }).catch((error) => toast(currentTranslator()("running.notCancelled"), { detail: describeError(error), tone: "bad" }));
    },
    async pauseRun() {
      const { run } = store.getState();
      if (run) await client.runs.pause.mutate({ id: run.id }).catch((error: unknown) => toast(currentTranslator()("running.notPaused"), { detail: describeError(error), tone: "bad" }));
    },
    async resumeRun() {
      const { run } = store.getState();
      if (!run) return;
      try {
        await client.runs.resume.mutate({ id: run.id });
        // The subscription outlasts a pause; one that was lost is taken up again.
        follow();
      } catch (error) {
        toast(currentTranslator()("running.notResumed"), { detail: describeError(error), tone: "bad" });
      }
    },
  };
}
