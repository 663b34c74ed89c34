/**
 * `npm run bench -- unmask`: one unmasking iteration as the authors' script computes it against ours (text keys and
 * values once per prompt, no unconditional half at guidance 1), in ONNX Runtime and, where it is installed, PyTorch.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { textInputs } from "@/models/architectures/qwen-text";
import { authorsInputs } from "@/models/architectures/visual-branch-authors";
import { readSafetensorsHeader, readTensor, writeSafetensors } from "@/models/checkpoints/safetensors";
import { float32, float32Data, type Tensors } from "@/models/tensor";
import { BIFROST_TEXT_LENGTH } from "@/models/tokenizers/prompt-tokens";
import { SessionPool } from "@/server/sessions/session-pool";
import type { Settings } from "@/server/settings";
import { interleaved, median, ratioOf, type Rounds, type Timed } from "./interleaved";
import { say, seconds, table, times } from "./lines";
import { findPython, TorchProcess } from "./torch-process";
import { multiplyAdds, shippedSubject, wideSubject, type Subject, type UnmaskGraph } from "./unmask-subjects";

const iterations = 16;
const runtimes = ["ONNX Runtime", "PyTorch"] as const;
type Runtime = (typeof runtimes)[number];
/** Of an iteration: everything for both halves; image positions for both halves; for one. */
type Way = "authors" | "guided" | "unguided";
type Timing = `${Runtime} ${Way}` | "prefix";

export async function benchUnmasking({ checkpointDir, provider }: Settings, folder: string): Promise<void> {
  const pool = new SessionPool(provider);
  const python = findPython();
  say("ONNX Runtime provider", pool.provider.reason ?? pool.provider.name);
  if (!python) say("PyTorch", "not found: no BIFROST_PYTHON, .venv/bin/python or python3 imports torch and safetensors");
  for (const [index, open] of [() => shippedSubject(checkpointDir, folder), () => wideSubject(join(folder, "wide"))].entries()) {
    const work = join(folder, `torch-${index}`);
    mkdirSync(work);
    await benchSubject(await open(), pool, python, work);
  }
}

async function benchSubject(subject: Subject, pool: SessionPool, python: string | null, work: string): Promise<void> {
  const { config, prompts } = subject;
  const branch = iterationInputs(subject);
  const ours = await onnxWays(subject, pool, branch);
  const torch = python ? await TorchProcess.start(python, writeJob(subject, branch, work)) : null;
  try {
    const ways: Partial<Record<Timing, Timed>> = { ...ours.ways };
    if (torch) {
      ways["PyTorch authors"] = () => torch.time({ way: "authors", halves: 2 });
      ways["PyTorch guided"] = () => torch.time({ way: "prefix", halves: 2 });
      ways["PyTorch unguided"] = () => torch.time({ way: "prefix", halves: 1 });
    }
    const difference = await largestDifference(ours.predictions, torch, work);
    const rounds = (await interleaved(ways as Record<Timing, Timed>, { rounds: subject.rounds })) as Rounds<Timing>;

    const tokens = prompts.map((prompt) => prompt.data.length) as [number, number];
    console.log(`\n${subject.title}: hidden ${config.hidden_size}, MLP ${config.intermediate_size}, ${config.num_hidden_layers} layers; ${config.num_visual_gen_tokens} patches, text of ${tokens.join(" and ")} tokens, padded to ${BIFROST_TEXT_LENGTH} the authors' way`);
    report(rounds, multiplyAdds(config, tokens), torch !== null);
    say("text keys and values, once per prompt", seconds(median(rounds.prefix)));
    say(`largest difference of predictions${torch ? `, PyTorch ${torch.version} included` : ""}`, `${difference.toExponential(1)} of the largest value`);
  } finally {
    torch?.stop();
    await ours.release();
  }
}

/** What both ways take: a third of the patches known, the rest masked. */
function iterationInputs({ config }: Subject) {
  const { num_visual_gen_tokens: count, hidden_size: hidden } = config;
  return {
    patch_latents: float32(Float32Array.from({ length: count * hidden }, (_, i) => Math.sin(i * 78.233)), [1, count, hidden]),
    mask: float32(Float32Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 0 : 1)), [1, count]),
  };
}

async function onnxWays({ config, weights, prompts, graph }: Subject, pool: SessionPool, branch: Tensors) {
  const open = async (id: UnmaskGraph) => pool.open(await graph(id), weights.headers);
  const sessions = { text: await open("qwen-text"), ours: await open("visual-branch"), authors: await open("visual-branch-authors") };
  const padded = { ...branch, ...authorsInputs(prompts, config) };
  const prefix = (half: 0 | 1) => pool.run(sessions.text, "qwen-text", { ...textInputs(prompts[half], config) });
  const prefixed = [{ ...branch, ...(await prefix(0)) }, { ...branch, ...(await prefix(1)) }] as const;
  const authors = () => pool.run(sessions.authors, "visual-branch-authors", padded);
  const ours = (half: 0 | 1) => pool.run(sessions.ours, "visual-branch", prefixed[half]);
  const prediction = async (run: Promise<Tensors>) => float32Data((await run)["prediction"], "prediction");

  const both = await prediction(authors());
  const [conditional, unconditional] = [await prediction(ours(0)), await prediction(ours(1))];
  const halves = new Float32Array(both.length);
  halves.set(conditional);
  halves.set(unconditional, conditional.length);
  const predictions = [both, halves];
  const ways: Partial<Record<Timing, Timed>> = {
    "ONNX Runtime authors": async () => void (await authors()),
    "ONNX Runtime guided": async () => void (await ours(0), await ours(1)),
    "ONNX Runtime unguided": async () => void (await ours(0)),
    prefix: async () => void (await prefix(0)),
  };
  const release = () => {
    for (const session of Object.values(sessions)) session.close();
    return pool.releaseIdle();
  };
  return { ways, predictions, release };
}

function writeJob({ config, weights, prompts }: Subject, branch: Tensors, work: string): string {
  const inputs = join(work, "inputs.safetensors");
  writeSafetensors(inputs, { ...branch, "input_ids.0": prompts[0], "input_ids.1": prompts[1] });
  const job = join(work, "job.json");
  const files = weights.headers.map(({ file }) => file);
  writeFileSync(job, JSON.stringify({ weights: files, config, inputs, textLength: BIFROST_TEXT_LENGTH, threads: availableParallelism() }));
  return job;
}

/** Between the first prediction, of both halves, and all others, over its largest value. */
async function largestDifference(own: readonly Float32Array[], torch: TorchProcess | null, work: string): Promise<number> {
  const all = [...own];
  for (const way of torch ? (["authors", "prefix"] as const) : []) {
    const out = join(work, `${way}.safetensors`);
    await torch!.time({ way, halves: 2, out });
    all.push(float32Data(readTensor(readSafetensorsHeader(out), "prediction"), "prediction"));
  }
  const [first, ...others] = all as [Float32Array, ...Float32Array[]];
  const scale = first.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return others.reduce((worst, other) => first.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), worst), 0) / scale;
}

function report(rounds: Rounds<Timing>, count: ReturnType<typeof multiplyAdds>, withTorch: boolean): void {
  const rows: string[][] = [["", "authors' way", "ours", "ratio", "by multiply-adds", `ratio of ${iterations} iterations`]];
  for (const runtime of withTorch ? runtimes : runtimes.slice(0, 1)) {
    for (const [title, way, halves] of [["guidance 1", "unguided", 1], ["guidance above 1", "guided", 2]] as const) {
      const [authors, ours] = [`${runtime} authors`, `${runtime} ${way}`] as const;
      // The text part comes once per half; measured in ONNX Runtime only.
      const whole = median(rounds[authors].map((spent, i) => (iterations * spent) / (iterations * rounds[ours][i]! + halves * rounds.prefix[i]!)));
      rows.push([
        `${title}, ${runtime}`, seconds(median(rounds[authors])), seconds(median(rounds[ours])), times(ratioOf(rounds, authors, ours)),
        times(count.authors / count.ours(halves)), runtime === "ONNX Runtime" ? times(whole) : "",
      ]);
    }
  }
  if (withTorch) {
    for (const [title, way] of [["guidance 1", "unguided"], ["guidance above 1", "guided"]] as const) {
      const [authors, ours] = ["PyTorch authors", `ONNX Runtime ${way}`] as const;
      rows.push([`${title}, PyTorch to ONNX Runtime`, seconds(median(rounds[authors])), seconds(median(rounds[ours])), times(ratioOf(rounds, authors, ours)), "", ""]);
    }
  }
  table(rows);
}
