"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { describeError, useTRPC } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { Dialog } from "@/app/ui/dialog";
import { toast } from "@/app/ui/toast";
import { titleIn } from "../panels/node-title";
import { useEditor, useEditorStore } from "../store/editor-context";
import { keptGraph } from "../graph/kept-graph";
import { subgraphAtHand } from "../subgraph-commands";

function PresetForm({ subgraph, onDone }: { subgraph: string | null; onDone: () => void }) {
  const t = useTranslations();
  const store = useEditorStore();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const id = useId();
  const [name, setName] = useState(() => (subgraph === null ? store.getState().name : titleIn(store.getState().graph, subgraph, t)));
  const [description, setDescription] = useState("");
  const create = useMutation(
    trpc.presets.create.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.presets.pathFilter());
        const said = subgraph === null ? "bar.preset" : "subgraphs.preset";
        toast(t(`${said}.saved`, { name: name.trim() }), { detail: t(`${said}.savedDetail`) });
        onDone();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { graph } = store.getState();
    create.mutate(subgraph === null ? { name, description, graph } : { name, description, kind: "subgraph", graph: keptGraph(graph, subgraph, name) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 pb-1">
      <div className="flex flex-col gap-1.5">
        <label htmlFor={`${id}-name`} className="text-muted">
          {t("bar.preset.name")}
        </label>
        <input id={`${id}-name`} className="field h-8" required maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
      </div>
      <div className="flex flex-col gap-1.5">
        <label htmlFor={`${id}-description`} className="text-muted">
          {t("bar.preset.description")}
        </label>
        <textarea id={`${id}-description`} className="field h-auto py-1.5" rows={3} maxLength={1000} value={description} onChange={(event) => setDescription(event.target.value)} />
      </div>
      {create.error && (
        <p role="alert" className="text-bad">
          {describeError(create.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t("bar.preset.cancel")}</Button>
        <Button type="submit" tone="primary" disabled={create.isPending}>
          {t("bar.preset.save")}
        </Button>
      </div>
    </form>
  );
}

/** Keeps the subgraph that is selected or open. */
export function SubgraphPresetDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations();
  const subgraph = useEditor(subgraphAtHand);
  return (
    <Dialog open={open && subgraph !== null} onOpenChange={onOpenChange} title={t("subgraphs.preset.title")} description={t("subgraphs.preset.words")}>
      <PresetForm subgraph={subgraph} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

export function PresetDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("bar.preset.title")} description={t("bar.preset.about")}>
      <PresetForm subgraph={null} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}
