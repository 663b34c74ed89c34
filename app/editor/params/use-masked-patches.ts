"use client";

import { useQuery } from "@tanstack/react-query";
import { inspectorWorker } from "@/app/inspector/worker/shared-inspector";

const none: ReadonlySet<number> = new Set();

/** Positions that the mask in a file of patches marks; none without a mask, or one of another number of patches. */
async function maskedIn(hash: string, count: number): Promise<ReadonlySet<number>> {
  const tensors = await inspectorWorker().describe(hash);
  if (!tensors.some(({ name }) => name === "mask")) return none;
  const { data } = await inspectorWorker().values({ hash, name: "mask" });
  return data.length === count ? new Set([...data.keys()].filter((position) => data[position] !== 0)) : none;
}

/** Files never change, so each is read once. A file that is gone is said elsewhere, where it is used. */
export function useMaskedPatches(hash: string | null, count: number): ReadonlySet<number> {
  const { data } = useQuery({ queryKey: ["masked patches", hash, count], queryFn: () => maskedIn(hash!, count), enabled: hash !== null, staleTime: Infinity, retry: false });
  return hash === null ? none : (data ?? none);
}
