"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { describeError, useTRPCClient } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import { useEditorStore } from "../store/editor-context";

/** Opens a new workflow that starts as this one is now. */
export function useDuplicate(): () => void {
  const store = useEditorStore();
  const client = useTRPCClient();
  const router = useRouter();
  return useCallback(() => {
    const { name, graph } = store.getState();
    client.workflows.create.mutate({ name: `${name.slice(0, 110)} (copy)`, graph }).then(
      ({ id }) => router.push(`/workflows/${id}`),
      (error) => toast("The copy could not be made", { detail: describeError(error), tone: "bad" }),
    );
  }, [store, client, router]);
}
