"use client";

import { useTranslations } from "use-intl";
import { cssColour, givenPixel } from "./tensors/colour-maps";
import { leavesBlank } from "./views";
import type { View } from "./worker/contract";

/** What is drawn beside the colours of the scale. */
export function PictureKey({ view }: { view: View }) {
  const t = useTranslations();
  if (!leavesBlank(view)) return null;
  return (
    <ul className="flex flex-wrap gap-x-4 text-sm text-muted">
      <li className="flex items-center gap-1.5">
        <span aria-hidden className="hatched size-3 rounded-sm" />
        {t("inspector.picture.notKnown")}
      </li>
      {view.kind === "unmask-order" && view.first !== null && (
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-3 rounded-sm" style={{ background: cssColour(givenPixel) }} />
          {t("inspector.picture.given")}
        </li>
      )}
    </ul>
  );
}
