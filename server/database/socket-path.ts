/** Where the embedded database listens: a socket only this user can reach. */
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Postgres clients find a socket by its folder and this name. */
const socketName = ".s.PGSQL.5432";
/** sun_path holds 108 bytes with its terminating zero (104 on macOS). */
const longestPath = 103;

/** Makes the folder, mode 0700, and returns the socket's path in it: below `dataDir`, or in the temporary folder when that is too long. */
export function socketPath(dataDir: string): string {
  const below = join(dataDir, "socket");
  if (Buffer.byteLength(join(below, socketName)) <= longestPath) return join(privateFolder(below), socketName);
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const path = join(privateFolder(join(tmpdir(), `bifrost-${name}`)), socketName);
  if (Buffer.byteLength(path) > longestPath) throw new Error(`The temporary folder's path ${tmpdir()} is too long for a socket. Set TMPDIR to a shorter one.`);
  return path;
}

/** A folder in the shared temporary folder could have been made by somebody else to listen in. */
function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid())) {
    throw new Error(`${path} belongs to somebody else. Remove it, or set TMPDIR to a folder of your own.`);
  }
  chmodSync(path, 0o700);
  return path;
}

/** The address clients connect to. */
export function socketUrl(path: string): string {
  return `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(path.slice(0, -socketName.length - 1))}`;
}
