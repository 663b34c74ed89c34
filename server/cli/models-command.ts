/** `bifrost models …`: whether a checkpoint's files fit, and the graphs that are written over them. */
import { join, relative, resolve } from "node:path";
import { Option, type Command } from "commander";
import { checkCheckpoint, type ComponentReport } from "@/models/checkpoints/check";
import { writeCheckpointGraphs } from "@/models/checkpoint-graphs";
import type { Precision } from "@/models/graph/graph-builder";
import { readSettings } from "@/server/settings";
import { modelsParity } from "./models-parity-command";

/** What the terminal program does with a command's exit code and errors. */
type Run = (command: () => Promise<number>) => Promise<void>;

/** Adds `models` and the commands below it. */
export function addModelsCommands(program: Command, run: Run): void {
  const models = program.command("models").description("look into checkpoints: a pipeline's folder, a FLUX.1, Qwen2.5-VL, Bifrost-1 or ControlNet repository, or one component");

  models
    .command("check")
    .description("say whether a checkpoint's files are whole and fit their configs")
    .argument("<dir>", "the checkpoint's folder, or its models--owner--name folder in a Hugging Face cache")
    .option("--headers-only", "take files whose headers are there but whose data is not")
    .action((directory: string, options: { headersOnly?: true }) => run(() => check(resolve(directory), options.headersOnly ?? false)));

  models
    .command("graph")
    .description("write the checkpoint's ONNX graphs; weights stay where they are")
    .argument("<dir>", "as for check")
    .addOption(new Option("--precision <type>", "what the graphs compute in").choices(["float32", "float16", "bfloat16"]).default("float32", "float32, as on a CPU"))
    .action((directory: string, options: { precision: Precision }) => run(() => writeGraphs(resolve(directory), options.precision)));

  models
    .command("parity")
    .description("compare our graphs' outputs with a reference's; models/README.md says what the folder holds")
    .argument("<dir>", "a folder with component.json, config.json, weights, inputs.safetensors and outputs.safetensors")
    .action((directory: string) => run(() => modelsParity(resolve(directory))));
}

/** Prints each component and all that is wrong with it; 1 when anything is. */
async function check(directory: string, headersOnly: boolean): Promise<number> {
  const reports = checkCheckpoint(directory, { headersOnly });
  for (const report of reports) print(report);
  return reports.every(isSound) ? 0 : 1;
}

const isSound = ({ failure, problems }: ComponentReport) => failure === null && problems.length === 0;

function print(report: ComponentReport): void {
  const { name, title, architecture, tensors, failure, problems, unread } = report;
  const what = [title, architecture && `(${architecture})`].filter(Boolean).join(" ");
  say(`${isSound(report) ? "ok      " : "problem "} ${name}${what && `: ${what}`}${tensors > 0 ? `, ${contents(report)}` : ""}`);
  if (failure !== null) say(`           ${failure}`);
  for (const { kind, tensor, says } of problems) say(`           ${kind.padEnd(10)} ${tensor} ${says}`.trimEnd());
  for (const because of new Set(unread.map((tensor) => tensor.because))) {
    const found = unread.filter((tensor) => tensor.because === because).map(({ tensor }) => tensor);
    say(`           not needed ${found[0]}${found.length > 1 ? ` and ${found.length - 1} more` : ""}: ${because}`);
  }
}

function contents({ parameters, types, bytes, read, tensors }: ComponentReport): string {
  return `${parameters.toLocaleString("en")} parameters, ${types.join(" and ")}, ${size(bytes)}, ${read} of ${tensors} tensors read`;
}

/** Prints one line per graph: written, kept, or linked to its weights again. Throws a CheckpointError at the first that cannot be written. */
async function writeGraphs(directory: string, precision: Precision): Promise<number> {
  let begun = performance.now();
  for await (const { path, bytes, isNew, linked, copied } of writeCheckpointGraphs(directory, precision, join(readSettings(process.env).dataDir, "graphs"))) {
    const way = relative(process.cwd(), path);
    const did = isNew ? "written" : linked > 0 ? "linked " : "kept   ";
    say(`${did} ${way.startsWith("..") ? path : way}, ${size(bytes)}${copied > 0 ? `, copied ${size(copied)} of weights` : ""}, ${((performance.now() - begun) / 1000).toFixed(2)} s`);
    begun = performance.now();
  }
  return 0;
}

function size(bytes: number): string {
  const [value, unit] = bytes >= 1e9 ? [bytes / 1e9, "GB"] : bytes >= 1e6 ? [bytes / 1e6, "MB"] : [bytes / 1e3, "kB"];
  return `${value.toFixed(1)} ${unit}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
