/** What goes between the page and the worker: one answer to each call. */
import type { Said } from "@/nodes/said";
import { evenSample } from "../tensors/even-sample";
import type { InspectorWorker, View } from "./contract";

/** A view as it is sent: of a timeline only the frames a basis is fitted on, so that ten thousand cost no more than a few. */
export type SentView = View & { readonly timelineLength?: number };

export type Method = keyof InspectorWorker;

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** `said`: the error in words for people; absent where it was not foreseen. */
export type Answer = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string; readonly said?: Said };

/** Frames that a basis is fitted on, at most. */
export const mostFitted = 32;

export function sent(view: View): SentView {
  return "timeline" in view ? { ...view, timeline: evenSample(view.timeline, mostFitted), timelineLength: view.timeline.length } : view;
}

/** Equal for views that make the same picture. As long for ten thousand steps as for some thirty. */
export function keyOfViews(views: readonly View[]): string {
  return JSON.stringify(views.map(sent));
}
