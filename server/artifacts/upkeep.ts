/** Keeps the artifact store below its limit while the program runs. */
import { sayBytes } from "@/server/byte-size";
import { type Database, isDatabaseAway, lastLine } from "@/server/database/client";
import { markEvicted } from "@/server/runs/named-artifacts";
import { readPins } from "@/server/runs/pinned-artifacts";
import { belowLimit, evict, type Eviction } from "./eviction";
import type { ArtifactStore } from "./store";

export interface UpkeepParts {
  readonly store: ArtifactStore;
  readonly db: Database;
  /** Bytes. */
  readonly limit: number;
}

/** Makes room when the store holds more than its limit, or than `size.limit`. Throws when the database or the disk refuse. */
export async function keepStoreBelowLimit({ store, db, limit }: UpkeepParts, size = belowLimit(limit), now = Date.now()): Promise<Eviction> {
  return evict(store, size, () => readPins(db), (hashes) => markEvicted(db, hashes), now);
}

/** Looking through a large store takes a while: at most a fiftieth of the time goes into it. */
const restShare = 50;
/** Before it is tried again when everything is pinned or in use. */
const stuckMs = 60_000;

/** Does it again and again, as often as the store's size allows. */
export class StoreUpkeep {
  private working: Promise<void> | null = null;
  private notBefore = 0;
  private complained = "";
  private closed = false;

  constructor(
    private readonly parts: UpkeepParts,
    private readonly say: (line: string) => void,
  ) {}

  /** Looks whether room has to be made, unless it did so a moment ago. Never throws: it is tried again the next time. */
  whenDue(): Promise<void> {
    if (this.working === null && performance.now() < this.notBefore) return Promise.resolve();
    this.working ??= this.work().finally(() => (this.working = null));
    return this.working;
  }

  /** What is under way goes on to its end, or to that of its database, in silence. */
  close(): void {
    this.closed = true;
  }

  private async work(): Promise<void> {
    const begun = performance.now();
    let isStuck = false;
    try {
      isStuck = this.report(await keepStoreBelowLimit(this.parts));
    } catch (error) {
      if (!isDatabaseAway(error)) this.complain(`The artifact store could not be brought below its limit: ${lastLine(error)}`);
    }
    const ended = performance.now();
    this.notBefore = ended + Math.max(restShare * (ended - begun), isStuck ? stuckMs : 0);
  }

  /** Whether the store is above its limit and nothing could be done about it. */
  private report({ before, after, files, pinned, recent }: Eviction): boolean {
    const { limit } = this.parts;
    if (files > 0 && !this.closed) this.say(`The artifact store made room: ${sayBytes(before - after)} that were not used for longest are gone, ${sayBytes(after)} stay.`);
    if (after <= limit) {
      this.complained = "";
      return false;
    }
    this.complain(`The artifact store holds more than its limit of ${sayBytes(limit)}: ${sayBytes(pinned)} are kept for good, ${sayBytes(recent)} were used in the last minutes. Set STORE_LIMIT higher, or keep fewer runs.`);
    return files === 0;
  }

  /** Once for each thing that is wrong, until it is mended. */
  private complain(line: string): void {
    if (line !== this.complained && !this.closed) this.say(line);
    this.complained = line;
  }
}
