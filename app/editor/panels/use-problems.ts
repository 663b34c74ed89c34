"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/trpc-client";
import type { Problem } from "@/nodes/problems";
import type { ModelComponent } from "@/server/api/contract";
import { checkpointProblems } from "../graph/checkpoint-problems";
import { problemIndex } from "../graph/problem-lookup";
import { useEditor } from "../store/editor-context";

const noParts: readonly ModelComponent[] = [];

export interface Problems {
  /** Everything that keeps the workflow from running: in itself, and in the checkpoint its nodes need. */
  readonly blocking: readonly Problem[];
  /** Of nodes that no run of the whole workflow needs. */
  readonly beside: readonly Problem[];
}

export function useProblems(): Problems {
  const trpc = useTRPC();
  const graph = useEditor((state) => state.graph);
  // Asked for again by the words about the system in the top bar.
  const { data: status } = useQuery(trpc.system.status.queryOptions());
  const { data: parts } = useQuery(trpc.models.list.queryOptions(undefined, { staleTime: 60_000 }));
  const { blocking, beside } = problemIndex(graph);
  return { blocking: [...checkpointProblems(graph, status, parts ?? noParts), ...blocking], beside };
}
