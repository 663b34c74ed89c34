"use client";

import { useTranslations } from "use-intl";
import { cssColour, givenPixel, infinitePixel, nanPixel } from "./tensors/colour-maps";
import { leavesBlank } from "./views";
import type { Raster, View } from "./worker/contract";

function Entry({ pixel, words }: { /** Hatched when absent. */ pixel?: number; words: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden className={pixel === undefined ? "hatched size-3 rounded-sm" : "size-3 rounded-sm"} style={pixel === undefined ? undefined : { background: cssColour(pixel) }} />
      {words}
    </li>
  );
}

/** What is drawn in these pictures beside the colours of the scale. `view`: null of a difference, which leaves blank what its sides do. */
export function PictureKey({ view, rasters }: { view: View | null; rasters: readonly Raster[] }) {
  const t = useTranslations();
  const shows = (what: "nan" | "infinite") => rasters.some(({ notFinite }) => notFinite[what]);
  const [nan, infinite] = [shows("nan"), shows("infinite")];
  const blank = view !== null && leavesBlank(view);
  if (!blank && !nan && !infinite) return null;
  return (
    <ul className="flex flex-wrap gap-x-4 text-sm text-muted">
      {blank && <Entry words={t("inspector.picture.notKnown")} />}
      {view?.kind === "unmask-order" && view.first !== null && <Entry pixel={givenPixel} words={t("inspector.picture.given")} />}
      {nan && <Entry pixel={nanPixel} words="NaN" />}
      {infinite && <Entry pixel={infinitePixel} words={t("inspector.picture.infinite")} />}
    </ul>
  );
}
