"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { useTranslations } from "use-intl";
import { describeError, useTRPCClient } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import { useEditorStore } from "../store/editor-context";

/** Opens a new workflow that starts as this one is now. */
export function useDuplicate(): () => void {
  const t = useTranslations();
  const store = useEditorStore();
  const client = useTRPCClient();
  const router = useRouter();
  return useCallback(() => {
    const { name, graph } = store.getState();
    client.workflows.create.mutate({ name: t("bar.copy.name", { name: name.slice(0, 110) }), graph }).then(
      ({ id }) => router.push(`/workflows/${id}`),
      (error) => toast(t("bar.copy.failed"), { detail: describeError(error), tone: "bad" }),
    );
  }, [store, client, router, t]);
}
