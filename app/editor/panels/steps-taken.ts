/** The first three things to do in the studio, and which of them this browser has seen done. */
import { z } from "zod";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { EditorState } from "../store/editor-store";

export interface StepsTaken {
  /** Something of a workflow was changed. */
  readonly changed: boolean;
  readonly ran: boolean;
  /** A step, or what a node computed, was looked at. */
  readonly looked: boolean;
  /** The hint was put away. */
  readonly hidden: boolean;
}

const nothingTaken: StepsTaken = { changed: false, ran: false, looked: false, hidden: false };
const takenSchema = z.object({ changed: z.boolean(), ran: z.boolean(), looked: z.boolean(), hidden: z.boolean() });

export const useStepsTaken = create<StepsTaken>()(
  persist((): StepsTaken => nothingTaken, { name: "bifrost.first-steps", version: 1, merge: (stored) => takenSchema.safeParse(stored).data ?? nothingTaken }),
);

type Watched = Pick<EditorState, "history" | "run" | "step" | "tab" | "selection">;

/** What has been done once stays done. The same object comes back when nothing is new. */
export function stepsAfter(taken: StepsTaken, state: Watched): StepsTaken {
  const changed = taken.changed || state.history.past.length > 0;
  const ran = taken.ran || state.run !== null;
  // Before a run there is nothing to look at.
  const looked = taken.looked || (state.run !== null && (state.step !== null || (state.tab === "inspect" && state.selection.size > 0)));
  if (changed === taken.changed && ran === taken.ran && looked === taken.looked) return taken;
  return { ...taken, changed, ran, looked };
}

/** Whether the hint is still of use. */
export function isHintShown({ changed, ran, looked, hidden }: StepsTaken): boolean {
  return !hidden && !(changed && ran && looked);
}
