/** `npm start` and `npm run dev`: checks the ground, then starts database, site and worker, and keeps them running. */
import { survivePipes } from "./processes/child-role";
import { describeStartProblem, StartProblem } from "./processes/start-checks";
import { Studio } from "./processes/studio";
import { readSettings } from "./settings";

survivePipes();
process.env.NEXT_TELEMETRY_DISABLED ??= "1";
process.env.CHECKPOINT_DISABLE ??= "1";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());

const say = (line: string) => void process.stdout.write(`${line}\n`);
let studio: Studio | undefined;
try {
  studio = new Studio(readSettings(process.env), { dev: process.argv.includes("--dev"), open: !process.argv.includes("--no-open"), say });
  await studio.start(stop.signal);
  await new Promise<void>((resolve) => {
    if (stop.signal.aborted) resolve();
    stop.signal.addEventListener("abort", () => resolve());
  });
} catch (error) {
  if (!stop.signal.aborted) {
    process.exitCode = 1;
    process.stderr.write(`${describeStartProblem(error)}\n`);
    if (!(error instanceof StartProblem) && process.env.DEBUG) console.error(error);
  }
}
if (stop.signal.aborted) say("Stopping …");
await studio?.stop();
process.exit();
