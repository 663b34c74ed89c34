import { describe, expect, it } from "vitest";
import { emptyWorkflow } from "@/nodes/workflow";
import { readWorkflowText } from "./import-workflow";

describe("importing a workflow", () => {
  it("takes the name from the file and counts problems", () => {
    const graph = { ...emptyWorkflow, nodes: [{ id: "a", type: "unheard-of", version: 1, position: { x: 0, y: 0 }, params: {} }] };
    expect(readWorkflowText("My cat.json", JSON.stringify(graph))).toMatchObject({ ok: true, name: "My cat", problems: 1 });
  });

  it.each([
    ["not json", "holds no JSON"],
    ["[]", "no workflow"],
    ['{"format":"bifrost-workflow","formatVersion":2}', "newer version"],
    ['{"format":"bifrost-workflow","formatVersion":1,"nodes":[{}],"edges":[]}', "nodes › 0"],
  ])("refuses %s", (text, words) => {
    const read = readWorkflowText("x.json", text);
    expect(!read.ok && read.message).toContain(words);
  });
});
