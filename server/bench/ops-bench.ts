/**
 * `npm run bench -- ops`: each layer in every form it can be written in (see models/graph/operator-choice.ts), on the
 * provider in use.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { readSafetensorsHeader, writeSafetensors } from "@/models/checkpoints/safetensors";
import { Weights } from "@/models/checkpoints/weights";
import { GraphBuilder } from "@/models/graph/graph-builder";
import { chosenForm, operatorChoices, type Operator } from "@/models/graph/operator-choice";
import { elementCount, float32 } from "@/models/tensor";
import { availableProvider, type ProviderName } from "@/server/sessions/provider";
import type { Settings } from "@/server/settings";
import { interleaved, median, ratioOf, type Timed } from "./interleaved";
import { say, seconds, table, times } from "./lines";
import { operatorCases, type OperatorCase } from "./ops-cases";

/** Seconds for one layer at one shape in all its forms, after which no new round begins. */
const budget = 2;
/** The layer several times in a row, so that what a session's run costs by itself does not count. */
const chainOf = ({ inputs }: OperatorCase) => (elementCount(Object.values(inputs)[0]!) < 200_000 ? 16 : 2);

export async function benchOps({ provider: wanted }: Settings, folder: string): Promise<void> {
  const provider = availableProvider(wanted);
  say("ONNX Runtime provider", provider.reason ?? provider.name);
  const rows = [["operator", "shape", "form", "time", "over the one in use"]];
  const ratios = new Map<string, number[]>();
  for (const one of operatorCases()) {
    const { operator, shape } = one;
    const used = chosenForm(operator);
    const sessions = await openForms(one, provider.name, folder);
    const ways = Object.fromEntries(Object.entries(sessions).map(([form, { timed }]) => [form, timed]));
    const rounds = await interleaved(ways, { rounds: 31, budget });
    for (const form of operatorChoices[operator].forms) {
      const ratio = ratioOf(rounds, form, used);
      const key = `${operator}|${form}`;
      ratios.set(key, [...(ratios.get(key) ?? []), ratio]);
      rows.push([operator, shape, form, seconds(median(rounds[form]!) / chainOf(one)), form === used ? "in use" : times(ratio)]);
    }
    for (const { session } of Object.values(sessions)) await session.release();
  }
  table(rows);
  console.log("\nGeometric mean over the shapes, as a multiple of the time of the form in use:");
  table(Object.entries(operatorChoices).map(([operator, { forms }]) => [
    operator, forms.map((form) => (form === chosenForm(operator as Operator) ? `${form} in use` : `${form} ${times(geometricMean(ratios.get(`${operator}|${form}`)!))}`)).join(", "),
  ]));
}

async function openForms(one: OperatorCase, provider: ProviderName, folder: string) {
  const file = join(folder, "weights.safetensors");
  const random = (dims: readonly number[]) => Float32Array.from({ length: elementCount(dims) }, () => 2 * Math.random() - 1);
  writeSafetensors(file, Object.fromEntries(Object.entries(one.weights).map(([name, dims]) => [name, float32(random(dims), dims)])));
  const weights = Weights.of("bench", file, [readSafetensorsHeader(file)]);
  const feeds = Object.fromEntries(Object.entries(one.inputs).map(([name, dims]) => [name, new Tensor("float32", random(dims), dims)]));
  const opened: Record<string, { session: InferenceSession; timed: Timed }> = {};
  for (const form of operatorChoices[one.operator].forms) {
    const g = GraphBuilder.create({ name: "form", weights });
    const { x: first, ...others } = Object.fromEntries(Object.entries(one.inputs).map(([name, dims]) => [name, g.input(name, "float32", dims)]));
    let x = first!;
    for (let i = 0; i < chainOf(one); i++) x = one.build(g, form, x, others);
    // One number leaves the session: copying the whole output would take as long as many a layer.
    g.output("y", g.slice(g.reshape(x, [-1]), 0, 0, 1), [1]);
    const path = join(folder, "form.onnx");
    writeFileSync(path, g.encode(folder));
    const session = await InferenceSession.create(path, sessionOptions(provider, form));
    opened[form] = { session, timed: async () => void (await session.run(feeds)) };
  }
  return opened;
}

/** As the runner's sessions; but at "all" ONNX Runtime would fuse most decompositions itself. */
function sessionOptions(provider: ProviderName, form: string): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: Math.min(availableParallelism(), 16),
    interOpNumThreads: 1,
    graphOptimizationLevel: form === "decomposed" ? "basic" : "all",
    logSeverityLevel: 4,
    extra: { "session.intra_op.allow_spinning": "0" },
  };
}

const geometricMean = (values: readonly number[]) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
