"use client";

/** What a chosen view shows as a picture that the worker draws, also where the engine has to compute it first. */
import { type AttentionChoice, patchAttention, wordAttention } from "@/app/inspector/attention";
import type { View } from "@/app/inspector/worker/contract";
import type { Output } from "@/nodes/run-events";
import { useEditor } from "../store/editor-context";
import type { Inspected } from "./use-inspected";
import { type Probing, useProbe } from "./use-probe";

/** The view of what was computed for a step; null where the chosen view is none of those that are computed. */
export function computedView({ choice, subject }: Inspected, output: Output, chosen: AttentionChoice): View | null {
  switch (choice.draws.by) {
    case "decoding":
      return { kind: "image", of: { hash: output.tensors.hash, name: "image" } };
    case "attention":
      return subject.nodeType === "flux-sampler" ? wordAttention(output, chosen) : patchAttention(output, chosen, "patches");
    default:
      return null;
  }
}

/** What is chosen of attention, for every step and both sides of a comparison. */
export function useAttentionChoice(): AttentionChoice {
  const blocks = useEditor((state) => state.inspection.blocks);
  const tokens = useEditor((state) => state.inspection.tokens);
  const patch = useEditor((state) => state.inspection.options.patch);
  return { blocks, tokens, patch };
}

export interface ShownView {
  /** Null: it is no picture of values, or not there yet. */
  readonly view: View | null;
  /** Of views that are computed; null of all others. */
  readonly probing: Probing | null;
}

export function useShownView(inspected: Inspected): ShownView {
  const probing = useProbe(inspected);
  const chosen = useAttentionChoice();
  const { draws } = inspected.choice;
  if (draws.by === "worker") return { view: draws.view, probing: null };
  if (draws.by !== "decoding" && draws.by !== "attention") return { view: null, probing: null };
  return { view: probing.output && probing.problem === null ? computedView(inspected, probing.output, chosen) : null, probing };
}
