"use client";

/** Numbers about tensors, read once: artifacts never change. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { inspectorWorker } from "./worker/shared-inspector";
import type { TensorRef, View } from "./worker/contract";

const once = { staleTime: Infinity, gcTime: 60_000, retry: false, placeholderData: keepPreviousData } as const;
const keyOf = ({ hash, name }: TensorRef) => `${hash} ${name}`;

/** What tensors a file holds. Until that is known, what the step before of the same place held stands for it. */
export function useDescription(place: string | null, hash: string | null) {
  return useQuery({
    queryKey: ["tensors of", hash, place],
    queryFn: () => inspectorWorker().describe(hash!),
    enabled: place !== null && hash !== null,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
    placeholderData: (before, earlier) => (earlier?.queryKey[2] === place ? before : undefined),
  });
}

const restMs = 120;

/** What is asked about once it stands still: steps that are passed over would only hold up the pictures. */
function useResting<T>(value: T, key: string | null): T {
  const [resting, setResting] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setResting(value), restMs);
    return () => clearTimeout(timer);
    // The key stands for the value.
    // eslint-disable-next-line react/exhaustive-deps
  }, [key]);
  return resting;
}

export function useStatistics(wanted: TensorRef | null) {
  const of = useResting(wanted, wanted && keyOf(wanted));
  return useQuery({ queryKey: ["statistics", of && keyOf(of)], queryFn: () => inspectorWorker().statistics(of!), enabled: of !== null, ...once });
}

export function useHistogram(wanted: TensorRef | null, bins: number) {
  const of = useResting(wanted, wanted && keyOf(wanted));
  return useQuery({ queryKey: ["histogram", of && keyOf(of), bins], queryFn: () => inspectorWorker().histogram(of!, bins), enabled: of !== null, ...once });
}

export function useChannelHistograms(wanted: TensorRef | null) {
  const of = useResting(wanted, wanted && keyOf(wanted));
  return useQuery({ queryKey: ["channel histograms", of && keyOf(of)], queryFn: () => inspectorWorker().channelHistograms(of!), enabled: of !== null, ...once });
}

/** The values of many small tensors; asked for anew when there are more of them. */
export function useValuesOver(of: readonly TensorRef[]) {
  return useQuery({ queryKey: ["values over", of.map(keyOf).join()], queryFn: () => inspectorWorker().valuesOver(of), enabled: of.length > 1, ...once });
}

/** Statistics of many tensors; asked for anew when there are more of them. */
export function useSeries(of: readonly TensorRef[]) {
  return useQuery({ queryKey: ["statistics over", of.map(keyOf).join()], queryFn: () => inspectorWorker().statisticsOver(of), enabled: of.length > 1, ...once });
}

/** One scale for views of one place at many steps; null until it is known, or without views. */
export function useScaleOver(place: string, views: readonly View[] | null) {
  const { data } = useQuery({
    queryKey: ["scale over", place, JSON.stringify(views)],
    queryFn: () => inspectorWorker().scaleOver(views!),
    enabled: views !== null,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
    // While more steps come, the scale of those before holds.
    placeholderData: (before, earlier) => (earlier?.queryKey[1] === place ? before : undefined),
  });
  return views === null ? null : (data ?? null);
}

export function useDifference(wantedA: TensorRef | null, wantedB: TensorRef | null) {
  const key = [wantedA, wantedB].map((ref) => ref && keyOf(ref)).join(" ");
  const [a, b] = useResting([wantedA, wantedB] as const, key);
  return useQuery({ queryKey: ["difference", a && keyOf(a), b && keyOf(b)], queryFn: () => inspectorWorker().compare(a!, b!), enabled: a !== null && b !== null, ...once });
}

export function useValues(of: TensorRef | null) {
  return useQuery({ queryKey: ["values", of && keyOf(of)], queryFn: () => inspectorWorker().values(of!), enabled: of !== null, ...once, gcTime: 0 });
}
