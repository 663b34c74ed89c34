/**
 * Words between the site and the worker of one studio, passed on by their launcher: something new is in the database.
 * They only spare a wait. Whoever misses one (a process that starts, a worker elsewhere) asks the database a little later.
 */
import { type Nudge, type NudgeMessage, report } from "./child-role";

export function nudge(about: Nudge): void {
  report({ type: "nudge", about });
}

/** Calls `hear` for every such word that reaches this process. */
export function onNudge(about: Nudge, hear: () => void): void {
  process.on("message", (message: Partial<NudgeMessage> | null) => {
    if (message?.type === "nudge" && message.about === about) hear();
  });
}
