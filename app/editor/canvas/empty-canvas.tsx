"use client";

import { useQuery } from "@tanstack/react-query";
import { useReactFlow } from "@xyflow/react";
import { useTranslations } from "use-intl";
import { spoken } from "@/app/i18n/vocabulary";
import { describeError, useTRPC, useTRPCClient } from "@/app/trpc-client";
import { Shortcut } from "@/app/ui/shortcut";
import { toast } from "@/app/ui/toast";
import type { PresetSummary } from "@/server/api/contract";
import type { CommandId } from "../command";
import { nodesAt } from "../graph/levels";
import { useKeysOf } from "../shortcuts/commands-context";
import { edit } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import { fitOptions } from "./fit-options";

/** As many as a glance takes in, not all of them one's own; the command palette has all. */
const [presetsShown, ownShown] = [6, 3];

function shownOf(presets: readonly PresetSummary[]): readonly PresetSummary[] {
  return [...presets.filter(({ shipped }) => !shipped).slice(0, ownShown), ...presets.filter(({ shipped }) => shipped)].slice(0, presetsShown);
}

/** Puts a preset's nodes on the canvas, as one step that can be undone. */
function useStartFrom(): (preset: PresetSummary) => void {
  const t = useTranslations();
  const store = useEditorStore();
  const client = useTRPCClient();
  const { fitView } = useReactFlow();
  return ({ id, name }) => {
    client.presets.get.query({ id }).then(
      ({ graph }) => {
        // Somebody may have begun by hand while it was on its way.
        if (store.getState().graph.nodes.length > 0) return;
        edit(store, () => graph);
        void fitView(fitOptions);
      },
      (error) => toast(t("canvas.empty.presetNotOpened", { name: spoken(name, t) }), { detail: describeError(error), tone: "bad" }),
    );
  };
}

function Presets() {
  const t = useTranslations();
  const trpc = useTRPC();
  const startFrom = useStartFrom();
  const presets = useQuery(trpc.presets.list.queryOptions()).data;
  return (
    // The place is kept before the answer is there.
    <ul aria-label={t("canvas.empty.presets")} className="mt-3 grid min-h-26 w-full grid-cols-2 gap-1.5">
      {presets && shownOf(presets).map((preset) => (
        <li key={preset.id}>
          <button type="button" title={spoken(preset.description, t)} onClick={() => startFrom(preset)} className="pointer-events-auto h-8 w-full truncate rounded-lg border border-line bg-raised px-2.5 text-left hover:border-line-strong">
            {spoken(preset.name, t)}
          </button>
        </li>
      ))}
    </ul>
  );
}

function KeyHint({ command, children }: { command: CommandId; children: string }) {
  const keys = useKeysOf(command);
  return (
    keys && (
      <span className="flex items-center gap-1.5">
        <Shortcut keys={keys} /> {children}
      </span>
    )
  );
}

function EmptySubgraph() {
  const t = useTranslations();
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-1/3 flex flex-col items-center gap-1 p-6 text-center">
      <p className="text-lg font-semibold">{t("subgraphs.empty.title")}</p>
      <p className="text-muted">{t("subgraphs.empty.words")}</p>
    </div>
  );
}

/** What an empty canvas is for, and what to begin with. But for the presets it takes no clicks: the canvas under it does. */
export function EmptyCanvas() {
  const t = useTranslations();
  const empty = useEditor((state) => state.graph.nodes.length === 0 && !state.graph.frames && !state.graph.notes);
  const emptyInside = useEditor((state) => state.level !== null && nodesAt(state.graph, state.level).length === 0);
  if (emptyInside) return <EmptySubgraph />;
  if (!empty) return null;
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center p-6">
      <div className="flex max-w-xl flex-col items-center gap-2 rounded-xl bg-page px-5 py-6 text-center">
        <p className="text-lg font-semibold">{t("canvas.empty.title")}</p>
        <p className="max-w-md text-muted">{t("canvas.empty.detail")}</p>
        <Presets />
        <p className="mt-2 flex flex-wrap items-center justify-center gap-x-3 gap-y-1 text-sm text-faint">
          <KeyHint command="add">{t("canvas.empty.add")}</KeyHint>
          <KeyHint command="paste">{t("canvas.empty.paste")}</KeyHint>
          <KeyHint command="commands">{t("canvas.empty.commands")}</KeyHint>
        </p>
      </div>
    </div>
  );
}
