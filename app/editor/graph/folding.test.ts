import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectiveWorkflow } from "@/nodes/bypass";
import { findPreset, presets } from "@/nodes/presets";
import { connectionProblem, workflowProblems } from "@/nodes/problems";
import { type Workflow, workflowSchema } from "@/nodes/workflow";
import { addFrame, addNote, contentsOf, frameKey, noteKey, pasteFragment, selectedFragment } from "./annotations";
import { exposeInput, exposeOutput, exposeParam, hideParam, hidePlaces, moveExposed, renameExposed } from "./exposure";
import { canUnfold, fold, unfold } from "./folding";
import { insertInto } from "./insertion";
import { connectOn, disconnectOn, edgesAt, levelConnectionProblem, reconnectOn } from "./level-edges";
import { borderId, cardOn, nodesAt, pathTo, subgraphParams, subgraphPorts } from "./levels";
import { nodeOf } from "./lookup";
import { addNode, deleteNodes, fragmentOf, moveNodes, newNode, paste, setMode } from "./operations";
import { replaceNode } from "./replacement";
import { pinFrame } from "./saved-frames";

const { graph } = findPreset("text-to-image")!;
const none: ReadonlySet<string> = new Set();
const sizes = new Map<string, never>();
const bytes = (value: unknown) => JSON.stringify(value);
const foldOf = (workflow: Workflow, ids: string[], level: string | null = null) => fold(workflow, new Set(ids), none, level).workflow;
const drawn = (workflow: Workflow, level: string | null) => edgesAt(workflow, level).map(({ id }) => id).sort();

/** The unmasker's part of the preset in one subgraph. */
const folded = foldOf(graph, ["unmasker", "downsampler", "controlnet"]);
/** And that in another, with the sampler. */
const nested = foldOf(folded, ["subgraph", "sampler"]);

describe("folding", () => {
  it("puts a card between what was folded, with the ports that are connected", () => {
    expect(nodesAt(folded, null).map(({ id }) => id)).toEqual(["prompt", "text", "sampler", "decode", "save", "subgraph"]);
    expect(nodesAt(folded, "subgraph").map(({ id }) => id)).toEqual(["unmasker", "downsampler", "controlnet"]);
    expect(nodeOf(folded, "subgraph")).toMatchObject({ title: "Subgraph", position: { x: 150, y: 223 } });
    expect(drawn(folded, null)).toEqual([
      "decode.image→save.image",
      "prompt.text→subgraph.unmasker.text",
      "prompt.text→text.text",
      "sampler.latents→decode.latents",
      "subgraph.controlnet.conditioning→sampler.control",
      "text.conditioning→sampler.conditioning",
    ]);
    expect(workflowSchema.parse(folded)).toEqual(folded);
    expect(workflowProblems(folded)).toEqual([]);
  });

  it("leaves nodes, edges and what is computed as they were", () => {
    expect(folded.edges).toBe(graph.edges);
    expect(effectiveWorkflow(nested)).toEqual(graph);
  });

  it("shows inside what comes in and what goes out", () => {
    expect(drawn(folded, "subgraph")).toEqual([
      "controlnet.conditioning→outgoing:subgraph.controlnet.conditioning",
      "downsampler.control→controlnet.control",
      "incoming:subgraph.unmasker.text→unmasker.text",
      "unmasker.patches→downsampler.patches",
    ]);
  });

  it("nests, and every level knows the way to it", () => {
    expect(nodesAt(nested, null).map(({ id }) => id)).toEqual(["prompt", "text", "decode", "save", "subgraph-2"]);
    expect(nodeOf(nested, "subgraph-2")?.title).toBe("Subgraph 2");
    expect(pathTo(nested, "subgraph")).toEqual(["subgraph-2", "subgraph"]);
    expect([cardOn(nested, "unmasker", null), cardOn(nested, "unmasker", "subgraph-2"), cardOn(nested, "unmasker", "subgraph"), cardOn(nested, "prompt", "subgraph")]).toEqual(["subgraph-2", "subgraph", "unmasker", null]);
    expect(drawn(nested, "subgraph-2")).toContain("incoming:subgraph-2.unmasker.text→subgraph.unmasker.text");
  });

  it("offers inputs that must be connected, results that nothing takes, and the fields for words", () => {
    const loose = foldOf({ ...graph, edges: [] }, ["prompt", "text", "sampler"]);
    const { inputs, outputs } = subgraphPorts(loose, "subgraph");
    expect(Object.keys(inputs)).toEqual(["sampler.conditioning"]);
    expect(Object.keys(outputs)).toEqual(["prompt.text", "text.conditioning", "sampler.latents"]);
    expect(subgraphParams(loose, "subgraph")).toMatchObject([{ node: "prompt", param: "text" }]);
  });

  it("goes on to show what cards among the folded showed", () => {
    const { workflow } = fold(exposeParam(folded, "subgraph", "unmasker", "seed"), new Set(["subgraph", "sampler"]), none, null);
    expect(subgraphParams(workflow, "subgraph-2")).toEqual([{ node: "unmasker", param: "seed", title: "Seed" }]);
    const shown = exposeInput(exposeOutput({ ...folded, edges: folded.edges.filter(({ source }) => source !== "prompt") }, "subgraph", { node: "unmasker", port: "patches" }), "subgraph", { node: "unmasker", port: "known" });
    const around = fold(shown, new Set(["subgraph"]), none, null).workflow;
    expect(Object.keys(subgraphPorts(around, "subgraph-2").inputs)).toEqual(["unmasker.text", "unmasker.known"]);
    expect(Object.keys(subgraphPorts(around, "subgraph-2").outputs)).toEqual(["controlnet.conditioning"]);
  });

  it("folds nothing that is not there, or on another level", () => {
    expect(fold(folded, new Set(["ghost", "unmasker"]), none, null)).toEqual({ workflow: folded, id: null });
  });
});

describe("unfolding", () => {
  it("gives the very bytes back, from any depth", () => {
    expect(bytes(unfold(folded, "subgraph").workflow)).toBe(bytes(graph));
    expect(bytes(unfold(nested, "subgraph-2").workflow)).toBe(bytes(folded));
    expect(unfold(unfold(nested, "subgraph").workflow, "subgraph-2").workflow.nodes.map(({ id, params, inside }) => [id, params, inside])).toEqual(graph.nodes.map(({ id, params }) => [id, params, undefined]));
    expect(unfold(folded, "subgraph").ids).toEqual(["unmasker", "downsampler", "controlnet"]);
  });

  it("does so for any part of any preset, with frames and notes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...presets), fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), ({ graph: whole }, picks) => {
        const noted = addFrame(addNote(whole, { x: 5, y: 5 }, "A note").workflow, { x: 0, y: 0, width: 300, height: 300 }).workflow;
        const ids = new Set(picks.map((pick) => noted.nodes[pick % noted.nodes.length]!.id));
        const { workflow, id } = fold(noted, ids, new Set([frameKey("frame"), noteKey("note")]), null);
        expect(workflowSchema.safeParse(workflow).success).toBe(true);
        expect(bytes(effectiveWorkflow(workflow).nodes)).toBe(bytes(whole.nodes));
        expect(workflow.notes![0]!.inside).toBe(id);
        const back = unfold(workflow, id!);
        expect(bytes(back.workflow)).toBe(bytes(noted));
        expect(back.annotations).toEqual(["frame:frame", "note:note"]);
      }),
      { numRuns: 100 },
    );
  });

  it("comes out around where the card was moved to", () => {
    const moved = moveNodes(folded, new Map([["subgraph", { x: 1150, y: 223 }]]));
    expect(nodeOf(unfold(moved, "subgraph").workflow, "unmasker")!.position).toEqual({ x: 1000, y: 173 });
  });

  it("hands a muted one's mode down, and leaves a bypassed one folded", () => {
    const muted = unfold(setMode(folded, new Set(["subgraph"]), "muted"), "subgraph").workflow;
    expect(muted.nodes.filter(({ mode }) => mode === "muted").map(({ id }) => id)).toEqual(["unmasker", "downsampler", "controlnet"]);
    const bypassed = setMode(folded, new Set(["subgraph"]), "bypassed");
    expect(canUnfold(bypassed, "subgraph")).toBe(false);
    expect(unfold(bypassed, "subgraph").workflow).toBe(bypassed);
  });
});

describe("connections of a card", () => {
  const withPrompt = addNode(nested, newNode(nested, "prompt", { x: 0, y: 900 }));
  const toCard = { source: "prompt-2", sourcePort: "text", target: "subgraph-2", targetPort: "unmasker.text" };

  it("are made to the nodes behind it, at any depth, and replace what was there", () => {
    const connected = connectOn(withPrompt, toCard);
    expect(connected.edges).toContainEqual({ source: "prompt-2", sourcePort: "text", target: "unmasker", targetPort: "text" });
    expect(connected.edges).toHaveLength(graph.edges.length);
    expect(drawn(connected, null)).toContain("prompt-2.text→subgraph-2.unmasker.text");
  });

  it("one input may feed several: they come and go together", () => {
    const both = foldOf(graph, ["text", "unmasker"]);
    expect(drawn(both, null)).toContain("prompt.text→subgraph.text.text");
    const [edge] = edgesAt(both, null).filter(({ edge: { target } }) => target === "subgraph");
    expect(edge!.edges).toHaveLength(2);
    const open = disconnectOn(both, null, new Set([edge!.id]));
    expect(open.edges).toHaveLength(graph.edges.length - 2);
    // The port stays: it was chosen when the nodes were folded.
    expect(connectOn(open, edge!.edge).edges).toHaveLength(graph.edges.length);
  });

  it("that would make a loop, or do not fit, are refused in words and change nothing", () => {
    const loop = { source: "subgraph-2", sourcePort: "sampler.latents", target: "subgraph-2", targetPort: "unmasker.text" };
    expect(levelConnectionProblem(nested, loop)).not.toBe(null);
    expect(connectOn(nested, loop)).toBe(nested);
    expect(levelConnectionProblem(withPrompt, { ...toCard, targetPort: "nothing.there" })).not.toBe(null);
    expect(reconnectOn(nested, null, "prompt.text→subgraph-2.unmasker.text", { ...loop })).toBe(nested);
  });

  it("take nodes in between, for all it feeds", () => {
    const both = foldOf(graph, ["downsampler", "controlnet"]);
    const loose = addNode(both, newNode(both, "patch-mask", { x: 0, y: 0 }));
    const inserted = insertInto(loose, "patch-mask", "unmasker.patches→subgraph.downsampler.patches");
    expect(drawn(inserted, null)).toEqual(expect.arrayContaining(["unmasker.patches→patch-mask.patches", "patch-mask.patches→subgraph.downsampler.patches"]));
  });

  it("inside, the border gives what comes in to further nodes, and hides what is taken off it", () => {
    const more = addNode(folded, { ...newNode(folded, "visual-branch-unmasker", { x: 0, y: 0 }), inside: "subgraph" });
    const joined = connectOn(more, { source: borderId("incoming", "subgraph"), sourcePort: "unmasker.text", target: "visual-branch-unmasker", targetPort: "text" });
    expect(joined.edges).toContainEqual({ source: "prompt", sourcePort: "text", target: "visual-branch-unmasker", targetPort: "text" });
    expect(subgraphPorts(joined, "subgraph").inputs["unmasker.text"]!.places).toHaveLength(2);
    const off = disconnectOn(joined, "subgraph", new Set(["incoming:subgraph.unmasker.text→unmasker.text"]));
    expect(Object.keys(subgraphPorts(off, "subgraph").inputs)).toEqual(["visual-branch-unmasker.text"]);
    expect(off.edges.some(({ target, targetPort }) => target === "unmasker" && targetPort === "text")).toBe(false);
    const silent = disconnectOn(folded, "subgraph", new Set(["controlnet.conditioning→outgoing:subgraph.controlnet.conditioning"]));
    expect(subgraphPorts(silent, "subgraph").outputs).toEqual({});
    expect(connectionProblem(silent, { source: "controlnet", sourcePort: "conditioning", target: "sampler", targetPort: "control" })).toBe(null);
  });
});

describe("what a card shows", () => {
  it("is chosen, named, ordered and hidden again", () => {
    const seeds = exposeParam(exposeParam(folded, "subgraph", "unmasker", "seed"), "subgraph", "unmasker", "keep");
    expect(subgraphParams(moveExposed(seeds, "subgraph", "params", 1, -1), "subgraph").map(({ param }) => param)).toEqual(["keep", "seed"]);
    expect(subgraphParams(renameExposed(seeds, "subgraph", "params", 0, " Noise "), "subgraph")[0]).toEqual({ node: "unmasker", param: "seed", title: "Noise", ownTitle: "Noise" });
    expect(renameExposed(renameExposed(seeds, "subgraph", "params", 0, "Noise"), "subgraph", "params", 0, "")).toEqual(seeds);
    expect(hideParam(hideParam(seeds, "subgraph", "unmasker", "seed"), "subgraph", "unmasker", "keep")).toEqual(folded);
    const given = exposeOutput(folded, "subgraph", { node: "unmasker", port: "patches" });
    expect(Object.keys(subgraphPorts(given, "subgraph").outputs)).toEqual(["controlnet.conditioning", "unmasker.patches"]);
    expect(hidePlaces(given, "subgraph", "outputs", [{ node: "unmasker", port: "patches" }])).toEqual(folded);
    expect(moveExposed(folded, "subgraph", "inputs", 0, -1)).toBe(folded);
    expect(exposeParam(folded, "no-such", "unmasker", "seed")).toBe(folded);
  });

  it("never hides a port that is connected outside, nor shows one that is fed inside", () => {
    expect(Object.keys(subgraphPorts(hidePlaces(folded, "subgraph", "inputs", [{ node: "unmasker", port: "text" }]), "subgraph").inputs)).toEqual(["unmasker.text"]);
    const fed = exposeInput(folded, "subgraph", { node: "downsampler", port: "patches" });
    expect(Object.keys(subgraphPorts(fed, "subgraph").inputs)).toEqual(["unmasker.text"]);
    expect(Object.keys(subgraphPorts(disconnectOn(fed, "subgraph", new Set(["unmasker.patches→downsampler.patches"])), "subgraph").inputs)).toEqual(["unmasker.text", "downsampler.patches"]);
  });

  it("follows a node that is replaced, and forgets one that is deleted", () => {
    const shown = exposeOutput(exposeParam(folded, "subgraph", "unmasker", "seed"), "subgraph", { node: "unmasker", port: "patches" });
    const replaced = replaceNode(shown, "unmasker", "saved-patches").workflow;
    expect(Object.keys(subgraphPorts(replaced, "subgraph").outputs)).toContain("saved-patches.patches");
    expect(nodesAt(replaced, "subgraph").map(({ id }) => id)).toContain("saved-patches");
    expect(subgraphParams(replaced, "subgraph")).toEqual([]);
    expect(bytes(deleteNodes(shown, new Set(["unmasker"])))).not.toContain("unmasker");
  });
});

describe("copies", () => {
  it("hold what lies in them, under new ids, and show it in the same way", () => {
    const shown = exposeParam(nested, "subgraph-2", "unmasker", "seed");
    const { workflow, ids } = pasteFragment(shown, selectedFragment(shown, new Set(["subgraph-2"]), none, sizes), { x: 32, y: 32 });
    expect(workflowSchema.safeParse(workflow).success).toBe(true);
    expect(ids).toHaveLength(1);
    expect(workflow.nodes).toHaveLength(shown.nodes.length * 2 - 4);
    const copy = nodeOf(workflow, ids[0]!)!;
    expect(copy.position).toEqual({ x: nodeOf(shown, "subgraph-2")!.position.x + 32, y: nodeOf(shown, "subgraph-2")!.position.y + 32 });
    const [param] = subgraphParams(workflow, copy.id);
    expect(param).toMatchObject({ node: "visual-branch-unmasker", param: "seed" });
    expect(nodeOf(workflow, param!.node)!.position).toEqual(nodeOf(shown, "unmasker")!.position);
    expect(pathTo(workflow, nodeOf(workflow, param!.node)!.inside!)).toHaveLength(2);
  });

  it("of nodes on one level are pasted on another", () => {
    const inner = pasteFragment(folded, fragmentOf(folded, new Set(["unmasker"])), { x: 0, y: 0 }, null);
    expect(nodeOf(inner.workflow, inner.ids[0]!)!.inside).toBeUndefined();
    const outer = pasteFragment(folded, fragmentOf(folded, new Set(["prompt"])), { x: 0, y: 0 }, "subgraph");
    expect(nodeOf(outer.workflow, outer.ids[0]!)!.inside).toBe("subgraph");
  });

  it("made in place lie where the original lies", () => {
    expect(nodeOf(paste(folded, fragmentOf(folded, new Set(["unmasker"])), { x: 0, y: 9 }).workflow, "visual-branch-unmasker")!.inside).toBe("subgraph");
    const { workflow, ids } = pinFrame(folded, { nodeId: "unmasker", step: 1, tensors: "0".repeat(64), tensor: "patch_latents", from: "Unmasker, step 1" });
    expect(nodeOf(workflow, ids[0]!)!.inside).toBe("subgraph");
  });

  it("take notes and frames of a subgraph along, and frames hold only what lies on their level", () => {
    const noted = addNote(folded, { x: 300, y: 120 }, "Inside", "subgraph").workflow;
    const framed = addFrame(noted, { x: -100, y: -100, width: 2000, height: 1000 }).workflow;
    expect([...contentsOf(framed, framed.frames![0]!, sizes).nodes]).toEqual(["prompt", "text", "sampler", "decode", "save", "subgraph"]);
    const copy = pasteFragment(framed, selectedFragment(framed, new Set(["subgraph"]), none, sizes), { x: 10, y: 10 });
    expect(copy.annotations).toEqual([]);
    expect(copy.workflow.notes![1]).toMatchObject({ text: "Inside", inside: copy.ids[0], position: { x: 300, y: 120 } });
    expect(deleteNodes(noted, new Set(["subgraph"])).notes).toBeUndefined();
  });
});
