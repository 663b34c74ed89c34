/** `bifrost run`: one workflow from start to end, events on stdout, results in a folder. */
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { z } from "zod";
import { paramMeta } from "@/nodes/param-form";
import { afterEvent, unstartedRun, type RunEvent } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { planRun } from "@/server/engine/plan";
import { storeUpload } from "@/server/images/upload";
import { checkDataDir } from "@/server/processes/start-checks";
import { startRunner } from "@/server/runner/runner";
import { readSettings } from "@/server/settings";
import { CommandError } from "./command-error";
import { prepareFolder, writeResults } from "./result-files";
import { loadWorkflow, readChange, readSweep, withSeed } from "./workflow-file";

export interface RunOptions {
  readonly out: string;
  readonly set: readonly string[];
  readonly sweep: readonly string[];
  readonly seed?: number;
  readonly verbose?: true;
}

/** The exit code: 0 when all went well, 1 when a node failed, 130 when interrupted. Throws for what stops it beforehand. */
export async function runWorkflow(name: string, options: RunOptions, signal: AbortSignal): Promise<number> {
  const settings = readSettings(process.env);
  let workflow = await loadWorkflow(name);
  const temporary = process.env.DATA_DIR ? null : await mkdtemp(join(tmpdir(), "bifrost-run-"));
  const dataDir = temporary ?? settings.dataDir;
  try {
    checkDataDir(dataDir);
    const store = new ArtifactStore(dataDir);
    if (options.seed !== undefined) workflow = withSeed(workflow, options.seed);
    for (const change of options.set) workflow = await changed(workflow, change, store);
    for (const text of options.sweep) workflow = swept(workflow, text);
    const plan = planRun(workflow);
    if (plan.problems[0]) throw new CommandError([plan.problems[0].message, plan.problems[0].remedy].filter(Boolean).join(" "));
    await prepareFolder(options.out);

    const runner = startRunner({ dataDir, checkpointDir: settings.checkpointDir, provider: settings.provider, sessionMemory: settings.sessionMemory, memoryLimit: settings.runMemoryLimit, onLog: (text) => options.verbose && process.stderr.write(text) });
    try {
      let state = afterEvent(unstartedRun, { type: "queued", nodes: plan.nodes.map(({ id }) => id), axes: [...plan.axes] });
      const hear = (event: RunEvent) => {
        state = afterEvent(state, event);
        process.stdout.write(`${JSON.stringify(event)}\n`);
      };
      const ending = await runner.run({ runId: randomUUID(), graph: workflow, finished: {} }, hear, signal);
      await writeResults({ folder: options.out, workflow, state, store, provider: runner.status().provider?.name ?? settings.provider, checkpointDir: settings.checkpointDir });
      if (ending === "failed") process.stderr.write(`bifrost: ${state.message}\n`);
      if (ending === "cancelled") process.stderr.write("bifrost: Interrupted.\n");
      return { done: 0, failed: 1, cancelled: 130 }[ending];
    } finally {
      await runner.close();
    }
  } finally {
    if (temporary) await rm(temporary, { recursive: true, force: true });
  }
}

/** The workflow after one --set. A picture may be named by its file. */
async function changed(workflow: Workflow, text: string, store: ArtifactStore): Promise<Workflow> {
  const { node, param, value } = readChange(workflow, text);
  const schema = findSpec(node.type)!.params.shape[param] as z.ZodType;
  const isFile = paramMeta(schema).control === "image" && typeof value === "string";
  const next = isFile ? await uploaded(value as string, store) : value;
  const params = { ...node.params, [param]: next } as WorkflowNode["params"];
  return { ...workflow, nodes: workflow.nodes.map((candidate) => (candidate.id === node.id ? { ...node, params } : candidate)) };
}

/** The workflow after one --sweep. Several make a grid, unless the workflow says otherwise. */
function swept(workflow: Workflow, text: string): Workflow {
  const { node, param, sweep } = readSweep(workflow, text);
  return { ...workflow, nodes: workflow.nodes.map((candidate) => (candidate.id === node.id ? { ...node, sweeps: { ...node.sweeps, [param]: sweep } } : candidate)) };
}

async function uploaded(path: string, store: ArtifactStore): Promise<{ hash: string; name: string }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(error.code === "ENOENT" ? `There is no picture ${path}.` : `The picture ${path} cannot be read (${error.code}).`);
  });
  const { artifact } = await storeUpload(store, bytes);
  return { hash: artifact.hash, name: basename(path).slice(0, 255) };
}
