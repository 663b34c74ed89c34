/**
 * Small deterministic nodes for tests of the whole road of a run: in the places of those that run networks they add
 * numbers. A runner process loads this module when it is told to (ProcessSettings.runs). Before each step a node asks
 * the gate of its test whether to go on; the module's address names the port (test-gate.ts).
 */
import { once } from "node:events";
import { connect } from "node:net";
import { quoted } from "@/models/said";
import { float32, float32Data } from "@/models/tensor";
import { type Frame, NodeError, type NodeContext, type NodeRun, type NodeSpec, oneStep } from "@/nodes/define-node";
import { findRun as findProductRun } from "@/nodes/runs";
import { imageValue, textValue, type Value } from "@/nodes/values";

type Context = NodeContext<NodeSpec>;

/** Not a sentence of the product. */
const unlucky = "Seed 13 is unlucky.";

const gatePort = Number(new URL(import.meta.url).searchParams.get("gate"));

/** Resolves when the gate says so. The gate hears of a cancellation meanwhile: an impatient node would not wait. */
async function ask(question: string, signal: AbortSignal): Promise<void> {
  const socket = connect(gatePort, "127.0.0.1");
  const stopped = () => socket.write("stopped\n");
  socket.write(`${question}\n`);
  signal.addEventListener("abort", stopped);
  await once(socket.resume(), "end");
  signal.removeEventListener("abort", stopped);
}

/** The words of the prompt that a value goes back to; every value but a picture carries them. */
function wordsOf({ inputs, params }: Context): string {
  const [first] = Object.values(inputs as Record<string, Value>);
  return first ? ((first.facts as { text?: string }).text ?? "") : String((params as { text?: string }).text ?? "");
}

const one = (value: number) => float32(Float32Array.of(value), [1]);
/** A value with one number, on a port whose type says something else: nothing here looks. */
const number = (words: string, value: number) => ({ ...textValue(words), tensors: { value: one(value) } });

const encode = oneStep<NodeSpec>((context) => {
  const words = wordsOf(context);
  return { conditioning: number(words, [...words].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0)) } as never;
});

/** Adds conditioning · seed / step in every step. Where it goes on after a frame the sum must come out the same to the bit. */
const sample: NodeRun<NodeSpec> = async function* (context) {
  const { inputs, params, resumeAfter, signal } = context;
  const { steps, seed } = params as { steps: number; seed: number };
  if (seed === 13) throw new NodeError(quoted(unlucky));
  const words = wordsOf(context);
  const weight = float32Data((inputs as { conditioning: Value }).conditioning.tensors.value, "conditioning")[0]!;
  let sum = resumeAfter ? float32Data(resumeAfter.tensors.sum, "sum")[0]! : 0;
  for (let step = (resumeAfter?.step ?? 0) + 1; step <= steps; step++) {
    await ask(`step ${step} of ${words}`, signal);
    sum = Math.fround(sum + (weight * (seed + 1)) / step);
    yield { step, total: steps, tensors: { sum: one(sum) } } satisfies Frame;
  }
  return { latents: number(words, sum) } as never;
};

/** A picture of 2 × 2 pixels that holds the bytes of the number. */
const decode = oneStep<NodeSpec>(({ inputs }) => {
  const { data } = (inputs as { latents: Value }).latents.tensors.value!;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, 4);
  return { image: imageValue(Uint8Array.from({ length: 12 }, (_, index) => bytes[index % 4]!), 2, 2) } as never;
});

const runs: Readonly<Record<string, NodeRun<NodeSpec>>> = { "text-encoder": encode, "flux-sampler": sample, "vae-decode": decode };

export function findRun(type: string): NodeRun<NodeSpec> | undefined {
  const run = runs[type] ?? findProductRun(type);
  return (
    run &&
    (async function* (context) {
      await ask([type, wordsOf(context)].filter(Boolean).join(" of "), context.signal);
      return yield* run(context);
    })
  );
}
