/** `npm run bifrost -- …`: the same engine without server or database, and commands that look after the studio's files. */
import { Command, InvalidArgumentError, Option } from "commander";
import { CommandError } from "./cli/command-error";
import { doctor } from "./cli/doctor-command";
import { evaluate } from "./cli/eval-command";
import { addModelsCommands } from "./cli/models-command";
import { addStoreCommands } from "./cli/store-command";
import { runWorkflow } from "./cli/run-command";
import { categories } from "./eval/prompt";
import { describeFailure, type Failure, failureOfRun, isExpected } from "./engine/failure";
import { survivePipes } from "./processes/child-role";
import { StartProblem } from "./processes/start-checks";
import { RunnerCrash } from "./runner/runner";
import { SettingsError } from "./settings";

survivePipes();
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupt.abort());

const program = new Command("bifrost").description("Runs Bifrost-1 workflows in the terminal.")
  // One sentence, as for every other mistake.
  .configureOutput({ outputError: (text, write) => write(`${text.replace(/^error: /, "bifrost: ").trim().replaceAll("\n", " ")}\n`) });

program
  .command("run")
  .description("run a preset or a workflow file; prints one JSON event per line, writes pictures and run.json")
  .argument("<workflow>", "a preset's id or the path of a workflow's .json file")
  .requiredOption("--out <dir>", "folder for the pictures and run.json; made when it is not there")
  .option("--set <node.param=value>", "change a param; the node by its id, or by its type when there is one of it", collect, [])
  .option("--seed <number>", "set every seed", wholeNumber)
  .option("--sweep <node.param=values>", "run with each of several values: 1,2,3 or 1..10:1 or a JSON array; several sweeps make a grid", collect, [])
  .option("--verbose", "pass on what ONNX Runtime and the runner process log")
  .action((workflow: string, options) => run(() => runWorkflow(workflow, options, interrupt.signal)));

program
  .command("doctor")
  .description("say whether this computer has what the program needs")
  .action(() => run(doctor));

program
  .command("eval")
  .description("score a pipeline on GenEval-style prompts with the checkpoint's own detector")
  .option("--prompts <file.jsonl>", "prompts in GenEval's metadata format; made from the checkpoint's words otherwise")
  .option("--seeds <count>", "pictures per prompt", positive, 4)
  .option("--preset <id>", "what to score", "text-to-image")
  .option("--set <node.param=value>", "change a param of it, as for run", collect, [])
  .option("--count <prompts>", "only so many prompts, spread evenly", positive)
  .option("--out <dir>", "keep the pictures here, named by verdict, with sheets of what the detector saw")
  .addOption(new Option("--category <name>", "only this kind of prompt").choices(categories))
  .action((options) => run(() => evaluate(options, interrupt.signal)));

addModelsCommands(program, (command) => run(command, commandFailure));
addStoreCommands(program, (command) => run(command, commandFailure));

await program.parseAsync();

/** One sentence on stderr for whatever goes wrong; the details of a defect with DEBUG set. */
async function run(command: () => Promise<number>, unexpected = describeFailure): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = 1;
    const isSaid = [CommandError, SettingsError, StartProblem, RunnerCrash].some((kind) => error instanceof kind);
    const words = isSaid ? (error as Error).message : failureOfRun(isExpected(error) ? describeFailure(error) : unexpected(error)).message;
    process.stderr.write(`bifrost: ${words}\n`);
    if (process.env.DEBUG) console.error(error);
  }
}

/** Of a command that runs no workflow. */
function commandFailure(error: unknown): Failure {
  const said = error instanceof Error ? error.message.split("\n", 1)[0]!.trim() : String(error);
  return { message: `This command failed: ${said}${/[.!?]$/.test(said) ? "" : "."}`, remedy: "Run it again with DEBUG=1; if it fails again, please report the command and what it prints." };
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError("It should be a whole number from 0 up.");
  return value;
}

function positive(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError("It should be at least 1.");
  return value;
}
