/** What somebody finds who opens the program for the very first time: a workflow that can be run at once. */
import type { Database } from "@/server/database/client";
import { Prisma } from "@/server/database/generated/client";
import { findPreset } from "@/server/presets/preset-store";
import { createWorkflow } from "./workflow-store";

const firstPreset = "text-to-image";
const key = "first-workflow";

/** Makes the first workflow of an empty database, once for good: removing it does not bring it back. */
export async function createFirstWorkflow(db: Database): Promise<void> {
  if (await db.setting.findUnique({ where: { key } })) return;
  const { name, graph } = await findPreset(db, firstPreset);
  try {
    await db.$transaction(async (tx) => {
      const used = (await tx.workflow.count()) > 0;
      const id = used ? null : (await createWorkflow(tx, { name, graph })).id;
      await tx.setting.create({ data: { key, value: { id, opened: used } } });
    });
  } catch (error) {
    // Another process was first.
    if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")) throw error;
  }
}

/**
 * The first workflow to whoever asks first, for them to open it, and to call it what it is called in their language; null from
 * then on.
 */
export async function takeFirstWorkflow(db: Database): Promise<{ readonly id: string; readonly name: string } | null> {
  const unopened = { key, value: { path: ["opened"], equals: false } };
  const setting = await db.setting.findFirst({ where: unopened });
  if (!setting) return null;
  const { id } = setting.value as { id: string };
  const { count } = await db.setting.updateMany({ where: unopened, data: { value: { id, opened: true } } });
  return count > 0 ? db.workflow.findFirst({ where: { id, deletedAt: null }, select: { id: true, name: true } }) : null;
}
