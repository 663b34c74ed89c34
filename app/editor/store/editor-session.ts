/** One open workflow: its store, its saving and the run it follows. Holds everything that outlives a render. */
import type { Client } from "@/app/trpc-client";
import { describeError, refusalOf } from "@/app/trpc-client";
import { readInspectorLink } from "@/app/inspector/inspector-link";
import type { InspectedRun } from "@/app/inspector/subject";
import { toast } from "@/app/ui/toast";
import type { StoredWorkflow } from "@/server/api/contract";
import type { Workflow } from "@/nodes/workflow";
import { type Autosave, createAutosave } from "./autosave";
import { replaceDocument } from "./document-actions";
import { createEditorStore, type EditorStore } from "./editor-store";
import { createRunCalls, type RunCalls } from "./run-calls";
import { afterSelecting, openLink } from "./inspect-actions";
import { followRun, type RunFollower } from "./run-follower";
import { isActive, showRun } from "./run-actions";
import { dropSafetyCopy, keepSafetyCopy, readSafetyCopy } from "./safety-copy";

interface Saved {
  readonly name: string;
  readonly graph: Workflow;
}

export interface EditorSession extends RunCalls {
  readonly store: EditorStore;
  readonly autosave: Autosave<Saved>;
  /** Begins to save and to follow; the answer ends both. `query`: of the page's address, may name a run and a view of it. */
  open(query: URLSearchParams): () => void;
  showRun(id: string): Promise<void>;
  /** What was saved elsewhere, while a conflict waits to be settled. */
  theirs(): StoredWorkflow | null;
  loadTheirs(): void;
  /** Saves what is here as a new workflow and gives its id. */
  saveAsCopy(): Promise<string>;
}

function createSaving(store: EditorStore, client: Client, opened: StoredWorkflow, onConflict: (current: StoredWorkflow | null) => void): Autosave<Saved> {
  const id = opened.id;
  return createAutosave<Saved>(
    {
      read: () => ({ name: store.getState().name, graph: store.getState().graph }),
      same: (a, b) => a.name === b.name && a.graph === b.graph,
      async send({ name, graph }, baseVersion) {
        const saved = await client.workflows.save.mutate({ id, name, graph, baseVersion });
        return { version: saved.version, at: Date.parse(saved.updatedAt) };
      },
      isConflict(error) {
        const refusal = refusalOf(error);
        if (refusal?.code !== "CONFLICT") return false;
        onConflict(refusal.current ?? null);
        return true;
      },
      describe: describeError,
      keepCopy: (saved, baseVersion) => keepSafetyCopy(id, { ...saved, baseVersion }),
      dropCopy: () => dropSafetyCopy(id),
      report: (save) => store.setState({ save }),
    },
    { name: opened.name, graph: opened.graph },
    opened.version,
  );
}

/** Brings back edits a closed tab left unsaved. They were made on the version their copy names. */
function restoreUnsaved(store: EditorStore, opened: StoredWorkflow, autosave: Autosave<Saved>): void {
  const copy = readSafetyCopy(opened.id);
  if (!copy) return;
  if (copy.name === opened.name && JSON.stringify(copy.graph) === JSON.stringify(opened.graph)) return dropSafetyCopy(opened.id);
  store.setState({ name: copy.name, graph: copy.graph });
  if (copy.baseVersion === opened.version) {
    toast("Brought back edits that were not saved yet");
    autosave.changed();
  } else {
    // Based on an older version: the server answers with a conflict, and the person chooses.
    autosave.settle({ name: "", graph: opened.graph }, copy.baseVersion, 0);
  }
}

export function createEditorSession(client: Client, opened: StoredWorkflow): EditorSession {
  const store = createEditorStore({ ...opened, updatedAt: Date.parse(opened.updatedAt) });
  let conflict: StoredWorkflow | null = null;
  const autosave = createSaving(store, client, opened, (current) => {
    conflict = current;
  });
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
    autosave,
    open(query) {
      const link = readInspectorLink(query);
      const runId = query.get("run");
      restoreUnsaved(store, opened, autosave);
      const unsubscribe = store.subscribe((state, before) => {
        if (state.graph !== before.graph || state.name !== before.name) autosave.changed();
        const looked = state.selection !== before.selection || state.selectedEdges !== before.selectedEdges ? afterSelecting(state, before) : null;
        if (looked) store.setState(looked);
      });
      if (store.getState().run) follow();
      else {
        (runId === null ? openLatest() : openRun(runId))
          .then(() => link && openLink(store, link, inspectedRun))
          .catch((error) => toast(runId === null ? "The results of the last run could not be loaded" : "This run could not be opened", { detail: describeError(error), tone: "bad" }));
      }
      window.addEventListener("pagehide", autosave.leave);
      return () => {
        window.removeEventListener("pagehide", autosave.leave);
        unsubscribe();
        autosave.stop();
        follower?.stop();
      };
    },
    ...createRunCalls(client, store, () => autosave.flush(), follow),
    showRun: openRun,
    theirs: () => conflict,
    loadTheirs() {
      if (!conflict) return;
      const { name, graph, version, updatedAt } = conflict;
      replaceDocument(store, name, graph);
      autosave.settle({ name, graph }, version, Date.parse(updatedAt));
      conflict = null;
    },
    async saveAsCopy() {
      const { name, graph } = store.getState();
      const copy = await client.workflows.create.mutate({ name: `${name.slice(0, 110)} (mine)`, graph });
      return copy.id;
    },
  };
}
