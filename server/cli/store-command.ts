/** `bifrost store …`: what the artifact store holds, whether it is whole, and how it is mended or made smaller. */
import { existsSync } from "node:fs";
import { InvalidArgumentError, type Command } from "commander";
import type { StorageKind } from "@/server/api/contract";
import { graphFolders } from "@/server/artifacts/storage-report";
import { ArtifactStore } from "@/server/artifacts/store";
import { keepStoreBelowLimit } from "@/server/artifacts/upkeep";
import { belowLimit } from "@/server/artifacts/eviction";
import { measureUse } from "@/server/artifacts/usage";
import { inspectStore, repairStore, type StoreProblem } from "@/server/artifacts/verification";
import { parseBytes } from "@/server/byte-size";
import type { Database } from "@/server/database/client";
import { readSettings, type Settings } from "@/server/settings";
import { CommandError } from "./command-error";
import { knowsFolder, withDatabase } from "./studio-database";

type Run = (command: () => Promise<number>) => Promise<void>;

/** Adds `store` and the commands below it. */
export function addStoreCommands(program: Command, run: Run): void {
  const store = program.command("store").description("look after the artifact store in DATA_DIR, while the studio runs or not");

  store
    .command("usage")
    .description("say what takes how much room")
    .action(() => run(() => inStore(usage)));

  store
    .command("verify")
    .description("read every file and say which are damaged or missing; changes nothing")
    .action(() => run(() => inStore(verify)));

  store
    .command("repair")
    .description("remove damaged files and what was left half-written, and forget results that lost files, so that they are computed again")
    .action(() => run(() => inStore(repair)));

  store
    .command("evict")
    .description("make room: remove what was used longest ago, but nothing that is kept or was used in the last 15 minutes")
    .option("--to <size>", "how much may stay, such as 500 MB; 90 % of STORE_LIMIT otherwise", size)
    .action(({ to }: { to?: number }) => run(() => inStore((place) => makeRoom(place, to))));
}

interface Place {
  readonly settings: Settings;
  readonly store: ArtifactStore;
  /** Null when there is none yet: the folder was only used in the terminal. */
  readonly db: Database | null;
}

async function inStore(work: (place: Place) => Promise<number>): Promise<number> {
  const settings = readSettings(process.env);
  if (!existsSync(settings.dataDir)) throw new CommandError(`There is no data folder ${settings.dataDir}. Set DATA_DIR to the studio's.`);
  return withDatabase(settings, (db) => work({ settings, store: new ArtifactStore(settings.dataDir), db }));
}

const titles: Record<StorageKind, string> = { pictures: "pictures", results: "result tensors", steps: "step tensors", uploads: "uploads", unnamed: "not referenced" };

async function usage({ settings, store, db }: Place): Promise<number> {
  const use = await measureUse(store, db, settings.storeLimit, graphFolders(settings));
  for (const { kind, files, bytes } of use.kinds) say(row(titles[kind], bytes, files));
  say(row("together", use.bytes, use.kinds.reduce((sum, { files }) => sum + files, 0), `, ${((100 * use.bytes) / use.limit).toFixed(1)} % of the limit of ${amount(use.limit)}; ${amount(use.pinnedBytes)} are kept for good`));
  say(row("ONNX graphs", use.graphs.bytes, use.graphs.files, ", not counted"));
  return 0;
}

const row = (title: string, bytes: number, files: number, more = "") => `${title.padEnd(15)} ${amount(bytes).padStart(9)}  ${count(files, "file")}${more}`;

/** Prints what is wrong, one line each; 1 when anything is. */
async function verify({ store, db }: Place): Promise<number> {
  const { files, bytes, problems, evicted } = await inspectStore(store, db);
  for (const problem of problems) say(`${problem.what.padEnd(9)} ${describe(problem)}`);
  say(`${problems.length === 0 ? "ok      " : "problem "} ${count(files, "file")} read, ${amount(bytes)}; ${problems.length === 0 ? "all are whole" : count(problems.length, "problem")}${evicted > 0 ? `; ${count(evicted, "result")} made room and would be computed again` : ""}`);
  return problems.length === 0 ? 0 : 1;
}

function describe({ file, where }: StoreProblem): string {
  return where.length === 0 ? `${file}, which no result names` : `${file}: ${where.slice(0, 3).join(", ")}${where.length > 3 ? ` and ${where.length - 3} more` : ""}`;
}

async function repair({ store, db }: Place): Promise<number> {
  const { removed, forgotten, leftovers, remaining } = await repairStore(store, db);
  say(`removed   ${count(removed, "damaged file")}, ${count(leftovers, "half-written file")}`);
  say(`forgotten ${count(forgotten, "result")}${forgotten > 0 ? ", computed again when needed" : ""}`);
  for (const problem of remaining) say(`${problem.what.padEnd(9)} ${describe(problem)}: ${remedyOf(problem)}`);
  return remaining.length === 0 ? 0 : 1;
}

/** What repair cannot mend is missing only where a workflow names it, or cannot be read. */
function remedyOf({ what, file }: StoreProblem): string {
  if (what !== "missing") return "check its rights and its disk";
  return file.endsWith(".safetensors") ? "run the node they are from anew, or pin others" : "choose the picture again";
}

async function makeRoom({ settings, store, db }: Place, to: number | undefined): Promise<number> {
  if (!db) throw new CommandError(`There is no database in ${settings.dataDir} that could say what is to be kept. Set DATABASE_URL as for npm start.`);
  if (!(await knowsFolder(db, settings.dataDir))) throw new CommandError(`This database knows nothing of the data folder ${settings.dataDir}, and cannot say what is to be kept. Set DATA_DIR and DATABASE_URL as for npm start.`);
  const wanted = to === undefined ? belowLimit(settings.storeLimit) : { limit: to, target: to };
  const { before, after, files, pinned, recent } = await keepStoreBelowLimit({ store, db, limit: settings.storeLimit }, wanted);
  say(files === 0 ? `nothing removed; the store holds ${amount(after)}` : `removed ${count(files, "file")}, ${amount(before - after)}; the store holds ${amount(after)}`);
  if (after > wanted.limit) say(`more than ${amount(wanted.limit)} stay: ${amount(pinned)} are kept for good, ${amount(recent)} were used in the last 15 minutes or by a run that is under way`);
  return after > wanted.limit ? 1 : 0;
}

function size(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === null) throw new InvalidArgumentError("It should be a size such as 500 MB or 10 GB.");
  return bytes;
}

function amount(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [value, unit] = bytes >= 1e9 ? [bytes / 1e9, "GB"] : bytes >= 1e6 ? [bytes / 1e6, "MB"] : [bytes / 1e3, "kB"];
  return `${value.toFixed(1)} ${unit}`;
}

const count = (number: number, noun: string) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
