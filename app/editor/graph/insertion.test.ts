import { describe, expect, it } from "vitest";
import { findPreset } from "@/nodes/presets";
import { edgeId } from "@/nodes/workflow";
import { fittingEdges, insertInto, isLoose, passageOf } from "./insertion";
import { addNode, newNode } from "./operations";

const { graph } = findPreset("text-to-image")!;
const patches = graph.edges.find(({ sourcePort }) => sourcePort === "patches")!;
const withLoose = (type: string) => addNode(graph, newNode(graph, type, { x: 0, y: 0 }));

describe("a node in a connection", () => {
  it("is fed by what fed it, and feeds on", () => {
    const inserted = insertInto(withLoose("patch-mask"), "patch-mask", edgeId(patches));
    expect(inserted.edges).toHaveLength(graph.edges.length + 1);
    expect(inserted.edges).toContainEqual({ ...patches, target: "patch-mask", targetPort: "patches" });
    expect(inserted.edges).toContainEqual({ ...patches, source: "patch-mask", sourcePort: "patches" });
    expect(inserted.edges).not.toContainEqual(patches);
  });

  it("takes the input it cannot do without, before an optional one", () => {
    expect(passageOf(graph, "mix-patches", patches)).toEqual({ input: "a", output: "patches" });
    // The unmasker gives patches, but takes them only optionally.
    expect(passageOf(graph, "visual-branch-unmasker", patches)?.output).toBe("patches");
  });

  it("fits only where its ports do", () => {
    expect(fittingEdges(graph, "patch-mask")).toEqual(new Set([edgeId(patches)]));
    expect(fittingEdges(graph, "prompt")).toEqual(new Set());
    expect(fittingEdges(graph, "unheard-of")).toEqual(new Set());
    expect(fittingEdges({ ...graph, edges: [{ ...patches, sourcePort: "constructor" }] }, "patch-mask")).toEqual(new Set());
    const image = graph.edges.find(({ sourcePort }) => sourcePort === "image")!;
    const loose = withLoose("patch-mask");
    expect(insertInto(loose, "patch-mask", edgeId(image))).toBe(loose);
    expect(insertInto(loose, "patch-mask", "no edge")).toBe(loose);
  });

  it("makes no loop", () => {
    // The node that the edge comes from cannot be put into it.
    expect(insertInto(graph, patches.source, edgeId(patches))).toBe(graph);
  });

  it("is loose until then", () => {
    expect(isLoose(withLoose("patch-mask"), "patch-mask")).toBe(true);
    expect(isLoose(graph, patches.target)).toBe(false);
  });
});
