"use client";

import { type ReactNode, useLayoutEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { formatValue } from "@/app/ui/quantity";
import { colourTable } from "./tensors/colour-maps";
import { faded } from "./tensors/fading";
import type { Scale } from "./worker/contract";

interface ScaleBarProps {
  scale: Scale;
  /** What the numbers are. */
  quantity: string;
  note?: ReactNode;
  /** Lets the low end of the map fade away, as a picture laid over another does. */
  fades?: boolean;
}

/** What the colours mean: of which quantity, the numbers at the ends, and zero where it is the middle. */
export function ScaleBar({ scale, quantity, note, fades = false }: ScaleBarProps) {
  const t = useTranslations();
  const element = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = element.current?.getContext("2d");
    if (!context) return;
    const table = colourTable(scale.map);
    context.canvas.width = table.length;
    const colours = table.slice();
    if (fades) colours.forEach((pixel, at) => (colours[at] = faded(pixel, at / (table.length - 1))));
    context.putImageData(new ImageData(new Uint8ClampedArray(colours.buffer), table.length, 1), 0, 0);
  }, [scale.map, fades]);
  const say = (value: number) => (Number.isFinite(value) ? formatValue(value) : "–");
  return (
    <figure className="flex flex-col gap-0.5" aria-label={t("inspector.picture.scale", { quantity, low: say(scale.low), high: say(scale.high) })}>
      <p className="flex justify-between gap-3 text-sm text-muted">
        <span>{quantity}</span>
        {note && <span className="text-faint">{note}</span>}
      </p>
      <canvas ref={element} width={256} height={1} className={classNames("h-2 w-full rounded-sm", fades && "bg-[#808080]")} aria-hidden />
      <figcaption className="number flex justify-between text-sm text-muted">
        <span>{say(scale.low)}</span>
        {scale.map === "diverging" && <span>0</span>}
        <span>{say(scale.high)}</span>
      </figcaption>
    </figure>
  );
}
