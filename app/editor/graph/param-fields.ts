/** What a form needs to know about each param of a node type, read from its zod schema. */
import { z } from "zod";
import type { NodeSpec } from "@/nodes/define-node";
import { type ParamMeta, paramMeta } from "@/nodes/param-form";
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
