/** What the button is called that mends a problem. */
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle, spoken } from "@/app/i18n/vocabulary";
import { paramMeta } from "@/nodes/param-form";
import type { ProblemFix } from "@/nodes/problem-fixes";
import type { Problem } from "@/nodes/problems";
import { findSpec } from "@/nodes/specs";
import type { Workflow } from "@/nodes/workflow";

/** @param problem the one it mends, whose node may be fed the value from another */
export function fixWords(workflow: Workflow, problem: Problem, fix: ProblemFix, t: Translate): string {
  const titleOf = (id: string) => nodeTitle(workflow.nodes.find((node) => node.id === id) ?? { type: id }, t);
  switch (fix.kind) {
    case "set-param": {
      const value = valueWords(workflow, fix, t);
      return fix.nodeId === problem.nodeId ? t("problems.set", { value }) : t("problems.setOn", { node: titleOf(fix.nodeId), value });
    }
    case "set-size":
      return t("problems.setSize", { width: fix.width.toLocaleString("en"), height: fix.height.toLocaleString("en") });
    case "make-field":
      return t("problems.makeField");
    case "connect":
      return t("problems.connect", { node: titleOf(fix.edge.source) });
    case "disconnect":
      return t("problems.disconnect");
    case "remove-node":
      return t("problems.removeNode");
    case "remove-sweep":
      return t("problems.removeSweep");
  }
}

function valueWords(workflow: Workflow, { nodeId, param, value }: Extract<ProblemFix, { kind: "set-param" }>, t: Translate): string {
  const field = findSpec(workflow.nodes.find(({ id }) => id === nodeId)?.type ?? "")?.params.shape[param];
  const unit = field && paramMeta(field as never).unit;
  // Both languages write numbers alike.
  const text = typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 6 }) : spoken(String(value), t);
  return unit ? `${text} ${spoken(unit, t)}` : text;
}
