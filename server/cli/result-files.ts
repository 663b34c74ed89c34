/** What a run in the terminal leaves behind: its pictures under the names their nodes give them, and run.json. */
import { access, constants, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPipeline } from "@/models/checkpoints/pipeline";
import type { RunState } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
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
  for (const node of workflow.nodes) {
    const result = state.nodes[node.id];
    const picture = node.type === "save-image" && result?.status === "done" ? result.outputs.image?.picture : null;
    if (!picture) continue;
    const file = `${freeName(String(node.params.name ?? "image"), taken)}.png`;
    await writeWhole(join(folder, file), await store.read(picture));
    images.push({ node: node.id, file, sha256: picture.hash });
  }
  const texts = workflow.nodes.flatMap(({ id, type }) => {
    const result = state.nodes[id];
    return type === "describe-image" && result?.status === "done" ? [{ node: id, text: result.outputs.text?.facts.text ?? "" }] : [];
  });
  const nodes = Object.entries(state.nodes).map(([id, node]) => ({
    id,
    status: node.status,
    ...(node.status === "done" && { seconds: node.seconds, frames: node.frames.length, notices: node.notices }),
    ...(node.status === "failed" && { message: node.message, remedy: node.remedy }),
  }));
  const report = { status: state.status, seconds: state.seconds, message: state.message, provider, checkpoint: fingerprint(checkpointDir), images, texts, nodes, workflow };
  await writeWhole(join(folder, "run.json"), `${JSON.stringify(report, null, 2)}\n`);
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
