/** `bifrost doctor`: what this computer offers and what is missing, one line each. */
import { access, constants, statfs } from "node:fs/promises";
import { existsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { dirname } from "node:path";
import { listSupportedBackends } from "onnxruntime-node";
import { Client } from "pg";
import { describeCheckpoint, listComponents } from "@/server/checkpoints/checkpoint-components";
import { socketPath, socketUrl } from "@/server/database/socket-path";
import { deviceName, findDevice } from "@/server/runs/device-name";
import { availableProvider, missingCudaLibraries } from "@/server/sessions/provider";
import { readSettings, type Settings } from "@/server/settings";

interface Finding {
  readonly ok: boolean;
  readonly what: string;
  readonly says: string;
}

const enoughMemory = 1.5e9;
const enoughDisk = 1e9;
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** Prints the findings; 0 when all are in order, 1 otherwise. */
export async function doctor(): Promise<number> {
  const settings = readSettings(process.env);
  const findings = [await hardware(), ...providers(settings), ...checkpoint(settings), await database(settings), await dataFolder(settings)];
  for (const { ok, what, says } of findings) process.stdout.write(`${ok ? "ok      " : "problem "} ${what.padEnd(13)} ${says}\n`);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

async function hardware(): Promise<Finding> {
  const memory = totalmem();
  const says = `${deviceName(await findDevice("cpu"))}, ${availableParallelism()} usable, ${gigabytes(memory)} memory, Node ${process.versions.node}, ${process.platform}-${process.arch}`;
  return { ok: memory >= enoughMemory, what: "hardware", says };
}

function providers({ provider }: Settings): Finding[] {
  const choice = availableProvider(provider);
  const backends = listSupportedBackends().map(({ name }) => name);
  const missing = missingCudaLibraries();
  return [
    { ok: true, what: "ONNX Runtime", says: `loads; built for ${backends.join(", ")}` },
    { ok: choice.name === provider, what: "provider", says: choice.reason ?? `${choice.name}, as BIFROST_PROVIDER asks (cpu when unset)` },
    // Only worth a problem when CUDA was asked for, which the line above says.
    { ok: true, what: "CUDA", says: missing.length === 0 ? "its libraries are here; BIFROST_PROVIDER=cuda uses them" : `not usable here: no ${missing.join(", no ")}` },
  ];
}

function checkpoint({ checkpointDir }: Settings): Finding[] {
  const found = describeCheckpoint(checkpointDir);
  if ("problem" in found) return [{ ok: false, what: "checkpoint", says: found.problem.message }];
  const broken = listComponents(checkpointDir).filter(({ problem }) => problem !== null);
  const says = `${checkpointDir}: ${(found.parameters / 1e6).toFixed(1)} million parameters, ${(found.bytes / 1e6).toFixed(1)} MB`;
  return [{ ok: true, what: "checkpoint", says }, ...broken.map(({ title, problem }) => ({ ok: false, what: "checkpoint", says: `${title}: ${problem?.message}` }))];
}

async function database({ databaseUrl, dataDir }: Settings): Promise<Finding> {
  if (databaseUrl === undefined) {
    const running = existsSync(dataDir) && (await answers(socketUrl(socketPath(dataDir)))) === null;
    return { ok: true, what: "database", says: `embedded, below ${dataDir}; ${running ? "running" : "starts with the program"}` };
  }
  const problem = await answers(databaseUrl);
  // The address may hold a password.
  const { host, pathname } = new URL(databaseUrl);
  return { ok: problem === null, what: "database", says: problem === null ? `${host}${pathname} answers` : `${host}${pathname} does not answer (${problem}). Check DATABASE_URL and that Postgres runs.` };
}

/** Null when a query is answered, else why not. */
async function answers(url: string): Promise<string | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  } finally {
    await client.end().catch(() => {});
  }
}

async function dataFolder({ dataDir }: Settings): Promise<Finding> {
  let existing = dataDir;
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    await access(existing, constants.W_OK);
    const { bavail, bsize } = await statfs(existing);
    const free = bavail * bsize;
    const says = `${dataDir}${existing === dataDir ? "" : " (will be made)"}, ${gigabytes(free)} free`;
    return { ok: free >= enoughDisk, what: "data folder", says: free >= enoughDisk ? says : `${says}: too little. Free some space, or set DATA_DIR.` };
  } catch {
    return { ok: false, what: "data folder", says: `${dataDir} cannot be written to. Set DATA_DIR to another folder.` };
  }
}
