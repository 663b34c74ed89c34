/** The store's use for the site, where many may ask: looked at once for all of them, and not again at once. */
import { join } from "node:path";
import type { StorageUse } from "@/server/api/contract";
import type { Database } from "@/server/database/client";
import type { Settings } from "@/server/settings";
import type { ArtifactStore } from "./store";
import { measureUse } from "./usage";

interface Report {
  use: Promise<StorageUse>;
  /** Until when the answer is given again. */
  until: number;
}

const reports = new WeakMap<ArtifactStore, Report>();

/** An answer holds for ten times as long as it took. */
const restShare = 10;

/** Where a checkpoint's graphs may lie: beside its weights, or in the data folder. */
export const graphFolders = ({ dataDir, checkpointDir }: Settings) => [join(/* turbopackIgnore: true */ dataDir, "graphs"), checkpointDir];

export function readStorageUse(store: ArtifactStore, db: Database, settings: Settings): Promise<StorageUse> {
  const last = reports.get(store);
  if (last && performance.now() < last.until) return last.use;
  const begun = performance.now();
  const report: Report = { use: measureUse(store, db, settings.storeLimit, graphFolders(settings)), until: Number.POSITIVE_INFINITY };
  reports.set(store, report);
  void report.use.then(
    () => (report.until = performance.now() + restShare * (performance.now() - begun)),
    () => reports.delete(store),
  );
  return report.use;
}
