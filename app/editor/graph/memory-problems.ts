/** Pictures that would take more memory than a run may, by the worker's estimate. They are said, and run all the same if somebody wants. */
import { effectiveWorkflow } from "@/nodes/bypass";
import { isParamInput, paramSources, withFedParams } from "@/nodes/param-inputs";
import { type Problem, problem } from "@/nodes/problems";
import { said } from "@/nodes/said";
import { findSpec } from "@/nodes/specs";
import { sweepValues } from "@/nodes/sweeps";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import type { MemoryEstimate } from "@/server/api/contract";

const patch = 16;
const leastSide = 64;

interface Size {
  readonly sampler: WorkflowNode;
  readonly width: number;
  readonly height: number;
  /** Whether both sides are written in the sampler itself, one value each. */
  readonly own: boolean;
}

/** The largest value a side takes: of a sweep the largest one's. */
function sideOf(workflow: Workflow, node: WorkflowNode, name: "width" | "height"): { value: number; own: boolean } | null {
  const source = isParamInput(node, name) ? paramSources(workflow)(node, name) : { node, param: name };
  if (!source) return null;
  const sweep = source.node.sweeps?.[source.param];
  const values = (sweep ? sweepValues(sweep) : [source.node.params[source.param]]).filter((value) => typeof value === "number" && value > 0 && value <= 2048);
  return values.length === 0 ? null : { value: Math.max(...(values as number[])), own: source.node === node && !sweep };
}

function samplerSize(workflow: Workflow, sampler: WorkflowNode): Size | null {
  const [width, height] = [sideOf(workflow, sampler, "width"), sideOf(workflow, sampler, "height")];
  return width && height ? { sampler, width: width.value, height: height.value, own: width.own && height.own } : null;
}

/** "13.4 GB", to the hundred megabytes: an estimate is no more exact. */
const about = (bytes: number) => `${(bytes / 1e9).toLocaleString("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 })} GB`;

interface Need {
  readonly node: WorkflowNode;
  readonly size: Size;
  /** At a size, without what is taken anyway. */
  bytes(width: number, height: number): number;
}

function needsOf(workflow: Workflow, { decoderPixel, samplerToken, textTokens }: MemoryEstimate): Need[] {
  const nodes = new Map(withFedParams(workflow).map((node) => [node.id, node]));
  return workflow.nodes.flatMap((node): Need[] => {
    if (node.type === "flux-sampler") {
      const size = samplerSize(workflow, node);
      return size ? [{ node, size, bytes: (width, height) => samplerToken * ((width * height) / patch ** 2 + textTokens) }] : [];
    }
    if (node.type !== "vae-decode") return [];
    const source = nodes.get(workflow.edges.find(({ target, targetPort }) => target === node.id && targetPort === "latents")?.source ?? "");
    // The size of saved latents is known to nobody here.
    const size = source?.type === "flux-sampler" ? samplerSize(workflow, workflow.nodes.find(({ id }) => id === source.id)!) : null;
    return size ? [{ node, size, bytes: (width, height) => decoderPixel * width * height }] : [];
  });
}

/** The largest size of the same shape that all of `needs` have room for; null when none has, or the size is given elsewhere. */
function fittingSize(size: Size, needs: readonly Need[], room: number): Problem["fitting"] | null {
  if (!size.own) return null;
  for (let scale = 1; scale > 0; scale -= 1 / 128) {
    const [width, height] = [size.width, size.height].map((side) => Math.floor((side * scale) / patch) * patch) as [number, number];
    if (Math.min(width, height) < leastSide) return null;
    if (needs.every((need) => need.bytes(width, height) <= room)) return { nodeId: size.sampler.id, width, height };
  }
  return null;
}

/** One problem per node that would take too much. */
export function memoryProblems(drawn: Workflow, memory: MemoryEstimate | null): Problem[] {
  if (!memory) return [];
  const workflow = effectiveWorkflow(drawn);
  const needs = needsOf(workflow, memory);
  const room = memory.limit - memory.resident;
  return needs.flatMap(({ node, size, bytes }): Problem[] => {
    const needed = bytes(size.width, size.height);
    if (needed <= room) return [];
    const fitting = fittingSize(size, needs.filter((need) => need.size.sampler === size.sampler), room);
    const title = node.title ?? findSpec(node.type)!.title;
    const values = { node: title, width: size.width.toLocaleString("en"), height: size.height.toLocaleString("en"), needed: about(memory.resident + needed), limit: about(memory.limit) };
    const tooLarge = problem(
      { nodeId: node.id },
      said("{node}: too large for the memory, by estimate: {width} × {height} px take about {needed}, and a run may take {limit}.", values),
      said("Make the picture smaller, or raise the limit (RUN_MEMORY_LIMIT). The estimate scales what was measured on bifrost-mini by the checkpoint’s widths."),
    );
    return [{ ...tooLarge, ...(fitting && { fitting }) }];
  });
}
