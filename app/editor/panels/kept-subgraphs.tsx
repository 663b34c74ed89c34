"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { describeError, useTRPC, useTRPCClient } from "@/app/trpc-client";
import { IconButton } from "@/app/ui/icon-button";
import { toast } from "@/app/ui/toast";
import type { SubgraphPreset } from "@/server/api/contract";
import { findKept } from "../canvas/node-candidates";
import { carryKept } from "../canvas/use-canvas-drops";
import { PortShape } from "../node/port-shape";
import { useEditorStore } from "../store/editor-context";
import { addKept } from "../store/kept-subgraphs";
import { closeSheet } from "./panel-layout";
import { usePlaceInView } from "./place-in-view";

/** Takes it off the list. Copies in workflows stay. */
function useRemove(): (preset: SubgraphPreset) => Promise<void> {
  const t = useTranslations();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  return async ({ id, name }) => {
    const refresh = () => queryClient.invalidateQueries(trpc.presets.subgraphs.queryFilter());
    try {
      const { description, graph } = await client.presets.get.query({ id });
      await client.presets.remove.mutate({ id });
      await refresh();
      const again = () => void client.presets.create.mutate({ name, description, graph, kind: "subgraph" }).then(refresh);
      toast(t("subgraphs.preset.removed", { name }), { detail: t("subgraphs.preset.removedDetail"), action: { label: t("subgraphs.preset.undo"), run: again } });
    } catch (error) {
      toast(t("subgraphs.preset.notRemoved", { name }), { detail: describeError(error), tone: "bad" });
    }
  };
}

/** The subgraphs somebody kept, as the list of nodes offers its types: a click or a drag adds a copy. */
export function KeptSubgraphs({ query }: { query: string }) {
  const t = useTranslations();
  const store = useEditorStore();
  const client = useTRPCClient();
  const placeInView = usePlaceInView();
  const remove = useRemove();
  const kept = useQuery(useTRPC().presets.subgraphs.queryOptions()).data ?? [];
  const found = findKept(query, kept, null);
  if (found.length === 0) return null;
  const add = (id: string) => {
    void addKept(store, client, id, placeInView());
    closeSheet();
  };
  return (
    <section aria-label={t("subgraphs.preset.category")} className="mb-3">
      <h2 className="px-2 pb-1 text-sm text-faint">{t("subgraphs.preset.category")}</h2>
      {found.map(({ preset, shape }) => (
        <div key={preset.id} className="group flex items-center rounded-md hover:bg-hover">
          <div
            role="button"
            tabIndex={0}
            draggable
            title={preset.description || undefined}
            onClick={() => add(preset.id)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== " ") return;
              event.preventDefault();
              event.stopPropagation();
              add(preset.id);
            }}
            onDragStart={(event) => carryKept(event.dataTransfer, preset.id)}
            className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-md px-2 select-none active:bg-pressed"
          >
            {shape && <PortShape type={shape} size={11} />}
            <span className="truncate">{preset.name}</span>
          </div>
          <IconButton label={t("subgraphs.preset.remove", { name: preset.name })} size="small" side="right" className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100" icon={<X size={13} />} onClick={() => void remove(preset)} />
        </div>
      ))}
    </section>
  );
}
