import { describe, expect, it } from "vitest";
import { emptyWorkflow } from "@/nodes/workflow";
import { fragmentText, readFragment } from "./fragment-text";
import { addNode, newNode } from "./operations";

const graph = addNode(emptyWorkflow, newNode(emptyWorkflow, "prompt", { x: 1, y: 2 }));

const copied = (change: object) => JSON.stringify({ format: "bifrost-nodes", formatVersion: 1, nodes: graph.nodes, edges: [], ...change });
const [prompt] = graph.nodes;

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
    ["<script>alert(1)</script>", "no nodes"],
    ["\u0000\ud83d", "no nodes"],
    [copied({ nodes: [{ id: "a b" }] }), "damaged: nodes › 0"],
    [copied({ nodes: [] }), "nodes: There are none."],
    [copied({ formatVersion: 2 }), "newer version"],
    [copied({ nodes: [prompt, prompt] }), "share the id “prompt”"],
    [copied({ nodes: [{ ...prompt, position: { x: 1e308, y: 0 } }] }), "The canvas ends"],
    [copied({ nodes: [{ ...prompt, id: "__proto__" }] }), "nodes › 0 › id"],
    [JSON.stringify(emptyWorkflow), "has no nodes"],
    [JSON.stringify({ ...emptyWorkflow, nodes: [{}] }), "The copied workflow is damaged: nodes › 0"],
    [JSON.stringify({ 1: { class_type: "KSampler", inputs: {} } }), "workflow of ComfyUI"],
    ["[".repeat(100_000), "nested deeper"],
  ])("says what is wrong with %j", (text, words) => {
    const read = readFragment(text);
    expect(read.ok).toBe(false);
    expect(!read.ok && read.message).toContain(words);
  });

  it("refuses more text than any workflow, unread", () => {
    const read = readFragment(" ".repeat(50_000_000) + copied({}));
    expect(!read.ok && read.message).toContain("more text than any workflow");
  });

  it("leaves out edges without both ends", () => {
    const edge = { source: "prompt", sourcePort: "text", target: "gone", targetPort: "text" };
    expect(readFragment(copied({ edges: [edge] }))).toEqual({ ok: true, fragment: { nodes: graph.nodes, edges: [] } });
  });
});
