/** Reading a checkpoint's files and folders: what the system refuses is said apart from what they hold. */
import { statSync } from "node:fs";
import { said } from "../said";
import { CheckpointError } from "./checkpoint-error";

/** Throws a CheckpointError naming `path` and the way out when the system refuses what `read` does. */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw isSystemError(error) ? unreadable(path, error.code) : error;
  }
}

/** As existsSync, but throws a CheckpointError where the system will not say. */
export function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if (isSystemError(error) && ["EACCES", "EPERM"].includes(error.code)) throw unreadable(path, error.code);
    return false;
  }
}

export function isSystemError(error: unknown): error is Error & { code: string; path?: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}

export function unreadable(path: string, code: string): CheckpointError {
  switch (code) {
    case "EISDIR":
      return new CheckpointError(said("{path} is a folder, where a file of this name should be. Move it away and download the file.", { path }));
    case "ENOTDIR":
      return new CheckpointError(said("{path} is a file, where a folder of this name should be. Move it away and download the folder.", { path }));
    case "EACCES":
    case "EPERM":
      return new CheckpointError(said("{path} cannot be read by this user ({code}). Make it readable, and the folders above it (chmod), or run this as its owner.", { path, code }));
    case "ENOENT":
      return new CheckpointError(said("{path} is not there any more. Download it again.", { path }));
    default:
      return new CheckpointError(said("{path} cannot be read ({code}). Check the disk that it lies on, or download it again.", { path, code }));
  }
}
