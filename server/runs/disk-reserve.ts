/** A file that takes up some room, to be given up when the disk is full: so that a run can still be told to have failed. */
import { openSync, closeSync, rmSync, statSync, writeSync } from "node:fs";

/** Room for the last events of a run, and for what a computation still writes until it has stopped. */
const size = 16_000_000;

export class DiskReserve {
  constructor(private readonly path: string) {}

  /** Takes up the room again; does nothing where there is none. */
  keep(): void {
    if (statSync(this.path, { throwIfNoEntry: false })?.size === size) return;
    try {
      const file = openSync(this.path, "w", 0o600);
      try {
        const block = Buffer.alloc(1_000_000);
        for (let written = 0; written < size; ) written += writeSync(file, block);
      } finally {
        closeSync(file);
      }
    } catch {
      this.giveUp();
    }
  }

  giveUp(): void {
    rmSync(this.path, { force: true });
  }
}
