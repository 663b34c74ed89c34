/** For tests: the shipped checkpoint's configs, with graphs replaced by functions, so that nothing is loaded. */
import { join } from "node:path";
import { openPipeline, type Pipeline } from "@/models/checkpoints/pipeline";
import type { GraphId } from "@/models/pipeline-graphs";
import { inEnglish } from "@/models/said";
import type { Tensors } from "@/models/tensor";
import type { Frame, InputsOf, Models, NodeContext, NodeRun, NodeSpec, OutputsOf, ParamsOf } from "./define-node";

export type FakeGraphs = Partial<Record<GraphId, (feeds: Tensors) => Tensors>>;

export interface Call {
  readonly graph: GraphId;
  readonly feeds: Tensors;
}

let opened: Pipeline | undefined;
export function shippedPipeline(): Pipeline {
  return (opened ??= openPipeline(join(import.meta.dirname, "../models/mini")));
}

/** Models that answer with `graphs` and remember every call. */
export function fakeModels(graphs: FakeGraphs, pipeline: Pipeline = shippedPipeline()): Models & { calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    pipeline,
    async run(graph, feeds) {
      calls.push({ graph, feeds });
      const answer = graphs[graph];
      if (!answer) throw new Error(`This test has no ${graph}.`);
      return answer(feeds);
    },
    once: (_key, load) => load(),
  };
}

/** Runs a node to its end. */
export async function runToEnd<S extends NodeSpec>(
  run: NodeRun<S>,
  spec: S,
  { inputs, params = {}, models, loadImage, loadTensors, resumeAfter }: { inputs: InputsOf<S>; params?: object; models: Models } & Partial<Pick<NodeContext<S>, "loadImage" | "loadTensors" | "resumeAfter">>,
): Promise<{ outputs: OutputsOf<S>; frames: Frame[]; notices: string[] }> {
  const notices: string[] = [];
  const frames: Frame[] = [];
  const steps = run({
    inputs,
    params: spec.params.parse(params) as ParamsOf<S>,
    models,
    loadImage: loadImage ?? (() => Promise.reject(new Error("This test has no pictures."))),
    loadTensors: loadTensors ?? (() => Promise.reject(new Error("This test has no stored tensors."))),
    ...(resumeAfter && { resumeAfter }),
    notice: (message) => notices.push(inEnglish(message)),
    signal: new AbortController().signal,
  });
  for (;;) {
    const next = await steps.next();
    if (next.done) return { outputs: next.value, frames, notices };
    frames.push(next.value);
  }
}
