"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { describeError, useTRPC, useTRPCClient } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import type { PresetSummary, WorkflowSummary } from "@/server/api/contract";
import type { Workflow } from "@/nodes/workflow";
import { sayImported } from "@/app/workflow-files/import-words";
import { readWorkflowFile } from "@/app/workflow-files/workflow-file";

type Named = Pick<WorkflowSummary, "id" | "name">;

export interface WorkflowActions {
  create(start?: { name?: string; graph?: Workflow; presetId?: string }): Promise<void>;
  importFiles(files: readonly File[]): Promise<void>;
  rename(workflow: Named, name: string): void;
  duplicate(workflow: Named): void;
  remove(workflow: Named): void;
  restore(workflow: Named): void;
  removePreset(preset: PresetSummary): void;
}

/** What can be done with whole workflows. Each says so when it fails; deleting can be undone. */
export function useWorkflowActions(): WorkflowActions {
  const t = useTranslations();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMemo(() => {
    const failed = (title: string) => (error: unknown) => toast(title, { detail: describeError(error), tone: "bad" });
    const refresh = () => Promise.all([queryClient.invalidateQueries(trpc.workflows.list.queryFilter()), queryClient.invalidateQueries(trpc.presets.list.queryFilter())]);
    const restore = (workflow: Named) => {
      client.workflows.restore.mutate({ id: workflow.id }).then(refresh, failed(t("start.said.notBroughtBack", { name: workflow.name })));
    };
    const create: WorkflowActions["create"] = async (start = {}) => {
      try {
        const { id } = await client.workflows.create.mutate({ name: t("start.untitled"), ...start });
        router.push(`/workflows/${id}`);
      } catch (error) {
        failed(t("start.said.notMade"))(error);
      }
    };
    return {
      create,
      restore,
      async importFiles(files) {
        for (const file of files) {
          const read = await readWorkflowFile(file);
          if (!read.ok) {
            toast(t("start.said.notImported", { name: file.name }), { detail: read.message, tone: "bad" });
            continue;
          }
          const { name, graph } = read;
          sayImported(read);
          if (files.length === 1) await create({ name, graph });
          else await client.workflows.create.mutate({ name, graph }).then(refresh, failed(t("start.said.notImported", { name: file.name })));
        }
      },
      rename(workflow, name) {
        client.workflows.rename.mutate({ id: workflow.id, name }).then(refresh, failed(t("start.said.notRenamed", { name: workflow.name })));
      },
      duplicate(workflow) {
        client.workflows.duplicate.mutate({ id: workflow.id }).then(refresh, failed(t("start.said.notDuplicated", { name: workflow.name })));
      },
      remove(workflow) {
        client.workflows.remove.mutate({ id: workflow.id }).then(async () => {
          await refresh();
          toast(t("start.said.deleted", { name: workflow.name }), { action: { label: t("start.said.undo"), run: () => restore(workflow) } });
        }, failed(t("start.said.notDeleted", { name: workflow.name })));
      },
      removePreset(preset) {
        const removeKeepingGraph = async () => {
          const { graph } = await client.presets.get.query({ id: preset.id });
          await client.presets.remove.mutate({ id: preset.id });
          await refresh();
          const again = () => client.presets.create.mutate({ name: preset.name, description: preset.description, graph }).then(refresh, failed(t("start.said.presetNotBroughtBack")));
          toast(t("start.said.presetDeleted", { name: preset.name }), { action: { label: t("start.said.undo"), run: () => void again() } });
        };
        removeKeepingGraph().catch(failed(t("start.said.presetNotDeleted")));
      },
    };
  }, [t, trpc, client, queryClient, router]);
}
