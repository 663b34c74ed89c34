import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { categories } from "./define-node";
import { paramMeta } from "./param-form";
import { dataTypes } from "./ports";
import { findSpec, isNodeType, specs } from "./specs";

const all = Object.entries(specs);

test.each(all)("%s describes itself fully", (type, spec) => {
  expect(spec.type).toBe(type);
  expect(categories).toContain(spec.category);
  expect(spec.help).toMatch(/\.$/);
  for (const port of [...Object.values(spec.inputs), ...Object.values(spec.outputs)]) expect(dataTypes).toHaveProperty(port.type);
});

test.each(all)("%s has defaults that its own params accept, apart from nothing", (_, spec) => {
  expect(() => spec.params.parse({})).not.toThrow();
});

test.each(all)("%s says how to draw every param, at most four on the card", (_, spec) => {
  const metas = Object.values(spec.params.shape).map((schema) => paramMeta(schema as never));
  for (const meta of metas) expect(meta.title).not.toBe("");
  expect(metas.filter((meta) => meta.inline).length).toBeLessThanOrEqual(4);
});

test.each(all)("%s survives JSON: its defaults are what a workflow file can hold", (_, spec) => {
  const defaults = spec.params.parse({});
  expect(spec.params.parse(JSON.parse(JSON.stringify(defaults)))).toEqual(defaults);
});

test("names of Object's own members are no node types", () => {
  expect(isNodeType("constructor")).toBe(false);
  expect(findSpec("toString")).toBeUndefined();
});

test("every node that runs a network of the checkpoint names the part of the paper it computes", () => {
  for (const [type, spec] of all) if ("usesCheckpoint" in spec) expect([type, "paper" in spec && spec.paper.length > 0]).toEqual([type, true]);
});

test.each(all)("%s says that it goes on from its frames exactly when it does", (type, spec) => {
  const run = readFileSync(join(import.meta.dirname, type, "run.ts"), "utf8");
  expect("resumes" in spec).toBe(run.includes("resumeAfter"));
});
