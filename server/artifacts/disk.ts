import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";

/** How new files are written. Tests have disks that fail. */
export interface Disk {
  /** On the disk itself when it resolves, so that a rename never names bytes that a power loss takes away. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Handed to the system when it returns. */
  writeNow(path: string, bytes: Uint8Array): void;
}

export const realDisk: Disk = {
  async write(path, bytes) {
    const file = await open(/* turbopackIgnore: true */ path, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  writeNow: (path, bytes) => writeFileSync(/* turbopackIgnore: true */ path, bytes, { flag: "wx" }),
};
