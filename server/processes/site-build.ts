/** Builds what is not in the repository: the Prisma client and the site. Both name the sources they were made of. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { takeLock } from "./instance-lock";
import { root } from "./root";

const require = createRequire(import.meta.url);
const clientFolder = join(root, "server", "database", "generated");
const clientStamp = join(clientFolder, "made-of");
const siteStamp = join(root, ".next", "made-of");
const clientSources = ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"];
const siteSources = ["app", "server", "nodes", "models", "public", ...clientSources, "package.json", "next.config.ts", "proxy.ts", "postcss.config.mjs"];

/** Somebody else may be building in the same folder. */
const longestWaitMs = 15 * 60_000;

/** Builds what is missing or older than its sources. Throws with the tool's own words already printed. */
export async function buildSite(say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  await locked(async () => {
    await makeClient(say, signal);
    const sources = digest(siteSources);
    if (isMadeOf(siteStamp, sources) && existsSync(join(root, ".next", "BUILD_ID"))) return;
    say("Building the site (about a minute; only after changes) …");
    const begun = performance.now();
    await run(require.resolve("next/dist/bin/next"), ["build"], { NODE_ENV: "production" }, signal);
    writeFileSync(siteStamp, sources);
    say(`Built in ${Math.round((performance.now() - begun) / 1000)} s.`);
  });
}

/** The Prisma client, when the schema changed since it was made. */
export async function generateClient(say: (line: string) => void): Promise<void> {
  await locked(() => makeClient(say));
}

async function makeClient(say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const sources = digest(clientSources);
  if (isMadeOf(clientStamp, sources)) return;
  say("Generating the database client …");
  // Generating needs no schema engine, but Prisma would download one unless told that there is a file.
  await run(require.resolve("prisma/build/index.js"), ["generate"], { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath }, signal);
  writeFileSync(clientStamp, sources);
}

async function locked(work: () => Promise<void>): Promise<void> {
  const folder = join(root, "node_modules", ".cache");
  mkdirSync(folder, { recursive: true });
  const lock = await takeLock(join(folder, "bifrost-build.lock"), longestWaitMs);
  try {
    await work();
  } finally {
    lock.release();
  }
}

function isMadeOf(stamp: string, sources: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sources;
}

/** A sha256 over the names and contents of source files: file times change by copying and checking out. */
function digest(sources: readonly string[]): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of sources.flatMap(sourceFiles).sort()) hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/** Weights, tests and generated files take no part in the build. */
const sourcePattern = /\.(tsx?|css|json|prisma|mjs|svg|png|ico|woff2)$/;
const leftOut = /\.test\.tsx?$|^(server\/database\/generated|models\/(mini|training|reference))(\/|$)/;

function sourceFiles(path: string): string[] {
  const full = join(root, path);
  if (leftOut.test(path) || !existsSync(full)) return [];
  if (sourcePattern.test(path)) return [path];
  try {
    return readdirSync(full).flatMap((name) => sourceFiles(`${path}/${name}`));
  } catch {
    // A file of another kind.
    return [];
  }
}

function run(script: string, args: readonly string[], env: Record<string, string>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: { ...process.env, CHECKPOINT_DISABLE: "1", NEXT_TELEMETRY_DISABLED: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(signal && { signal }),
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) return resolve();
      // Quiet while it works; everything when it does not.
      reject(new Error(`${args.join(" ")} failed (code ${code}):\n${output}`));
    });
  });
}
