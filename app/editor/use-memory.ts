"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTRPC } from "@/app/trpc-client";
import { noteMemory } from "./graph/problem-lookup";
import { useEditorStore } from "./store/editor-context";

/** Problems of memory are said on the cards from when the worker has been heard of. */
export function useMemory(): void {
  const trpc = useTRPC();
  const store = useEditorStore();
  // Asked for again by the words about the system in the top bar.
  const { data } = useQuery(trpc.system.status.queryOptions());
  const memory = data?.memory ?? null;
  useEffect(() => {
    // Whoever shows problems looks again.
    if (noteMemory(memory)) store.setState({});
  }, [memory, store]);
}
