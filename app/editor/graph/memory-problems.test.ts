import { describe, expect, test } from "vitest";
import { applyFix, fixOf } from "@/nodes/problem-fixes";
import { asInput } from "@/nodes/param-inputs";
import { findPreset } from "@/nodes/presets";
import type { Workflow } from "@/nodes/workflow";
import type { MemoryEstimate } from "@/server/api/contract";
import { setParam, setSweep } from "./operations";
import { memoryProblems } from "./memory-problems";

/** The widths of the released model: 256 channels in the decoder's last level, 3,072 in FLUX. */
const memory: MemoryEstimate = { limit: 8e9, resident: 0.1e9, decoderPixel: 4.2 * 4 * 256, samplerToken: 24.7 * 4 * 3072, textTokens: 512 };
const sized = (width: number, height: number) => setParam(setParam(findPreset("flux-alone")!.graph, "sampler", "width", width), "sampler", "height", height);
const nodes = (graph: Workflow, estimate: MemoryEstimate | null = memory) => memoryProblems(graph, estimate).map(({ nodeId }) => nodeId);

describe("pictures too large for the memory", () => {
  test("are said on the node that would take it, with figures and their source", () => {
    const [problem, ...others] = memoryProblems(sized(2048, 2048), memory);
    expect(others).toEqual([]);
    expect(problem!.nodeId).toBe("decode");
    expect(problem!.message).toBe("VAE Decode: too large for the memory, by estimate: 2,048 × 2,048 px take about 18.1 GB, and a run may take 8.0 GB.");
    expect(problem!.remedy).toContain("measured on bifrost-mini");
  });

  test("are mended by the largest size of the same shape that fits", () => {
    const graph = sized(2048, 1024);
    const fix = fixOf(graph, memoryProblems(graph, memory)[0]!)!;
    expect(fix).toMatchObject({ kind: "set-size", nodeId: "sampler", title: "Set to 1,904 × 944 px" });
    const mended = applyFix(graph, fix);
    expect(nodes(mended)).toEqual([]);
    expect(nodes(setParam(mended, "sampler", "width", 1968))).toEqual(["decode"]);
  });

  test("concern the sampler, too, where even that has no room", () => {
    expect(nodes(sized(2048, 2048), { ...memory, limit: 3e9 })).toEqual(["sampler", "decode"]);
  });

  test("count the largest value of a sweep, and those fed; neither is mended here", () => {
    const swept = setSweep(sized(512, 2048), "sampler", "width", { kind: "list", values: [64, 2048] });
    expect(nodes(swept)).toEqual(["decode"]);
    expect(memoryProblems(swept, memory)[0]).not.toHaveProperty("fitting");
    const open = asInput(sized(2048, 2048), "sampler", "width");
    expect(nodes(open)).toEqual([]);
    const number = { id: "n", type: "integer", version: 1, position: { x: 0, y: 0 }, params: { value: 2048 } };
    const fed: Workflow = { ...open, nodes: [...open.nodes, number], edges: [...open.edges, { source: "n", sourcePort: "value", target: "sampler", targetPort: "width" }] };
    expect(nodes(fed)).toEqual(["decode"]);
  });

  test("are none where they fit, are muted, or nobody knows the memory", () => {
    expect(nodes(sized(1024, 1024))).toEqual([]);
    const muted = { ...sized(2048, 2048), nodes: sized(2048, 2048).nodes.map((node) => (node.id === "sampler" ? { ...node, mode: "muted" as const } : node)) };
    expect(nodes(muted)).toEqual([]);
    expect(nodes(sized(2048, 2048), null)).toEqual([]);
  });
});
