"use client";

/** The chosen view at all steps, and the one scale that holds them. */
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { useScaleOver } from "@/app/inspector/tensor-queries";
import { keptFrames, mostSampled, sampled } from "@/app/inspector/timeline";
import { scalesItself, type ViewOptions, viewChosen, viewsOf } from "@/app/inspector/views";
import type { Scale, View } from "@/app/inspector/worker/contract";
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

/** Something looked at, and the view of it that is drawn. */
interface Drawn {
  readonly inspected: Inspected;
  readonly view: View | null;
}

/** One scale for all steps of all of these, of which those without steps count as they are; null until it is known, and where nobody chose one or it cannot be had. */
export function useStepsScale(drawn: readonly Drawn[]): Scale | null {
  const t = useTranslations();
  const options = useEditor((state) => state.inspection.options);
  const wanted = options.oneScale && drawn.some(({ inspected }) => canHaveOneScale(inspected)) && drawn.every(({ view }) => view !== null && scalesItself(view));
  const parts = drawn.flatMap(({ inspected, view }) => [inspected, view]);
  // The list is made anew each time, what is in it is not.
  // eslint-disable-next-line react/exhaustive-deps
  const views = useMemo(() => (wanted ? drawn.flatMap(({ inspected, view }) => (canHaveOneScale(inspected) ? viewsOverTime(inspected, options, mostSampled, t) : view ? [view] : [])) : null), [wanted, options, t, ...parts]);
  const place = drawn.map(({ inspected }) => `${placeOf(inspected)} ${inspected.choice.id}`).join();
  return useScaleOver(`${place} ${options.dimension} ${options.channel}`, views);
}

/** With these numbers at the ends of its scale. */
export function scaledTo(view: View, scale: Scale | null): View {
  return scale ? { ...view, range: [scale.low, scale.high] } : view;
}

/** The view to draw: with the scale of all steps where that was chosen, once it is known. Null when the choice is nothing drawn here. */
export function useScaledView(inspected: Inspected): View | null {
  const { draws } = inspected.choice;
  const view = draws.by === "worker" ? draws.view : null;
  const scale = useStepsScale([{ inspected, view }]);
  return useMemo(() => view && scaledTo(view, scale), [view, scale]);
}
