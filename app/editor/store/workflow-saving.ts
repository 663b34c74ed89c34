/** Saving of one open workflow: what goes to the server, what comes from others, and what is kept in this browser meanwhile. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { type Client, describeError, isAway, refusalOf } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import type { StoredWorkflow } from "@/server/api/contract";
import { type Content, mergeContents } from "../graph/document-merge";
import { isInHand } from "../graph/history";
import { type Maybe, same } from "../graph/json";
import { conflictKey, type Side } from "../graph/merge";
import { sharing } from "../graph/shared-parts";
import { type Autosave, createAutosave, type SaveDesk, type Stored, type Unsaved } from "./autosave";
import { replaceDocument, takeIn } from "./document-actions";
import { claimDraft, newDraftKey } from "./draft-claim";
import { type Draft, type Drafts, openDrafts } from "./drafts";
import type { EditorStore } from "./editor-store";
import { watchWorkflow } from "./workflow-watch";

export interface WorkflowSaving {
  readonly autosave: Autosave<Content>;
  /** Begins to watch what others save, and takes up what a closed tab left; the answer ends it. */
  open(): () => void;
  /** Settles conflicts, by their keys (merge.ts). Those that came up meanwhile are asked for. */
  choose(choices: ReadonlyMap<string, Side>): void;
  /** Saves what is here as a new workflow, takes theirs into this one, and gives the new one's id. */
  keepMineAsCopy(): Promise<string>;
}

/** A request that a sleeping network swallowed must not hold up saving for good. */
const longestSave = 60_000;
const longestLook = 10_000;

const contentOf = (store: EditorStore): Content => {
  const { name, graph } = store.getState();
  return { name, graph };
};
const storedContent = ({ name, graph, version, updatedAt }: StoredWorkflow): Stored<Content> => ({ document: { name, graph }, version, at: Date.parse(updatedAt) });

/** Joins what others saved with what is here. What both changed is put before the person. */
function join(store: EditorStore, base: Content, theirs: Stored<Content>): Content | null {
  const document = sharing(base, theirs.document);
  const mine = contentOf(store);
  const { value, conflicts, renamed } = mergeContents(base, mine, document, () => "theirs");
  if (conflicts.length > 0) {
    const asking = store.getState().clash?.asking ?? true;
    store.setState({ clash: { base, theirs: { ...theirs, document }, conflicts, asking } });
    return null;
  }
  if (value.name !== mine.name || value.graph !== mine.graph) takeIn(store, value, renamed);
  if (store.getState().clash) store.setState({ clash: null });
  return document;
}

function createDesk(store: EditorStore, client: Client, keep: (unsaved: Unsaved<Content>) => Promise<boolean>, drop: () => void, onSaved: () => void): SaveDesk<Content> {
  const { workflowId: id } = store.getState();
  return {
    read: () => contentOf(store),
    same: (a, b) => a.name === b.name && a.graph === b.graph,
    equal: (a, b) => same(a as unknown as Maybe, b as unknown as Maybe),
    async send({ name, graph }, baseVersion) {
      const saved = await client.workflows.save.mutate({ id, name, graph, baseVersion }, { signal: AbortSignal.timeout(longestSave) });
      onSaved();
      return { version: saved.version, at: Date.parse(saved.updatedAt) };
    },
    storedBy(error) {
      const refusal = refusalOf(error);
      return refusal?.code === "CONFLICT" && refusal.current ? storedContent(refusal.current) : null;
    },
    isAway,
    describe: describeError,
    join: (base, theirs) => join(store, base, theirs),
    keep,
    drop,
    report: (save) => store.setState({ save }),
  };
}

/** Takes up, one by one, what closed tabs of this browser left unsaved. Each is saved before the next. */
function createResuming(store: EditorStore, autosave: Autosave<Content>, drafts: Promise<Drafts>, ownKey: string) {
  const { workflowId } = store.getState();
  const waiting: { draft: Draft; release: () => void }[] = [];
  let taking = false;

  async function next(): Promise<void> {
    if (taking || !autosave.isSaved()) return;
    const { save } = store.getState();
    const left = waiting.shift();
    if (!left || save.kind !== "saved") return;
    taking = true;
    const { draft, release } = left;
    const stored: Stored<Content> = { document: contentOf(store), version: autosave.version(), at: save.at };
    const opened = await drafts;
    // First under its new name, so that it is on this machine at every moment.
    if (await opened.keep({ ...draft, key: ownKey, at: Date.now() })) await opened.drop(draft.key);
    release();
    taking = false;
    // Edited while it was kept: after the next save, then.
    if (!autosave.isSaved()) return void waiting.unshift({ draft: { ...draft, key: ownKey }, release: () => {} });
    takeIn(store, draft.document);
    autosave.resume(draft, stored);
    const { clash, graph, name } = store.getState();
    if (clash || graph !== stored.document.graph || name !== stored.document.name) toast(currentTranslator()("saving.broughtBack"));
  }

  return {
    next: () => void next(),
    async find(): Promise<void> {
      const { drafts: found, unreadable } = await (await drafts).of(workflowId);
      for (const draft of found) {
        if (draft.key === ownKey) continue;
        const release = await claimDraft(draft.key);
        if (release) waiting.push({ draft, release });
      }
      if (unreadable > 0) toast(currentTranslator()("saving.damaged.title"), { detail: currentTranslator()("saving.damaged.detail"), tone: "bad" });
      await next();
    },
  };
}

/** Follows what others do with the workflow. */
function watchOthers(store: EditorStore, client: Client, autosave: Autosave<Content>) {
  const { workflowId: id } = store.getState();
  let toldGone = false;
  return watchWorkflow<StoredWorkflow>(id, {
    ask: () => client.workflows.newer.query({ id, than: autosave.version() }, { signal: AbortSignal.timeout(longestLook) }),
    found: (newer) => autosave.receive(storedContent(newer)),
    accompanied: autosave.accompanied,
    heard(answered, error) {
      if (answered) autosave.reached(true);
      else if (isAway(error)) autosave.reached(false);
      else if (refusalOf(error)?.code === "NOT_FOUND" && !toldGone) {
        toldGone = true;
        toast(currentTranslator()("saving.deleted.title"), { detail: currentTranslator()("saving.deleted.detail"), tone: "bad" });
      }
    },
  });
}

/** Opens, or puts off, the choice between what was changed here and elsewhere. */
export function setAsking(store: EditorStore, asking: boolean): void {
  const { clash } = store.getState();
  if (clash) store.setState({ clash: { ...clash, asking } });
}

export function createWorkflowSaving(store: EditorStore, client: Client, opened: StoredWorkflow): WorkflowSaving {
  const key = newDraftKey();
  const drafts = openDrafts();
  const keep = async ({ document, base, baseVersion, sent }: Unsaved<Content>) =>
    (await drafts).keep({ key, workflowId: opened.id, at: Date.now(), document, base, baseVersion, sent });
  // What cannot be removed is equal to what is stored, and changes nothing when it is found.
  const drop = () => void drafts.then((all) => all.drop(key)).catch(() => {});
  let watch: ReturnType<typeof watchOthers> | null = null;
  const desk = createDesk(store, client, keep, drop, () => watch?.tell());
  const autosave = createAutosave<Content>(desk, storedContent(opened));

  return {
    autosave,
    open() {
      const resuming = createResuming(store, autosave, drafts, key);
      watch = watchOthers(store, client, autosave);
      const claim = claimDraft(key);
      void resuming.find();
      const unsubscribe = store.subscribe((state, before) => {
        // A size that is being drawn is kept and saved when it is done: writing a large workflow down costs as much as several of its frames.
        const [edited, held] = [state.graph !== before.graph || state.name !== before.name, isInHand(state.history)];
        if ((edited && !held) || (!held && isInHand(before.history))) autosave.changed();
        if (state.save !== before.save && state.save.kind === "saved") resuming.next();
      });
      window.addEventListener("pagehide", autosave.leave);
      return () => {
        window.removeEventListener("pagehide", autosave.leave);
        unsubscribe();
        watch?.stop();
        watch = null;
        autosave.stop();
        void claim.then((release) => release?.());
      };
    },
    choose(choices) {
      const { clash } = store.getState();
      if (!clash) return;
      const { value, conflicts, renamed } = mergeContents(clash.base, contentOf(store), clash.theirs.document, (conflict) => choices.get(conflictKey(conflict)) ?? "theirs");
      if (conflicts.some((conflict) => !choices.has(conflictKey(conflict)))) return store.setState({ clash: { ...clash, conflicts, asking: true } });
      takeIn(store, value, renamed);
      store.setState({ clash: null });
      autosave.settle(clash.theirs);
    },
    async keepMineAsCopy() {
      const { name, graph } = store.getState();
      const { id } = await client.workflows.create.mutate({ name: currentTranslator()("saving.copyName", { name: name.slice(0, 110) }), graph });
      const { clash } = store.getState();
      if (clash) {
        replaceDocument(store, clash.theirs.document.name, clash.theirs.document.graph);
        store.setState({ clash: null });
        autosave.settle(clash.theirs);
      }
      return id;
    },
  };
}
