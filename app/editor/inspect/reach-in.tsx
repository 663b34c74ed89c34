"use client";

import { GitBranch } from "lucide-react";
import { useTranslations } from "use-intl";
import { Menu, MenuItem } from "@/app/ui/menu";
import { toast } from "@/app/ui/toast";
import { Tooltip } from "@/app/ui/tooltip";
import type { Workflow } from "@/nodes/workflow";
import { continueFrom, continuableTensor, type Edited, pinFrame, remakePatches, type SavedFrame, savedTypeOf } from "../graph/saved-frames";
import { edit, goToNode } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorStore, Size } from "../store/editor-store";
import { inspect } from "../store/inspect-actions";
import type { Inspected } from "./use-inspected";

/** A node that was just pinned shows what it is of before it runs: its step's picture. */
function keepPicture(store: EditorStore, before: Workflow, picture: string): void {
  const { run, graph } = store.getState();
  if (!run) return;
  const known = new Set(before.nodes.map(({ id }) => id));
  const pinned = graph.nodes.filter(({ id, type }) => type.startsWith("saved-") && !known.has(id));
  store.setState({ run: { ...run, earlier: { ...run.earlier, ...Object.fromEntries(pinned.map(({ id }) => [id, picture])) } } });
}

/** From looking to doing: this tensor as a node, or the run gone on with from here. */
export function ReachIn({ inspected }: { inspected: Inspected }) {
  const t = useTranslations();
  const store = useEditorStore();
  const { subject, of, tensor } = inspected;
  const step = subject.frame?.step ?? null;
  const there = useEditor((state) => state.graph.nodes.some(({ id }) => id === subject.nodeId));
  const continuable = useEditor((state) => continuableTensor(state.graph, { nodeId: subject.nodeId, step }) !== null);
  const saved: SavedFrame = { nodeId: subject.nodeId, step, tensors: of.hash, tensor: of.name, from: step === null ? subject.title : t("inspect.reach.from", { node: subject.title, step }), ...(tensor.meaning.kind === "patches" && { grid: tensor.meaning.grid }) };
  const pinnable = savedTypeOf(tensor.summary.dims, of.name) !== null;
  const picture = subject.frame?.preview?.hash ?? subject.output?.picture?.hash;
  const unmasks = subject.nodeType === "visual-branch-unmasker" && tensor.meaning.kind === "patches";

  const apply = (change: (graph: Workflow, sizes: ReadonlyMap<string, Size>) => Edited, said: string) => {
    const { graph: before, sizes } = store.getState();
    const edited = change(before, sizes);
    const [id] = edited.ids;
    if (id === undefined) return;
    inspect(store, { large: false });
    edit(store, () => edited.workflow, { select: edited.ids });
    if (picture !== undefined) keepPicture(store, before, picture);
    store.setState({ tab: "params" });
    goToNode(store, id);
    toast(said);
  };
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" aria-label={t("inspect.reach.label")} disabled={!there || (!pinnable && !continuable)} className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-40 data-[state=open]:bg-pressed">
          <Tooltip label={t("inspect.reach.label")}>
            <GitBranch size={15} aria-hidden />
          </Tooltip>
        </button>
      }
    >
      <MenuItem disabled={!pinnable} onSelect={() => apply((graph, sizes) => pinFrame(graph, saved, sizes), t("inspect.reach.pinned"))}>
        {t("inspect.reach.pin")}
      </MenuItem>
      {unmasks && <MenuItem onSelect={() => apply((graph, sizes) => remakePatches(graph, saved, sizes), t("inspect.reach.paint"))}>{t("inspect.reach.remake")}</MenuItem>}
      <MenuItem disabled={!continuable} onSelect={() => apply((graph, sizes) => continueFrom(graph, saved, "as a branch", sizes), t("inspect.reach.branched"))}>
        {t("inspect.reach.branch", { step: step ?? 0 })}
      </MenuItem>
      <MenuItem disabled={!continuable} onSelect={() => apply((graph, sizes) => continueFrom(graph, saved, "in place", sizes), t("inspect.reach.nextRun", { step: step ?? 0 }))}>
        {t("inspect.reach.inPlace", { step: step ?? 0 })}
      </MenuItem>
    </Menu>
  );
}
