/** Looks results up though the database may be away for a while: what it holds is not to be computed again. */
import { setTimeout as sleep } from "node:timers/promises";
import { isDatabaseAway } from "@/server/database/client";
import type { Memory } from "@/server/engine/resolve";

/** Asks until there is an answer, or `signal` aborts: then it throws, as it does for any other failure. */
export function patiently(find: Memory["find"], signal: AbortSignal): Memory["find"] {
  return async (keys) => {
    for (let failures = 0; ; failures++) {
      try {
        return await find(keys);
      } catch (error) {
        if (signal.aborted || !isDatabaseAway(error)) throw error;
        await sleep(Math.min(1_000, 50 * 2 ** failures), undefined, { signal }).catch(() => undefined);
      }
    }
  };
}
