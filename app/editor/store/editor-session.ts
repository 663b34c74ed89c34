/** One open workflow: its store, its saving and the run it follows. Holds everything that outlives a render. */
import { currentTranslator } from "@/app/i18n/current-translator";
import type { Client } from "@/app/trpc-client";
import { describeError } from "@/app/trpc-client";
import { readInspectorLink } from "@/app/inspector/inspector-link";
import type { InspectedRun } from "@/app/inspector/subject";
import { toast } from "@/app/ui/toast";
import type { StoredWorkflow } from "@/server/api/contract";
import { createEditorStore, type EditorStore } from "./editor-store";
import { createRunCalls, type RunCalls } from "./run-calls";
import { afterSelecting, openLink } from "./inspect-actions";
import { followRun, type RunFollower } from "./run-follower";
import { isActive, showRun } from "./run-actions";
import { createWorkflowSaving, type WorkflowSaving } from "./workflow-saving";

export interface EditorSession extends RunCalls {
  readonly store: EditorStore;
  readonly saving: WorkflowSaving;
  /** Begins to save and to follow; the answer ends both. `query`: of the page's address, may name a run and a view of it. */
  open(query: URLSearchParams): () => void;
  showRun(id: string): Promise<void>;
}

export function createEditorSession(client: Client, opened: StoredWorkflow): EditorSession {
  const store = createEditorStore({ ...opened, updatedAt: Date.parse(opened.updatedAt) });
  const saving = createWorkflowSaving(store, client, opened);
  let follower: RunFollower | null = null;

  const follow = () => {
    const { run } = store.getState();
    follower?.stop();
    follower = run && isActive(run) ? followRun(client, store, run.id, run.lastEvent) : null;
  };

  async function openRun(id: string): Promise<void> {
    const { graph, state, lastEvent, createdAt } = await client.runs.get.query({ id });
    showRun(store, { id, graph, state, lastEvent, startedAt: Date.parse(createdAt) });
    follow();
  }

  async function inspectedRun(id: string): Promise<InspectedRun> {
    const { graph, state } = await client.runs.get.query({ id });
    return { id, graph, state };
  }

  async function openLatest(): Promise<void> {
    const { runs } = await client.runs.list.query({ workflowId: opened.id, limit: 1 });
    // A run started in the meantime is newer than the list.
    if (runs[0] && store.getState().run === null) await openRun(runs[0].id);
  }

  return {
    store,
    saving,
    open(query) {
      const link = readInspectorLink(query);
      const runId = query.get("run");
      const close = saving.open();
      const unsubscribe = store.subscribe((state, before) => {
        const looked = state.selection !== before.selection || state.selectedEdges !== before.selectedEdges ? afterSelecting(state, before) : null;
        if (looked) store.setState(looked);
      });
      if (store.getState().run) follow();
      else {
        (runId === null ? openLatest() : openRun(runId))
          .then(() => link && openLink(store, link, inspectedRun))
          .catch((error) => toast(currentTranslator()(runId === null ? "running.lastNotLoaded" : "running.notOpened"), { detail: describeError(error), tone: "bad" }));
      }
      return () => {
        unsubscribe();
        close();
        follower?.stop();
      };
    },
    ...createRunCalls(client, store, () => saving.autosave.flush(), follow),
    showRun: openRun,
  };
}
