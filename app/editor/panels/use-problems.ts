"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/trpc-client";
import type { Problem } from "@/nodes/problems";
import type { ModelComponent } from "@/server/api/contract";
import { checkpointProblems } from "../graph/checkpoint-problems";
import { problemIndex } from "../graph/problem-lookup";
import { useEditor } from "../store/editor-context";

const noParts: readonly ModelComponent[] = [];

/** Everything that keeps the workflow from running: in itself, and in the checkpoint its nodes need. */
export function useProblems(): readonly Problem[] {
  const trpc = useTRPC();
  const graph = useEditor((state) => state.graph);
  // Asked for again by the words about the system in the top bar.
  const { data: status } = useQuery(trpc.system.status.queryOptions());
  const { data: parts } = useQuery(trpc.models.list.queryOptions(undefined, { staleTime: 60_000 }));
  return [...checkpointProblems(graph, status, parts ?? noParts), ...problemIndex(graph).all];
}
