import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { withWorkflow } from "@/nodes/png-workflow";
import { presets } from "@/nodes/presets";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { readPictureWorkflow, readWorkflowFile, readWorkflowText } from "./workflow-file";

const node = (id: string, more: object = {}): WorkflowNode => ({ id, type: "text-encoder", version: 1, position: { x: 0, y: 0 }, params: {}, ...more });
const text = (change: object) => JSON.stringify({ ...emptyWorkflow, ...change });
const edge = (source: string, target: string, targetPort = "text") => ({ source, sourcePort: "text", target, targetPort });

describe("importing a workflow", () => {
  it("takes the name from the file and counts problems", () => {
    expect(readWorkflowText("My cat.json", text({ nodes: [node("a", { type: "unheard-of" })] }))).toMatchObject({ ok: true, name: "My cat", problems: 1, leftOut: 0 });
  });

  it.each<[string, string, string]>([
    ["no JSON", "not json", "holds no JSON"],
    ["NaN, which JSON has no word for", '{"format":"bifrost-workflow",\n"nodes":[{"position":{"x":NaN}}]}', "broken at line 2, column 27"],
    ["a comma too many", '{"format":"bifrost-workflow",}', "broken at line 1, column 30"],
    ["a file that was cut off", text({ nodes: [node("a")] }).slice(0, -20), "broken at line 1"],
    ["a number that breaks off", '{"nodes":[-]}', "broken at line 1, column 12"],
    ["a list", "[]", "no workflow of Bifrost Studio"],
    ["null", "null", "no workflow of Bifrost Studio"],
    ["a newer format", text({ formatVersion: 2 }), "newer version"],
    ["copied nodes", JSON.stringify({ format: "bifrost-nodes", formatVersion: 1, nodes: [node("a")], edges: [] }), "Paste them on a canvas"],
    ["damage, said with its place", text({ nodes: [{}] }), "nodes › 0"],
    ["a place that is none", text({ nodes: [node("a", { position: { x: null, y: 0 } })] }), "nodes › 0 › position › x: A place on the canvas is a number of px."],
    ["a place off the canvas", text({ nodes: [node("a", { position: { x: 0, y: 1e308 } })] }), "nodes › 0 › position › y: The canvas ends"],
    ["two nodes of one id", text({ nodes: [node("a"), node("b"), node("a")] }), "Two nodes share the id “a”"],
    ["an id that objects have of themselves", text({ nodes: [node("__proto__")] }), "nodes › 0 › id"],
    ["too many nodes", text({ nodes: Array.from({ length: 5001 }, (_, at) => node(`n${at}`)) }), "5,000 nodes at most"],
    ["what is nested without end", text({ nodes: [node("a", { params: { text: JSON.parse(`${"[".repeat(900)}${"]".repeat(900)}`) as unknown } })] }), "nested deeper"],
    ["50 MB of text", text({ nodes: [node("a", { params: { text: "x".repeat(50_000_000) } })] }), "larger than 20 MB"],
  ])("refuses %s", (_, content, words) => {
    const read = readWorkflowText("x.json", content);
    expect(!read.ok && read.message).toContain(words);
  });

  it("refuses a file of 50 MB without opening it", async () => {
    const opened: string[] = [];
    const file = { name: "large.json", type: "application/json", size: 50_000_000, text: async () => opened.push("text"), arrayBuffer: async () => opened.push("bytes") };
    expect(await readWorkflowFile(file as unknown as File)).toMatchObject({ ok: false, message: expect.stringContaining("larger than 20 MB") });
    expect(opened).toEqual([]);
  });

  it.each([
    ["ComfyUI", "KSampler", { last_node_id: 9, last_link_id: 9, nodes: [{ id: 3, type: "KSampler", pos: [1, 2] }], links: [[1, 4, 0, 3, 0, "MODEL"]], groups: [], version: 0.4 }],
    ["ComfyUI", "CLIPTextEncode", { "3": { class_type: "CLIPTextEncode", inputs: { text: "a cat" } } }],
    ["ComfyUI", "KSampler", { prompt: { "3": { class_type: "KSampler", inputs: {} } }, client_id: "x" }],
    ["InvokeAI", "flux_denoise", { name: "x", meta: { version: "3.0.0", category: "user" }, nodes: [{ id: "n", type: "invocation", data: { id: "n", type: "flux_denoise" } }], edges: [] }],
    ["InvokeAI", "flux_denoise", { id: "g", nodes: { n: { id: "n", type: "flux_denoise" } }, edges: [{ source: { node_id: "n", field: "x" }, destination: { node_id: "m", field: "y" } }] }],
  ])("knows a workflow of %s (%s) and says what to do", (tool, type, json) => {
    const read = readWorkflowText("x.json", JSON.stringify(json));
    expect(!read.ok && read.message).toMatch(new RegExp(`workflow of ${tool} of 1 node \\(${type}\\).*Start from a preset`));
  });

  it("leaves out connections that lead nowhere, and says how many", () => {
    const edges = [edge("a", "b"), edge("a", "gone"), edge("gone", "b", "other"), edge("c", "b")];
    const read = readWorkflowText("x.json", text({ nodes: [node("a", { type: "prompt" }), node("b"), node("c", { type: "prompt" })], edges }));
    expect(read).toMatchObject({ ok: true, leftOut: 3, graph: { edges: [edge("a", "b")] } });
  });

  it("opens a loop, which its problems name", () => {
    const loop = (source: string, target: string) => ({ source, sourcePort: "patches", target, targetPort: "patches" });
    const nodes = ["a", "b"].map((id) => node(id, { type: "patch-mask", params: { patches: [] } }));
    const read = readWorkflowText("x.json", text({ nodes, edges: [loop("a", "b"), loop("b", "a")] }));
    expect(read).toMatchObject({ ok: true, graph: { edges: { length: 2 } } });
    expect(read.ok && read.problems).toBeGreaterThanOrEqual(2);
  });

  it("a key “__proto__” changes no object, here or anywhere", () => {
    const content = `{"format":"bifrost-workflow","formatVersion":1,"nodes":[{"id":"a","type":"prompt","version":1,"position":{"x":0,"y":0},"params":{"text":"x","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}],"edges":[]}`;
    const read = readWorkflowText("x.json", content);
    expect(read.ok).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    if (read.ok) expect(Object.getPrototypeOf(read.graph.nodes[0]!.params)).toBe(Object.prototype);
  });

  it("keeps a script in a text as the text it is", () => {
    const script = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    const read = readWorkflowText(`${script}.json`, text({ nodes: [node("a", { type: "prompt", title: script, params: { text: script } })] }));
    expect(read).toMatchObject({ ok: true, name: script, graph: { nodes: [{ title: script, params: { text: script } }] } });
  });
});

describe("a picture that was made here", async () => {
  const { graph } = presets[0]!;
  const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } }).png().toBuffer();
  const fileOf = (bytes: Uint8Array<ArrayBuffer>, name = "cat.png") => new File([bytes], name, { type: "image/png" });

  it("opens as its workflow", async () => {
    const imported = { ok: true, name: "cat", graph, problems: 0, leftOut: 0 };
    expect(await readPictureWorkflow(fileOf(withWorkflow(png, graph)))).toEqual(imported);
    expect(await readWorkflowFile(fileOf(withWorkflow(png, graph)))).toEqual(imported);
  });

  it("is any picture when it carries none", async () => {
    expect(await readPictureWorkflow(fileOf(Uint8Array.from(png)))).toBeNull();
    expect(await readPictureWorkflow(fileOf(new TextEncoder().encode("GIF89a"), "x.gif"))).toBeNull();
    expect(await readWorkflowFile(fileOf(Uint8Array.from(png)))).toMatchObject({ ok: false, message: expect.stringContaining("carries no workflow") });
  });

  it("is read as carefully as a file", async () => {
    const damaged = withWorkflow(png, { ...graph, formatVersion: 9 } as unknown as Workflow);
    expect(await readPictureWorkflow(fileOf(damaged))).toMatchObject({ ok: false, message: expect.stringContaining("newer version") });
  });
});
