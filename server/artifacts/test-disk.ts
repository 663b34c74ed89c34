import type { Disk } from "./disk";

/** For tests: a disk on which `write` writes every file. */
export const diskOf = (write: Disk["write"]): Disk => ({
  write,
  writeNow() {
    throw new Error("This disk takes its time.");
  },
});
