/**
 * `npm run bench`: what the program costs on this computer, in plain lines. With a name it measures one thing:
 * `npm run bench -- engine`, editor, inspector, probes, unmask or ops. Leaves nothing behind.
 */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deviceName, findDevice } from "@/server/runs/device-name";
import { readSettings, type Settings } from "@/server/settings";
import { benchEngine } from "./engine-bench";
import { benchEditor } from "./editor-bench";
import { benchInspector } from "./inspector-bench";
import { say } from "./lines";
import { benchOps } from "./ops-bench";
import { benchProbes } from "./probe-bench";
import { benchUnmasking } from "./unmask-bench";
import { benchWhole } from "./whole-bench";

const benches: Readonly<Record<string, (settings: Settings, folder: string) => Promise<void>>> = { engine: benchEngine, editor: benchEditor, inspector: benchInspector, probes: benchProbes, unmask: benchUnmasking, ops: benchOps };

const [name, ...rest] = process.argv.slice(2);
const bench = name === undefined ? benchWhole : Object.hasOwn(benches, name) ? benches[name] : undefined;
if (!bench || rest.length > 0) {
  console.error(`There is no bench "${[name, ...rest].join(" ")}". Known: ${Object.keys(benches).join(", ")}; without a name, the program as a whole.`);
  process.exit(2);
}

const settings = readSettings(process.env);
const folder = await realpath(await mkdtemp(join(tmpdir(), "bifrost-bench-")));
try {
  say("computer", deviceName(await findDevice(settings.provider)));
  await bench(settings, folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
