/** What was used last from the command palette, remembered on this machine. */
import { z } from "zod";
import { create } from "zustand";
import { persist } from "zustand/middleware";

const kept = 20;

const recentSchema = z.object({ ids: z.array(z.string().max(200)).max(kept) });

/** The last used first. */
export const useRecentEntries = create<{ readonly ids: readonly string[] }>()(
  persist((): { ids: readonly string[] } => ({ ids: [] }), {
    name: "bifrost.recent-commands",
    version: 1,
    merge: (stored) => recentSchema.safeParse(stored).data ?? { ids: [] },
  }),
);

export function withUsed(ids: readonly string[], id: string): string[] {
  return [id, ...ids.filter((other) => other !== id)].slice(0, kept);
}

export function noteUse(id: string): void {
  useRecentEntries.setState(({ ids }) => ({ ids: withUsed(ids, id) }));
}
