/** Executes a plan node by node. Knows no process, database or disk: what it needs of them is injected. */
import type { Tensor } from "@/models/tensor";
import { NodeError, type Frame, type Models, type NodeRun, type NodeSpec } from "@/nodes/define-node";
import type { Output, RunEnding, RunEvent } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import type { Value } from "@/nodes/values";
import { describeFailure, isExpected } from "./failure";
import type { Plan, PlannedNode } from "./plan";

/** A run event whose frames and outputs are still tensors; the recorder stores them and makes a RunEvent of it. */
export type EngineEvent =
  | Exclude<RunEvent, { type: "queued" | "frame" | "node-done" }>
  | { type: "frame"; nodeId: string; frame: Frame }
  | { type: "node-done"; nodeId: string; seconds: number; outputs: Record<string, EngineOutput> };

export interface EngineOutput {
  readonly value: Value;
  /** 8-bit RGB [height, width, 3]; null for what has no picture. */
  readonly picture: Tensor<"uint8"> | null;
}

export interface EngineContext {
  /** The run of a node type; undefined for an unknown one. */
  findRun(type: string): NodeRun<NodeSpec> | undefined;
  /** Models for one node; `onLoading` hears the name of each model opened for the first time. */
  models(onLoading: (model: string) => void): Models;
  loadImage(hash: string): Promise<Value<"image">>;
  /** A stored result as a value again. */
  restore(output: Output): Promise<Value>;
  pictureOf(value: Value): Tensor<"uint8"> | null;
  /** Takes events in order; the engine waits for it, so that a slow disk slows the run down and not memory up. */
  emit(event: EngineEvent): void | Promise<void>;
  /** Hears of failures that are defects rather than mistakes a person can mend: a matter for the log. */
  report(error: unknown): void;
  readonly signal: AbortSignal;
}

type Outcome = { state: "done"; outputs: Record<string, Value> } | { state: "failed" } | { state: "not-run" };

/** Runs everything in `plan` that is not in `finished`; resolves with how it ended. Node failures do not throw. */
export async function execute(
  plan: Plan,
  finished: Readonly<Record<string, Readonly<Record<string, Output>>>>,
  context: EngineContext,
): Promise<RunEnding> {
  const begun = performance.now();
  const end = async (status: RunEnding, message?: string): Promise<RunEnding> => {
    await context.emit({ type: "ended", status, seconds: (performance.now() - begun) / 1000, ...(message !== undefined && { message }) });
    return status;
  };
  await context.emit({ type: Object.keys(finished).length > 0 ? "resumed" : "started" });
  if (plan.problems.length > 0) return end("failed", await refuse(plan, finished, context));

  const outcomes = new Map<string, Outcome>();
  let firstFailure: string | undefined;
  for (const planned of plan.nodes) {
    const { id } = planned.node;
    if (finished[id]) continue;
    const blocked = planned.edges.some(({ source }) => !finished[source] && outcomes.get(source)?.state !== "done");
    if (blocked || context.signal.aborted) {
      outcomes.set(id, { state: "not-run" });
      await context.emit({ type: "node-not-run", nodeId: id });
      continue;
    }
    const outcome = await runNode(planned, outcomes, finished, context);
    if (typeof outcome === "string") firstFailure ??= outcome;
    outcomes.set(id, typeof outcome === "string" ? { state: "failed" } : outcome);
    release(plan, outcomes, finished);
  }
  if (context.signal.aborted) return end("cancelled");
  return firstFailure === undefined ? end("done") : end("failed", firstFailure);
}

/** Says every problem on its node and runs nothing: cheaper than finding out after an hour. */
async function refuse(plan: Plan, finished: Readonly<Record<string, unknown>>, context: EngineContext): Promise<string> {
  for (const { node } of plan.nodes) {
    if (finished[node.id]) continue;
    const problem = plan.problems.find(({ nodeId }) => nodeId === node.id);
    if (!problem) await context.emit({ type: "node-not-run", nodeId: node.id });
    else await context.emit({ type: "node-failed", nodeId: node.id, message: problem.message, ...(problem.remedy !== undefined && { remedy: problem.remedy }) });
  }
  const first = plan.problems[0];
  return [first?.message, first?.remedy].filter(Boolean).join(" ");
}

/** The node's outcome, or the sentence that says how it failed. */
async function runNode(
  { node, edges }: PlannedNode,
  outcomes: ReadonlyMap<string, Outcome>,
  finished: Readonly<Record<string, Readonly<Record<string, Output>>>>,
  context: EngineContext,
): Promise<Outcome | string> {
  const nodeId = node.id;
  const begun = performance.now();
  await context.emit({ type: "node-started", nodeId });
  // Notices and loading come from inside a synchronous call; awaiting this chain keeps all events in order.
  let said: Promise<void> = Promise.resolve();
  const say = (event: EngineEvent) => {
    said = said.then(() => context.emit(event));
  };
  try {
    const spec = findSpec(node.type);
    const run = context.findRun(node.type);
    if (!spec || !run) throw new NodeError(`This program knows no node type “${node.type}”.`);
    const inputs: Record<string, Value> = {};
    for (const edge of edges) inputs[edge.targetPort] = await valueOf(edge.source, edge.sourcePort, outcomes, finished, context);
    const steps = run({
      inputs,
      params: spec.params.parse(node.params),
      models: context.models((model) => say({ type: "loading", nodeId, model })),
      loadImage: (hash) => context.loadImage(hash),
      notice: (message) => say({ type: "notice", nodeId, message }),
      signal: context.signal,
    });
    const outputs = (await follow(steps, context.signal, (frame) => {
      say({ type: "frame", nodeId, frame });
      return said;
    })) as Record<string, Value>;
    await said;
    context.signal.throwIfAborted();
    const withPictures = Object.entries(outputs).map(([port, value]) => [port, { value, picture: context.pictureOf(value) }] as const);
    await context.emit({ type: "node-done", nodeId, seconds: (performance.now() - begun) / 1000, outputs: Object.fromEntries(withPictures) });
    return { state: "done", outputs };
  } catch (error) {
    await said;
    if (context.signal.aborted) {
      await context.emit({ type: "node-not-run", nodeId });
      return { state: "not-run" };
    }
    if (!isExpected(error)) context.report(error);
    const { message, remedy } = describeFailure(error);
    await context.emit({ type: "node-failed", nodeId, message, ...(remedy !== undefined && { remedy }) });
    return [message, remedy].filter(Boolean).join(" ");
  }
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

async function valueOf(
  source: string,
  port: string,
  outcomes: ReadonlyMap<string, Outcome>,
  finished: Readonly<Record<string, Readonly<Record<string, Output>>>>,
  context: EngineContext,
): Promise<Value> {
  const outcome = outcomes.get(source);
  const value = outcome?.state === "done" ? outcome.outputs[port] : undefined;
  if (value) return value;
  const stored = finished[source]?.[port];
  if (stored) return context.restore(stored);
  throw new Error(`Node ${source} gave no output ${port}.`);
}

/** Lets go of outputs that no node still to run needs. */
function release(plan: Plan, outcomes: Map<string, Outcome>, finished: Readonly<Record<string, unknown>>): void {
  const needed = new Set(plan.nodes.filter(({ node }) => !outcomes.has(node.id) && !finished[node.id]).flatMap(({ edges }) => edges.map((edge) => edge.source)));
  for (const [id, outcome] of outcomes) if (outcome.state === "done" && !needed.has(id)) outcomes.set(id, { state: "done", outputs: {} });
}
