/** What a run in the terminal leaves behind: its pictures under the names their nodes give them, and run.json. */
import { access, constants, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPipeline } from "@/models/checkpoints/pipeline";
import type { NodeState, RunState } from "@/nodes/run-events";
import { cellOf, nodeIdOf } from "@/nodes/sweeps";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { withWorkflow } from "@/nodes/png-workflow";
import type { ArtifactStore } from "@/server/artifacts/store";
import { makeDirectories } from "@/models/directories";
import { CommandError } from "./command-error";

export interface Results {
  readonly folder: string;
  readonly workflow: Workflow;
  readonly state: RunState;
  readonly store: ArtifactStore;
  readonly provider: string;
  readonly checkpointDir: string;
}

/** Makes the folder. Throws a CommandError when it cannot be made or written to: better before an hour of computing than after. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    makeDirectories(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new CommandError(`The output folder ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code}). Choose another one with --out.`);
  }
}

/** Writes every saved picture that was made, also of a run that failed later on, and run.json beside them, with what was described. */
export async function writeResults({ folder, workflow, state, store, provider, checkpointDir }: Results): Promise<void> {
  const taken = new Set<string>(["run"]);
  const images: { node: string; file: string; sha256: string }[] = [];
  const swept: { node: string; values: Record<string, unknown> }[] = [];
  for (const { node, instance, result } of doneOf(workflow, state, "save-image")) {
    const picture = result.outputs.image?.picture;
    if (!picture) continue;
    const file = `${freeName(String(node.params.name ?? "image"), taken)}.png`;
    await writeWhole(join(folder, file), withWorkflow(await store.read(picture), workflow));
    // Of the picture as it is stored, before its workflow went into the file.
    images.push({ node: instance, file, sha256: picture.hash });
    if (state.axes.length > 0) swept.push({ node: instance, values: valuesOf(instance, state) });
  }
  const texts = doneOf(workflow, state, "describe-image").map(({ instance, result }) => ({ node: instance, text: result.outputs.text?.facts.text ?? "" }));
  const nodes = Object.entries(state.nodes).map(([id, node]) => ({
    id,
    status: node.status,
    ...(node.status === "done" && { seconds: node.seconds, frames: node.frames.length, notices: node.notices.map(({ message }) => message) }),
    ...(node.status === "failed" && { message: node.message, remedy: node.remedy }),
  }));
  const report = { status: state.status, seconds: state.seconds, message: state.message, provider, checkpoint: fingerprint(checkpointDir), images, ...(swept.length > 0 && { swept }), texts, nodes, workflow };
  await writeWhole(join(folder, "run.json"), `${JSON.stringify(report, null, 2)}\n`);
}

type Done = Extract<NodeState, { status: "done" }>;

/** Every finished node of a type, in each cell of the run's sweeps. */
function doneOf(workflow: Workflow, state: RunState, type: string): { node: WorkflowNode; instance: string; result: Done }[] {
  return workflow.nodes
    .filter((node) => node.type === type)
    .flatMap((node) =>
      Object.entries(state.nodes).flatMap(([instance, result]) => (nodeIdOf(instance) === node.id && result.status === "done" ? [{ node, instance, result }] : [])),
    );
}

/** What the sweeps set in the cell of an instance: "sampler.seed" → 7. */
function valuesOf(instance: string, { axes }: RunState): Record<string, unknown> {
  const cell = cellOf(instance, axes);
  return Object.fromEntries(axes.flatMap(({ nodeId, param, values }, i) => (cell[i] == null ? [] : [[`${nodeId}.${param}`, values[cell[i]]]])));
}

/** A run without any model has no need of the checkpoint; one that failed for want of it said so already. */
function fingerprint(checkpointDir: string): string | null {
  try {
    return openPipeline(checkpointDir).fingerprint;
  } catch {
    return null;
  }
}

/** Names Windows keeps for devices, with any ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A file name without ending that no earlier picture of this run has. Two Save Image nodes may share a name. */
function freeName(wanted: string, taken: Set<string>): string {
  const plain = wanted.replace(/\.png$/i, "").replace(/[. ]+$/, "") || "image";
  const safe = reserved.test(plain) ? `_${plain}` : plain;
  let name = safe;
  // Compared without case: some file systems do so.
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${safe}-${count}`;
  taken.add(name.toLowerCase());
  return name;
}

async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(code === "ENOSPC" ? `The disk is full: ${path} could not be written.` : `${path} could not be written (${code}).`);
  }
}
