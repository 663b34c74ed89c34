/** Workflows as the terminal names them, and changes to their params. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { paramMeta } from "@/nodes/param-form";
import { findPreset, presets } from "@/nodes/presets";
import { findSpec } from "@/nodes/specs";
import { type Sweep, sweepSchema, workflowSchema, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { CommandError } from "./command-error";

/** A preset's graph, or the file's. Throws a CommandError saying what is wrong with the name or the file. */
export async function loadWorkflow(name: string): Promise<Workflow> {
  const preset = findPreset(name);
  if (preset) return structuredClone(preset.graph);
  const text = await readFile(name, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw new CommandError(`${name} cannot be read (${error.code}).`);
    throw new CommandError(`There is no preset and no file “${name}”. Presets: ${presets.map(({ id }) => id).join(", ")}.`);
  });
  return parseWorkflow(name, text);
}

function parseWorkflow(name: string, text: string): Workflow {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CommandError(`${name} is not JSON. Export the workflow again.`);
  }
  // A newer format should be told apart from a broken file.
  const version = z.looseObject({ format: z.literal("bifrost-workflow"), formatVersion: z.number() }).safeParse(json).data?.formatVersion;
  if (version !== undefined && version > 1) throw new CommandError(`${name} was saved by a newer version (format ${version}; this program reads 1). Update Bifrost Studio.`);
  const parsed = workflowSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new CommandError(`${name} is not a Bifrost workflow: ${issue.path.join(".") || "the file"}: ${issue.message}`);
}

export interface ParamChange {
  readonly node: WorkflowNode;
  readonly param: string;
  readonly value: unknown;
}

/** Reads “node.param=value”: the value as JSON where it is that, as text otherwise. Throws a CommandError listing what there is. */
export function readChange(workflow: Workflow, text: string): ParamChange {
  const parts = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text);
  if (!parts) throw new CommandError(`“${text}” does not read node.param=value.`);
  const [, nodeName, param, written] = parts as unknown as [string, string, string, string];
  const node = findNode(workflow, nodeName);
  const shape = findSpec(node.type)?.params.shape ?? {};
  const schema = shape[param];
  if (!schema) {
    const names = Object.keys(shape);
    throw new CommandError(`${node.id} (${node.type}) has no param “${param}”. ${names.length > 0 ? `It has: ${names.join(", ")}.` : "It has none."}`);
  }
  const { control } = paramMeta(schema as z.ZodType);
  // A prompt of “42” is a text all the same.
  const isText = control === "text" || control === "multiline";
  return { node, param, value: isText ? unquoted(written) : jsonOrText(written) };
}

export interface ParamSweep {
  readonly node: WorkflowNode;
  readonly param: string;
  readonly sweep: Sweep;
}

/**
 * Reads “node.param=1,2,3”, “node.param=1..10:3” (from, to, step; by ones without it), or a JSON array, for texts that hold
 * commas. Throws a CommandError as readChange does, and for a sweep that is none.
 */
export function readSweep(workflow: Workflow, text: string): ParamSweep {
  const [, place, written] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (place === undefined || written === undefined) throw new CommandError(`“${text}” does not read node.param=1,2,3 or node.param=1..10:1.`);
  const { node, param } = readChange(workflow, `${place}=`);
  const [, from, to, step = "1"] = /^(-?[\d.]+?)\.\.(-?[\d.]+)(?::(-?[\d.]+))?$/.exec(written) ?? [];
  const listed = jsonOrText(written);
  const values = Array.isArray(listed) ? listed : written.split(",").map((value) => readChange(workflow, `${place}=${value.trim()}`).value);
  const parsed = sweepSchema.safeParse(from === undefined ? { kind: "list", values } : { kind: "range", from: Number(from), to: Number(to), step: Number(step) });
  if (!parsed.success) throw new CommandError(`The sweep “${text}” cannot be read: ${parsed.error.issues[0]!.message}`);
  return { node, param, sweep: parsed.data };
}

function findNode({ nodes }: Workflow, name: string): WorkflowNode {
  const byId = nodes.find(({ id }) => id === name);
  if (byId) return byId;
  const ofType = nodes.filter(({ type }) => type === name);
  if (ofType.length === 1) return ofType[0]!;
  const there = nodes.map(({ id, type }) => (id === type ? id : `${id} (${type})`)).join(", ");
  if (ofType.length > 1) throw new CommandError(`There are ${ofType.length} nodes of type “${name}”; name one by its id: ${ofType.map(({ id }) => id).join(", ")}.`);
  throw new CommandError(`There is no node “${name}”. There are: ${there}.`);
}

/** The workflow with every seed set. Throws a CommandError when there is none to set. */
export function withSeed(workflow: Workflow, seed: number): Workflow {
  let found = false;
  const nodes = workflow.nodes.map((node) => {
    const seeds = Object.entries(findSpec(node.type)?.params.shape ?? {}).filter(([, schema]) => paramMeta(schema as z.ZodType).control === "seed");
    if (seeds.length === 0) return node;
    found = true;
    return { ...node, params: { ...node.params, ...Object.fromEntries(seeds.map(([name]) => [name, seed])) } };
  });
  if (!found) throw new CommandError("No node of this workflow has a seed.");
  return { ...workflow, nodes };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unquoted(text: string): string {
  const value = jsonOrText(text);
  return typeof value === "string" ? value : text;
}
