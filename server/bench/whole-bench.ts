/** What the program costs on this computer: the default pipeline, the start, the memory. */
import { join } from "node:path";
import type { Settings } from "@/server/settings";
import { megabytes, say, seconds } from "./lines";
import { measurePipeline } from "./pipeline-bench";
import { measureStudio } from "./studio-bench";

const repeats = 9;

export async function benchWhole(settings: Settings, folder: string): Promise<void> {
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
}
