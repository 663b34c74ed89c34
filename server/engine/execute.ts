/** Executes a plan node by node. Knows no process, database or disk: what it needs of them is injected. */
import type { LastFrame } from "@/nodes/define-node";
import type { Problem } from "@/nodes/problems";
import type { Output, RunEnding } from "@/nodes/run-events";
import type { NodeInstance } from "@/nodes/sweeps";
import type { Value } from "@/nodes/values";
import { contentHash } from "./content-hash";
import type { Beginning, EngineContext } from "./contract";
import { type Failure, failureOfRun, flawBehind, isExpected } from "./failure";
import { Lookups } from "./lookups";
import { type Computed, type NodeOutcome, runNode } from "./node-run";
import type { Plan } from "./plan";
import { isForced, keyOf, type KeyedRecipe, resolvePlan, type Resolution, type StoredResult, whyComputed, whyReused } from "./resolve";

/** Runs what `plan` needs and is not there yet; resolves with how it ended. Node failures do not throw. */
export async function execute(plan: Plan, beginning: Beginning, context: EngineContext): Promise<RunEnding> {
  const begun = performance.now();
  const end = async (status: RunEnding, failure?: Failure): Promise<RunEnding> => {
    await context.emit({ type: "ended", status, seconds: (performance.now() - begun) / 1000, ...(failure && failureOfRun(failure)) });
    return status;
  };
  const resumes = Object.keys(beginning.finished).length + Object.keys(beginning.partial).length > 0;
  await context.emit({ type: resumes ? "resumed" : "started" });
  if (plan.problems.length > 0) return end("failed", await refuse(plan, beginning, context));
  const execution = new Execution(plan, beginning, context, await resolvePlan(plan, context.environment(), context.memory, beginning.forced));
  const failure = await execution.run();
  if (context.signal.aborted) return end("cancelled");
  return failure === undefined ? end("done") : end("failed", failure);
}

/** Says every problem on its node and runs nothing: cheaper than finding out after an hour. */
async function refuse(plan: Plan, { finished }: Beginning, context: EngineContext): Promise<Failure> {
  for (const { node, id } of plan.nodes) {
    if (finished[id]) continue;
    const problem = plan.problems.find(({ nodeId }) => nodeId === node.id);
    if (!problem) await context.emit({ type: "node-not-run", nodeId: id });
    else await context.emit({ type: "node-failed", nodeId: id, ...wordsOf(problem) });
  }
  return wordsOf(plan.problems[0]!);
}

function wordsOf({ message, remedy, said }: Problem): Failure {
  return { message, ...(remedy !== undefined && { remedy }), ...(said && { said }) };
}

/** A node's result as the run holds it: values while something still needs them, else what is stored of it. */
interface Held {
  values: Readonly<Record<string, Value>> | null;
  readonly hashes: Readonly<Record<string, string>>;
  readonly stored: Readonly<Record<string, Output>> | null;
  /** Outputs whose tensors were in no store when they had been computed. */
  readonly novel: ReadonlySet<string>;
}

const nothingNovel: ReadonlySet<string> = new Set();

class Execution {
  private readonly byId: ReadonlyMap<string, NodeInstance>;
  private readonly targets: ReadonlySet<string>;
  private readonly held = new Map<string, Held>();
  /** Failed, or not run because of that or of a cancellation. */
  private readonly without = new Set<string>();
  /** Nodes that still take an instance's values. */
  private readonly takers = new Map<string, number>();
  private readonly lookups: Lookups;
  private failure: Failure | undefined;

  constructor(
    plan: Plan,
    private readonly beginning: Beginning,
    private readonly context: EngineContext,
    private readonly resolution: Resolution,
  ) {
    this.lookups = new Lookups(context.memory, resolution.absent);
    this.byId = new Map(plan.nodes.map((instance) => [instance.id, instance]));
    this.targets = new Set(plan.targets);
    for (const { edges } of plan.nodes) for (const { source } of edges) this.takers.set(source, (this.takers.get(source) ?? 0) + 1);
    for (const [id, { outputs }] of Object.entries(beginning.finished)) this.held.set(id, { values: null, hashes: hashesOf(outputs), stored: outputs, novel: nothingNovel });
  }

  /** The first failure; undefined when there was none. */
  async run(): Promise<Failure | undefined> {
    for (const instance of this.byId.values()) {
      if (!this.stands(instance)) await this.settle(instance);
      // One taker less of everything it is fed by.
      for (const { source } of instance.edges) this.letGo(source);
    }
    return this.failure;
  }

  /** Whether an earlier attempt finished the node, and it would give the same now: an upgrade may lie between them. */
  private stands(instance: NodeInstance): boolean {
    const before = this.beginning.finished[instance.id];
    if (!before || instance.edges.some(({ source }) => this.without.has(source))) return false;
    return !isAnother(before.key, this.keyOf(instance));
  }

  /** Once every node it is fed by has its result. */
  private keyOf(instance: NodeInstance): KeyedRecipe | null {
    const inputs = Object.fromEntries(instance.edges.map(({ source, sourcePort, targetPort }) => [targetPort, this.held.get(source)!.hashes[sourcePort]!]));
    return keyOf(instance, inputs, this.context.environment());
  }

  /** Brings one node to its outcome: reused, computed, failed or not run. */
  private async settle(instance: NodeInstance): Promise<void> {
    const { id, edges } = instance;
    if (this.context.signal.aborted || edges.some(({ source }) => this.without.has(source))) return this.skip(id);
    const keyed = this.keyOf(instance);
    const forced = isForced(this.beginning.forced, id);
    const result = keyed && !forced ? await this.resultOf(instance, keyed) : null;
    // Without its files a result still says what depends on it; it is only computed where those files are needed.
    const spared = result && !result.present && !this.resolution.run.has(id);
    // What a run is for is shown as it is: nobody reads it here, who would notice.
    const flaw = result?.present && this.targets.has(id) ? await this.context.flaw(Object.values(result.outputs)) : null;
    if (keyed && result && !flaw && (result.present || spared)) return this.reuse(instance, keyed, result);
    const restarts = isAnother((this.beginning.finished[id] ?? this.beginning.partial[id])?.key, keyed);
    await this.compute(instance, keyed, restarts ? { kind: "restarted" } : flaw ? { kind: flaw } : whyComputed(instance, keyed, this.context.memory.last, Boolean(result), forced));
  }

  private async resultOf({ id, edges }: NodeInstance, { key }: KeyedRecipe): Promise<StoredResult | undefined> {
    const resolved = this.resolution.stored.get(id);
    if (resolved?.key === key) return resolved.result;
    return this.lookups.find(key, edges.some(({ source, sourcePort }) => this.held.get(source)?.novel.has(sourcePort)));
  }

  private async reuse({ id, ...instance }: NodeInstance, { key, recipe }: KeyedRecipe, result: StoredResult): Promise<void> {
    const { outputs, frames, notices, seconds } = result;
    this.held.set(id, { values: null, hashes: hashesOf(outputs), stored: outputs, novel: nothingNovel });
    const why = whyReused({ id, ...instance }, key, this.context.memory.last);
    await this.context.emit({ type: "node-reused", nodeId: id, key, recipe, why, seconds, outputs: { ...outputs }, frames: [...frames], notices: [...notices] });
  }

  private async compute(instance: NodeInstance, keyed: KeyedRecipe | null, why: ReturnType<typeof whyComputed>): Promise<NodeOutcome> {
    const inputs: Record<string, Value> = {};
    for (const { source, sourcePort, targetPort } of instance.edges) {
      const value = await this.valueOf(source, sourcePort);
      if (!value) {
        await this.skip(instance.id);
        return { state: "not-run" };
      }
      inputs[targetPort] = value;
    }
    const outcome = await runNode({ instance, inputs, keyed, why, resumeAfter: await this.lastFrame(instance.id, keyed) }, this.context);
    if (outcome.state === "done" && keyed) this.lookups.noteComputed(keyed.key);
    if (outcome.state === "done") this.keep(instance.id, outcome);
    else this.without.add(instance.id);
    if (outcome.state === "failed") this.failure ??= outcome.failure;
    return outcome;
  }

  private keep(id: string, { values, hashes, novel }: Computed): void {
    this.held.set(id, { values, hashes, stored: null, novel });
  }

  /** A value to compute with; one whose file is gone or damaged is computed again. Null when that fails. */
  private async valueOf(source: string, port: string): Promise<Value | null> {
    const held = this.held.get(source)!;
    if (held.values) return held.values[port]!;
    const output = held.stored?.[port];
    if (!output) throw new Error(`Node ${source} gave no output ${port}.`);
    try {
      return await this.context.restore(output);
    } catch (error) {
      if (!isExpected(error)) throw error;
      const instance = this.byId.get(source)!;
      const outcome = await this.compute(instance, this.keyOf(instance), { kind: flawBehind(error) });
      return outcome.state === "done" ? outcome.values[port]! : null;
    }
  }

  /** Where an interrupted attempt at this very result got to. */
  private async lastFrame(id: string, keyed: KeyedRecipe | null): Promise<LastFrame | undefined> {
    const partial = this.beginning.partial[id];
    if (!partial || partial.key !== keyed?.key) return undefined;
    // The newest whose tensors can be read: one may have been evicted meanwhile.
    for (const { step, tensors } of partial.frames.toReversed()) {
      const restored = tensors && (await this.context.restoreFrame(step, tensors).catch(() => undefined));
      if (restored) return restored;
    }
    return undefined;
  }

  private async skip(id: string): Promise<void> {
    this.without.add(id);
    await this.context.emit({ type: "node-not-run", nodeId: id });
  }

  private letGo(source: string): void {
    const left = (this.takers.get(source) ?? 1) - 1;
    this.takers.set(source, left);
    const held = this.held.get(source);
    if (left === 0 && held) held.values = null;
  }
}

/** Whether the result named by `before` is not the one the node has now; no where either is not known. */
function isAnother(before: string | null | undefined, now: KeyedRecipe | null): boolean {
  return before != null && now !== null && before !== now.key;
}

function hashesOf(outputs: Readonly<Record<string, Output>>): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([port, output]) => [port, contentHash(output)]));
}
