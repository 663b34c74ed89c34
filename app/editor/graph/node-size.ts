/** How large a card is before the canvas has measured it. */
import { findSpec } from "@/nodes/specs";
import type { WorkflowNode } from "@/nodes/workflow";
import { isPictured } from "./pictured";
import type { Size } from "../store/editor-store";
import { cardFields } from "./param-fields";

/** Measured where it is known, else from the rows its type has: of many nodes, only those in view are ever measured. */
export function sizeOf(node: WorkflowNode, sizes: ReadonlyMap<string, Size>): Size {
  const measured = sizes.get(node.id);
  if (measured) return measured;
  const spec = findSpec(node.type);
  if (!spec) return { width: 220, height: 90 };
  const rows = Math.max(Object.keys(spec.inputs).length, Object.keys(spec.outputs).length);
  const params = cardFields(node, spec).length;
  return { width: 220, height: 50 + 24 * rows + 32 * params + (isPictured(node.type) ? 210 : 0) };
}
