/** Unsaved edits on this machine, so that a closed tab loses nothing. */
import { z } from "zod";
import { workflowSchema } from "@/nodes/workflow";

const copySchema = z.object({ name: z.string(), graph: workflowSchema, baseVersion: z.int() });
export type SafetyCopy = z.infer<typeof copySchema>;

const keyOf = (workflowId: string) => `bifrost.unsaved.${workflowId}`;

export function keepSafetyCopy(workflowId: string, copy: SafetyCopy): void {
  try {
    localStorage.setItem(keyOf(workflowId), JSON.stringify(copy));
  } catch {
    // No room, or storage is off: the edits are still in memory and the save is still tried.
  }
}

export function dropSafetyCopy(workflowId: string): void {
  try {
    localStorage.removeItem(keyOf(workflowId));
  } catch {
    // Storage is off: there was no copy either.
  }
}

export function readSafetyCopy(workflowId: string): SafetyCopy | null {
  try {
    const text = localStorage.getItem(keyOf(workflowId));
    return text === null ? null : (copySchema.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    return null;
  }
}
