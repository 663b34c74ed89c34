"use client";

/** The chosen view at all steps, and the one scale that holds them. */
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { useScaleOver } from "@/app/inspector/tensor-queries";
import { keptFrames, mostSampled, sampled } from "@/app/inspector/timeline";
import { scalesItself, type ViewOptions, viewChosen, viewsOf } from "@/app/inspector/views";
import type { View } from "@/app/inspector/worker/contract";
import { useEditor } from "../store/editor-context";
import { contextAt, type Inspected } from "./use-inspected";

/** The chosen view at every step it can be drawn at; of very many steps, at a sample of so many. */
export function viewsOverTime(inspected: Inspected, options: ViewOptions, most: number, t: Translate): View[] {
  const { subject, choice } = inspected;
  const frames = sampled(keptFrames(subject.frames), most);
  return frames.flatMap((frame) => {
    const draws = viewChosen(viewsOf(contextAt(inspected, frame), options, t), choice.id)?.draws;
    return draws?.by === "worker" ? [draws.view] : [];
  });
}

/** Whether all steps can have one scale: only there it is offered. */
export function canHaveOneScale({ subject, choice }: Inspected): boolean {
  return subject.frames.length > 1 && choice.draws.by === "worker" && scalesItself(choice.draws.view);
}

export const placeOf = ({ subject, of }: Inspected) => `${subject.runId} ${subject.instance} ${subject.port} ${of.name}`;

/** The view to draw: with the scale of all steps where that was chosen, once it is known. Null when the choice is nothing drawn here. */
export function useScaledView(inspected: Inspected): View | null {
  const t = useTranslations();
  const options = useEditor((state) => state.inspection.options);
  const { draws, id } = inspected.choice;
  const wanted = options.oneScale && canHaveOneScale(inspected);
  const views = useMemo(() => (wanted ? viewsOverTime(inspected, options, mostSampled, t) : null), [wanted, inspected, options, t]);
  const scale = useScaleOver(`${placeOf(inspected)} ${id} ${options.dimension} ${options.channel}`, views);
  return useMemo(() => (draws.by !== "worker" ? null : scale ? { ...draws.view, range: [scale.low, scale.high] } : draws.view), [draws, scale]);
}
