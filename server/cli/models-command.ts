/** `bifrost models …`: what a checkpoint's files hold. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { listComponents } from "@/server/checkpoints/checkpoint-components";

/** What the terminal program does with a command's exit code and errors. */
type Run = (command: () => Promise<number>) => Promise<void>;

/** Adds `models` and the commands below it. */
export function addModelsCommands(program: Command, run: Run): void {
  const models = program.command("models").description("look into checkpoints");

  models
    .command("check")
    .description("say whether a checkpoint's files are whole and fit their configs")
    .argument("<dir>", "the checkpoint's folder")
    .action((directory: string) => run(() => checkModels(resolve(directory))));

  // `models parity` is added here: models.command("parity")…, with its action in models-parity-command.ts.
}

/** Prints one line per component; 1 when one cannot be used. */
async function checkModels(directory: string): Promise<number> {
  const components = listComponents(directory);
  for (const { title, architecture, parameters, bytes, dtype, problem } of components) {
    const says = problem ?? `${architecture}, ${parameters.toLocaleString("en")} parameters, ${dtype}, ${(bytes / 1e6).toFixed(1)} MB`;
    process.stdout.write(`${problem === null ? "ok      " : "problem "} ${title}: ${says}\n`);
  }
  return components.every(({ problem }) => problem === null) ? 0 : 1;
}
