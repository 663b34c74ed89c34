/** What a form needs to know about each param of a node type, read from its zod schema. */
import { z } from "zod";
import type { NodeSpec } from "@/nodes/define-node";
import { type ParamMeta, paramMeta } from "@/nodes/param-form";
import { paramPort } from "@/nodes/param-inputs";
import type { WorkflowNode } from "@/nodes/workflow";
import type { ParamValue } from "./operations";

export interface ParamField {
  readonly name: string;
  readonly meta: ParamMeta;
  readonly defaultValue: ParamValue;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly integer: boolean;
  readonly maxLength: number | undefined;
  /** The values of a select. */
  readonly choices: readonly string[];
}

function fieldOf(name: string, schema: z.ZodType): ParamField {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const number = (value: unknown) => (typeof value === "number" ? value : undefined);
  return {
    name,
    meta: paramMeta(schema),
    defaultValue: (json.default ?? null) as ParamValue,
    min: number(json.minimum),
    max: number(json.maximum),
    integer: json.type === "integer",
    maxLength: number(json.maxLength),
    choices: Array.isArray(json.enum) ? json.enum.map(String) : [],
  };
}

const known = new WeakMap<NodeSpec, readonly ParamField[]>();

export function paramFields(spec: NodeSpec): readonly ParamField[] {
  let fields = known.get(spec);
  if (!fields) {
    fields = Object.entries(spec.params.shape).map(([name, schema]) => fieldOf(name, schema as z.ZodType));
    known.set(spec, fields);
  }
  return fields;
}

/** The params a card shows: those meant for it, and those that are inputs, whose ports need a place. */
export function cardFields(node: Pick<WorkflowNode, "paramInputs"> | undefined, spec: NodeSpec): readonly ParamField[] {
  const usual = paramFields(spec).filter(({ meta }) => meta.inline).slice(0, 4);
  if (!node?.paramInputs) return usual;
  return paramFields(spec).filter((field) => usual.includes(field) || (node.paramInputs!.includes(field.name) && paramPort(spec, field.name)));
}
