import { describe, expect, it } from "vitest";
import { english, translatorOf } from "@/app/i18n/translator";
import { fixOf } from "@/nodes/problem-fixes";
import { workflowProblems } from "@/nodes/problems";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { fixWords } from "./fix-words";

const node = (id: string, type: string, params: WorkflowNode["params"] = {}, more: object = {}): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params, ...more });
const graph = (nodes: WorkflowNode[], edges: Workflow["edges"] = []): Workflow => ({ ...emptyWorkflow, nodes, edges });

/** The words of every fix there is, in one language. */
function wordsOf(workflow: Workflow, t: typeof english): string[] {
  return workflowProblems(workflow).flatMap((problem) => {
    const fix = fixOf(workflow, problem);
    return fix ? [fixWords(workflow, problem, fix, t)] : [];
  });
}

describe("what mends a problem", () => {
  it.each<[string, Workflow, string, string]>([
    ["a value", graph([node("s", "flux-sampler", { steps: 900 })]), "Set to 200", "设为 200"],
    ["a value with its unit", graph([node("s", "flux-sampler", { width: 100 })]), "Set to 96 px", "设为 96 像素"],
    ["a connection", graph([node("e", "text-encoder"), node("s", "flux-sampler")]), "Connect Text Encoder", "连接文本编码器"],
    ["a value somewhere else", graph([node("n", "integer", { value: 900 }), node("s", "flux-sampler", {}, { paramInputs: ["steps"] })], [{ source: "n", sourcePort: "value", target: "s", targetPort: "steps" }]), "Set Whole Number to 200", "把“整数”设为 200"],
    ["an input without a value", graph([node("s", "flux-sampler", {}, { paramInputs: ["steps"] })]), "Turn back into a field", "改回字段"],
    ["a node nobody knows", graph([node("x", "upscaler")]), "Remove the node", "移除节点"],
    ["an end that is gone", graph([node("p", "prompt")], [{ source: "p", sourcePort: "text", target: "gone", targetPort: "text" }]), "Remove the connection", "移除连线"],
  ])("%s", (_, workflow, inEnglish, inChinese) => {
    expect(wordsOf(workflow, english)).toContain(inEnglish);
    expect(wordsOf(workflow, translatorOf("zh"))).toContain(inChinese);
    // The terminal and the server say the same English.
    expect(workflowProblems(workflow).map((problem) => fixOf(workflow, problem)?.title)).toContain(inEnglish);
  });
});
