import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDirectories } from "./directories";

describe("making folders", () => {
  let root: string;
  beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "directories-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("makes every folder on the way, and takes those that are there", () => {
    makeDirectories(join(root, "a/b/c"));
    makeDirectories(join(root, "a/b/c"));
    expect(existsSync(join(root, "a/b/c"))).toBe(true);
  });

  it("throws where a file is in the way", () => {
    writeFileSync(join(root, "file"), "");
    expect(() => makeDirectories(join(root, "file/below"))).toThrow(/ENOTDIR|EEXIST/);
  });

  it.runIf(process.platform === "linux")("throws, and returns at all, where the system refuses with ENOENT", () => {
    expect(() => makeDirectories("/proc/no-such-folder/below")).toThrow(/ENOENT/);
  });
});
