/** Runs one node of a plan and says what happens in it. Knows nothing of other nodes. */
import { said, saidMessage } from "@/models/said";
import type { LastFrame, Frame } from "@/nodes/define-node";
import { NodeError } from "@/nodes/define-node";
import type { Output, Why } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import type { NodeInstance } from "@/nodes/sweeps";
import type { Value } from "@/nodes/values";
import { contentHash, encodeValue } from "./content-hash";
import type { EngineContext, EngineEvent, EngineOutput } from "./contract";
import { describeFailure, type Failure, isExpected } from "./failure";
import type { KeyedRecipe } from "./resolve";

export interface Computed {
  readonly state: "done";
  readonly values: Readonly<Record<string, Value>>;
  /** Content hash by output port. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Output ports whose tensors nobody had stored before. */
  readonly novel: ReadonlySet<string>;
}

export type NodeOutcome = Computed | { readonly state: "not-run" } | { readonly state: "failed"; readonly failure: Failure };

export interface NodeTask {
  readonly instance: NodeInstance;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly keyed: KeyedRecipe | null;
  readonly why: Why;
  readonly resumeAfter: LastFrame | undefined;
}

/** Emits node-started, frames, notices and how it ended; never throws for what the node does. */
export async function runNode({ instance, inputs, keyed, why, resumeAfter }: NodeTask, context: EngineContext): Promise<NodeOutcome> {
  const { node, id: nodeId } = instance;
  const begun = performance.now();
  await context.emit({
    type: "node-started",
    nodeId,
    why,
    ...(keyed && { key: keyed.key, recipe: keyed.recipe }),
    ...(resumeAfter && { after: resumeAfter.step }),
  });
  // Notices and loading come from inside a synchronous call; awaiting this chain keeps all events in order.
  let emitted: Promise<void> = Promise.resolve();
  const say = (event: EngineEvent) => {
    emitted = emitted.then(() => context.emit(event));
  };
  try {
    const spec = findSpec(node.type);
    const run = context.findRun(node.type);
    if (!spec || !run) throw new NodeError(said("This program knows no node type “{type}”.", { type: node.type }));
    const steps = run({
      inputs,
      params: spec.params.parse(node.params),
      models: context.models((model) => say({ type: "loading", nodeId, model })),
      ...(resumeAfter && { resumeAfter }),
      loadImage: (hash) => context.loadImage(hash),
      loadTensors: (hash) => context.loadTensors(hash),
      notice: (message) => say({ type: "notice", nodeId, ...saidMessage(message) }),
      signal: context.signal,
    });
    const values = (await follow(steps, context.signal, (frame) => {
      say({ type: "frame", nodeId, frame });
      return emitted;
    })) as Record<string, Value>;
    await emitted;
    context.signal.throwIfAborted();
    const outputs = Object.fromEntries(Object.entries(values).map(([port, value]) => [port, engineOutput(value, context)]));
    // Before the event that has them stored.
    const novel = new Set(Object.entries(outputs).flatMap(([port, { encoded }]) => (context.isStored(encoded.artifact) ? [] : [port])));
    await context.emit({ type: "node-done", nodeId, seconds: (performance.now() - begun) / 1000, outputs });
    const hashes = Object.fromEntries(Object.entries(outputs).map(([port, output]) => [port, contentHash({ ...output, tensors: output.encoded.artifact })]));
    return { state: "done", values, hashes, novel };
  } catch (error) {
    await emitted;
    if (context.signal.aborted) {
      await context.emit({ type: "node-not-run", nodeId });
      return { state: "not-run" };
    }
    if (!isExpected(error)) context.report(error);
    const failure = describeFailure(error);
    await context.emit({ type: "node-failed", nodeId, ...failure });
    return { state: "failed", failure };
  }
}

function engineOutput(value: Value, context: EngineContext): EngineOutput {
  const shapes = Object.fromEntries(Object.entries(value.tensors).map(([name, { dtype, dims }]) => [name, { dtype, dims: [...dims] }]));
  return { type: value.type, facts: value.facts as unknown as Output["facts"], shapes, encoded: encodeValue(value), picture: context.pictureOf(value) };
}

/** Drives a node's generator; leaves it between two frames when the run is cancelled. */
async function follow<T>(steps: AsyncGenerator<Frame, T, void>, signal: AbortSignal, onFrame: (frame: Frame) => Promise<void>): Promise<T> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    await onFrame(next.value);
    if (signal.aborted) {
      // Runs the generator's finally blocks.
      await steps.return(undefined as T);
      signal.throwIfAborted();
    }
  }
}
