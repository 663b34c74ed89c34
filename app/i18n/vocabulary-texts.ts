/** Every English text that the vocabulary of nodes says to people: of specs, data types, presets and models. */
import { z } from "zod";
import { categories, type NodeSpec } from "@/nodes/define-node";
import { componentTitles, graphTitles } from "@/nodes/model-titles";
import { paramMeta } from "@/nodes/param-form";
import { dataTypes, type Port } from "@/nodes/ports";
import { presets } from "@/nodes/presets";
import { specs } from "@/nodes/specs";

const portTexts = ({ title, help }: Port) => [title, help];

function optionsOf(schema: z.ZodType): string[] {
  const inner = schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema;
  return inner instanceof z.ZodEnum ? inner.options.map(String) : [];
}

// The placeholder of a multiline field is an example of what the model reads, which is English whatever the interface speaks.
function paramTexts(schema: z.ZodType): (string | undefined)[] {
  const { title, description, unit, missing, control, placeholder } = paramMeta(schema);
  return [title, description, unit, missing?.message, missing?.remedy, control === "text" ? placeholder : undefined, ...optionsOf(schema)];
}

function specTexts({ title, help, inputs, outputs, params }: NodeSpec): (string | undefined)[] {
  return [title, help, ...Object.values({ ...inputs }).flatMap(portTexts), ...Object.values({ ...outputs }).flatMap(portTexts), ...Object.values(params.shape).flatMap((schema) => paramTexts(schema as z.ZodType))];
}

export function vocabularyTexts(): string[] {
  const texts = [
    ...categories,
    ...Object.values(specs).flatMap((spec) => specTexts(spec)),
    ...Object.values(dataTypes).flatMap(({ title, tensors }) => [title, tensors]),
    ...Object.values(componentTitles),
    ...Object.values(graphTitles),
    ...presets.flatMap(({ name, description }) => [name, description]),
  ];
  return [...new Set(texts.filter((text) => text !== undefined))];
}
