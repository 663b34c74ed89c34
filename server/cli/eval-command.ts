/** `bifrost eval`: how well pictures follow their prompts, as GenEval counts it. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pixels, toSignedTensor } from "@/models/images/pixels";
import type { Tensor } from "@/models/tensor";
import { findPreset, presets } from "@/nodes/presets";
import type { Value } from "@/nodes/values";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { readDetections, type Detection } from "@/server/eval/detection";
import { JudgedPictures } from "@/server/eval/judged-pictures";
import { paint } from "@/server/eval/painter";
import { defaultPrompts, parsePrompts, type Category, type EvalPrompt } from "@/server/eval/prompt";
import { isCorrect, Scoreboard } from "@/server/eval/score";
import { PipelineModels } from "@/server/sessions/pipeline-models";
import { SessionPool } from "@/server/sessions/session-pool";
import { readSettings } from "@/server/settings";
import { CommandError } from "./command-error";
import { prepareFolder } from "./result-files";
import { readChange, withSeed } from "./workflow-file";

export interface EvalOptions {
  readonly prompts?: string;
  readonly seeds: number;
  readonly category?: Category;
  /** A preset with a Prompt and a picture, in place of the default pipeline: for ablations. */
  readonly preset: string;
  /** "node.param=value", as in `bifrost run`. */
  readonly set: readonly string[];
  /** Only so many prompts, spread evenly over all of them. */
  readonly count?: number;
  /** A folder for the pictures, named by verdict, and for sheets of them, to check the detector by eye. */
  readonly out?: string;
}

const forever = new AbortController().signal;

/** Prints one line per category and the overall score; 130 when interrupted, after the scores so far. */
export async function evaluate({ prompts: file, seeds, category, count, preset, set, out }: EvalOptions, signal: AbortSignal): Promise<number> {
  const settings = readSettings(process.env);
  const graphDir = await mkdtemp(join(tmpdir(), "bifrost-eval-"));
  try {
    const models = new PipelineModels(settings.checkpointDir, graphDir, new SessionPool(settings.provider));
    if (!models.pipeline.detector) throw new CommandError(`The checkpoint ${settings.checkpointDir} has no detector to score pictures with.`);
    const asked = (file === undefined ? standardPrompts(models) : await readPrompts(file)).filter(({ tag }) => category === undefined || tag === category);
    if (asked.length === 0) throw new CommandError(`There are no prompts${category ? ` of category ${category}` : ""} to score.`);
    const prompts = spread(withoutUnseen(asked, models), count);
    const workflow = evaluated(preset, set, models);
    const board = new Scoreboard();
    const times = new Times();
    if (out !== undefined) await prepareFolder(out);
    const kept = out === undefined ? undefined : new JudgedPictures(out);
    try {
      for (const [index, prompt] of prompts.entries()) {
        process.stderr.write(`${index + 1} of ${prompts.length}: ${prompt.prompt}\n`);
        for (let seed = 0; seed < seeds && !signal.aborted; seed++) {
          const start = performance.now();
          const { picture, seconds } = await paint(asking(workflow, prompt.prompt, seed), models, forever);
          times.add((performance.now() - start) / 1000, seconds);
          const detections = await detect(picture, models);
          const correct = isCorrect(prompt, detections);
          board.add(prompt.tag, correct);
          await kept?.add({ prompt, index, seed, picture: picture.tensors.image as Tensor<"uint8">, detections, correct });
        }
        if (signal.aborted) break;
      }
      await kept?.end();
    } finally {
      // Also after a failure: an hour of pictures is not thrown away.
      print(board, times);
    }
    return signal.aborted ? 130 : 0;
  } finally {
    await rm(graphDir, { recursive: true, force: true });
  }
}

function standardPrompts({ pipeline: { detector, words, heldOut } }: PipelineModels): EvalPrompt[] {
  const { classes, colors } = detector!.config;
  return defaultPrompts({ classes, colors, objectWords: words?.objects ?? [], ...(words?.natural && { natural: words.natural }), ...(heldOut && { heldOut }) });
}

async function readPrompts(file: string): Promise<EvalPrompt[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(error.code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read (${error.code}).`);
  });
  try {
    return parsePrompts(text);
  } catch (error) {
    throw new CommandError(`${file}: ${(error as Error).message}`);
  }
}

/**
 * Leaves out, and says so, prompts with a class or colour the detector does not know: they would count as wrong every
 * time. GenEval's own file has some of them for a small checkpoint.
 */
function withoutUnseen(prompts: readonly EvalPrompt[], { pipeline }: PipelineModels): EvalPrompt[] {
  const { classes, colors } = pipeline.detector!.config;
  const unseen = new Set<string>();
  const seen = prompts.filter(({ include, exclude }) => {
    const unknown = [
      ...[...include, ...exclude].map((item) => item.class).filter((name) => !classes.includes(name)),
      ...include.flatMap(({ color }) => (color === undefined || colors.includes(color) ? [] : [color])),
    ];
    for (const name of unknown) unseen.add(name);
    return unknown.length === 0;
  });
  if (unseen.size === 0) return seen;
  const names = [...unseen].join(", ");
  if (seen.length === 0) throw new CommandError(`The checkpoint's detector knows nothing of what these prompts ask for: ${names}.`);
  process.stderr.write(`${prompts.length - seen.length} of ${prompts.length} prompts are left out; the detector does not know: ${names}\n`);
  return seen;
}

/** The preset with its changes, at the size its checkpoint was trained on. Throws a CommandError. */
function evaluated(preset: string, set: readonly string[], { pipeline: { geometry } }: PipelineModels): Workflow {
  const found = findPreset(preset);
  if (!found?.graph.nodes.some(({ type }) => type === "prompt")) {
    throw new CommandError(`${preset} is not a preset with a prompt. There are: ${presets.filter(({ graph }) => graph.nodes.some(({ type }) => type === "prompt")).map(({ id }) => id).join(", ")}.`);
  }
  const side = geometry.outputSize;
  const sized = withParams(found.graph, "flux-sampler", { width: side, height: side });
  return set.reduce((workflow, change) => {
    const { node, param, value } = readChange(workflow, change);
    const params = { ...node.params, [param]: value } as WorkflowNode["params"];
    return { ...workflow, nodes: workflow.nodes.map((each) => (each.id === node.id ? { ...each, params } : each)) };
  }, sized);
}

function asking(workflow: Workflow, text: string, seed: number): Workflow {
  return withParams(withSeed(workflow, seed), "prompt", { text });
}

function withParams(workflow: Workflow, type: string, params: WorkflowNode["params"]): Workflow {
  return { ...workflow, nodes: workflow.nodes.map((node) => (node.type === type ? { ...node, params: { ...node.params, ...params } } : node)) };
}

async function detect(picture: Value<"image">, models: PipelineModels): Promise<Detection[]> {
  const { config } = models.pipeline.detector!;
  const { width, height } = picture.facts;
  const input = toSignedTensor(pixels((picture.tensors.image as Tensor<"uint8">).data, width, height, 3));
  const outputs = await models.forNode(() => undefined, forever).run("detector", { pixel_values: input });
  return readDetections(outputs, config, config.threshold);
}

function spread<T>(items: readonly T[], count = items.length): T[] {
  const kept = Math.min(count, items.length);
  return Array.from({ length: kept }, (_, index) => items[Math.floor((index * items.length) / kept)]!);
}

/** Seconds of every picture, and of every node of it. */
class Times {
  private readonly pictures: number[] = [];
  private readonly nodes = new Map<string, number[]>();

  add(picture: number, nodes: ReadonlyMap<string, number>): void {
    this.pictures.push(picture);
    for (const [id, seconds] of nodes) {
      const known = this.nodes.get(id);
      if (known) known.push(seconds);
      else this.nodes.set(id, [seconds]);
    }
  }

  /** Medians, those of the nodes from 1 ms on; empty without pictures. */
  lines(): string[] {
    if (this.pictures.length === 0) return [];
    const shares = [...this.nodes].map(([id, seconds]) => [id, median(seconds)] as const).filter(([, seconds]) => seconds >= 0.001);
    return [
      `${median(this.pictures).toFixed(2)} s a picture, median of ${this.pictures.length}`,
      ...(shares.length > 0 ? [`of which ${shares.map(([id, seconds]) => `${id} ${seconds.toFixed(3)} s`).join(", ")}`] : []),
    ];
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function print(board: Scoreboard, times: Times): void {
  const line = (name: string, share: number, note: string) => process.stdout.write(`${name.padEnd(14)} ${share.toFixed(3)}${note}\n`);
  for (const [tag, { correct, pictures }] of board.rows()) line(tag, correct / pictures, `  (${correct} of ${pictures})`);
  if (board.rows().length > 0) line("overall", board.overall(), "");
  for (const text of times.lines()) process.stdout.write(`${text}\n`);
}
