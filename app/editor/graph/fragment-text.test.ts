import { describe, expect, it } from "vitest";
import { emptyWorkflow } from "@/nodes/workflow";
import { fragmentText, readFragment } from "./fragment-text";
import { addNode, newNode } from "./operations";

const graph = addNode(emptyWorkflow, newNode(emptyWorkflow, "prompt", { x: 1, y: 2 }));

describe("copied nodes as text", () => {
  it("come back as they were", () => {
    expect(readFragment(fragmentText(graph))).toEqual({ ok: true, fragment: expect.objectContaining({ nodes: graph.nodes, edges: [] }) });
  });

  it("takes a whole workflow file", () => {
    expect(readFragment(JSON.stringify(graph))).toMatchObject({ ok: true, fragment: { nodes: graph.nodes } });
  });

  it.each([
    ["", "no text"],
    ["a photo of a cat", "no nodes"],
    ["[1, 2]", "neither nodes nor a workflow"],
    ["null", "neither nodes nor a workflow"],
    [JSON.stringify({ format: "bifrost-nodes", formatVersion: 1, nodes: [{ id: "a b" }], edges: [] }), "damaged"],
  ])("says what is wrong with %j", (text, words) => {
    const read = readFragment(text);
    expect(read.ok).toBe(false);
    expect(!read.ok && read.message).toContain(words);
  });
});
