"use client";

/** Numbers about tensors, read once: artifacts never change. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { inspectorWorker } from "./worker/shared-inspector";
import type { TensorRef } from "./worker/contract";

const once = { staleTime: Infinity, gcTime: 60_000, retry: false, placeholderData: keepPreviousData } as const;
const keyOf = ({ hash, name }: TensorRef) => `${hash} ${name}`;

/** What tensors a place holds. Shapes stay the same from step to step, so one answer is good for all steps of a place. */
export function useDescription(place: string | null, hash: string | null) {
  const query = useQuery({ queryKey: ["tensors of", place], queryFn: () => inspectorWorker().describe(hash!), enabled: place !== null && hash !== null, staleTime: Infinity, gcTime: 60_000, retry: false });
  const { isError, refetch } = query;
  // One step's file may be gone while others are there.
  useEffect(() => {
    if (isError) void refetch();
    // eslint-disable-next-line react/exhaustive-deps
  }, [hash]);
  return query;
}

export function useStatistics(of: TensorRef | null) {
  return useQuery({ queryKey: ["statistics", of && keyOf(of)], queryFn: () => inspectorWorker().statistics(of!), enabled: of !== null, ...once });
}

export function useHistogram(of: TensorRef | null, bins: number) {
  return useQuery({ queryKey: ["histogram", of && keyOf(of), bins], queryFn: () => inspectorWorker().histogram(of!, bins), enabled: of !== null, ...once });
}

/** Statistics of many tensors; asked for anew when there are more of them. */
export function useSeries(of: readonly TensorRef[]) {
  const ends = [of[0], of.at(-1)].map((ref) => ref && keyOf(ref));
  return useQuery({ queryKey: ["statistics over", ...ends, of.length], queryFn: () => inspectorWorker().statisticsOver(of), enabled: of.length > 1, ...once });
}

export function useDifference(a: TensorRef | null, b: TensorRef | null) {
  return useQuery({ queryKey: ["difference", a && keyOf(a), b && keyOf(b)], queryFn: () => inspectorWorker().compare(a!, b!), enabled: a !== null && b !== null, ...once });
}

export function useValues(of: TensorRef | null) {
  return useQuery({ queryKey: ["values", of && keyOf(of)], queryFn: () => inspectorWorker().values(of!), enabled: of !== null, ...once, gcTime: 0 });
}
