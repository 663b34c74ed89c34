/** `npm run bench`: what the program costs on this computer, in plain lines. Leaves nothing behind. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deviceName } from "@/server/runs/device-name";
import { readSettings } from "@/server/settings";
import { measurePipeline } from "./pipeline-bench";
import { measureStudio } from "./studio-bench";

const repeats = 9;
const settings = readSettings(process.env);
const folder = await mkdtemp(join(tmpdir(), "bifrost-bench-"));
const say = (name: string, value: string) => console.log(`${name.padEnd(44)} ${value}`);
const seconds = (value: number) => (value < 0.1 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(2)} s`);
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

try {
  say("computer", await deviceName(settings.provider));
  const times = await measurePipeline(settings, join(folder, "pipeline"), repeats);
  say("text to image, first run of a new process", seconds(times.cold));
  say(`text to image, warm, median of ${repeats}`, seconds(times.warm));
  for (const [node, value] of Object.entries(times.nodes)) say(`  ${node}`, seconds(value));
  for (const [graph, { runs, seconds: spent }] of Object.entries(times.graphs)) say(`  in session.run: ${graph}, ${runs}×`, seconds(spent));
  say("wall time over time in session.run", times.overhead.toFixed(3));

  const studio = await measureStudio(join(folder, "studio"));
  say(`start to first page, new data folder${studio.built ? ", site built" : ""}`, seconds(studio.firstStart));
  say("start to first page, again", seconds(studio.secondStart));
  for (const { name, bytes } of studio.peaks) say(`peak memory: ${name}`, megabytes(bytes));
  if (studio.peaks.length > 0) say("peak memory: all together", megabytes(studio.peaks.reduce((sum, { bytes }) => sum + bytes, 0)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
