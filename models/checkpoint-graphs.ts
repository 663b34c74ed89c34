/** The graphs of any checkpoint: a pipeline's, or those that are built over single components. */
import { openPipeline } from "./checkpoints/pipeline";
import { answersInWords } from "./checkpoints/language-config";
import { findLayout, openPlace } from "./checkpoints/layout";
import type { Precision } from "./graph/graph-builder";
import { writeGraph, type WrittenGraph } from "./graph-files";
import { graphIds, writePipelineGraph, type GraphId } from "./pipeline-graphs";

/**
 * Writes the graphs of the checkpoint at `path` one after the other (see `findLayout` for what it may be). Throws a
 * CheckpointError at the first that does not fit.
 */
export async function* writeCheckpointGraphs(path: string, precision: Precision, graphDir: string): AsyncGenerator<WrittenGraph & { id: string }> {
  const { kind, places, root } = findLayout(path);
  if (kind === "pipeline") {
    const pipeline = openPipeline(path);
    const left = new Set<GraphId>([
      "visual-branch-authors", // a second way to compute the same, for comparisons of speed: runs never use it
      ...(pipeline.detector ? [] : ["detector" as const]),
      ...(answersInWords(pipeline.bifrost.text, pipeline.bifrost.weights) ? [] : ["qwen-language" as const]),
    ]);
    for (const id of graphIds.filter((name) => !left.has(name))) {
      yield { id, ...(await writePipelineGraph(pipeline, id, { precision, graphDir })) };
    }
    return;
  }
  const components = places.map((place) => ({ place, ...openPlace(place) }));
  const weights = components.map((component) => component.weights);
  for (const { place, kind: { open }, weights: own } of components) {
    const { config, graphs } = open(place, own);
    for (const [id, build] of Object.entries(graphs)) {
      const plan = { id, precision, config: [config], weights: [own], build: () => build(own, precision) };
      yield { id, ...writeGraph({ folders: [root.directory], weights }, plan, graphDir) };
    }
  }
}
