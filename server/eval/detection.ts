/** What the detector sees: peaks of its heatmap, each with class, centre and colour. */
import { float32Data, type Tensors } from "@/models/tensor";

export interface Detection {
  readonly class: string;
  readonly color: string;
  /** 0…1 */
  readonly confidence: number;
  /** Centre in heatmap cells, from the top left. */
  readonly x: number;
  readonly y: number;
}

export interface DetectorLabels {
  readonly classes: readonly string[];
  readonly colors: readonly string[];
}

/**
 * Peaks of class_heatmap [1, classes, h, w] at or above `threshold` that no neighbour of the 3 × 3 around them exceeds,
 * most confident first; their colours from color_logits [1, colors, h, w] at the same place.
 */
export function readDetections(outputs: Tensors, { classes, colors }: DetectorLabels, threshold: number): Detection[] {
  const heat = float32Data(outputs.class_heatmap, "class_heatmap");
  const colorLogits = float32Data(outputs.color_logits, "color_logits");
  const [, , height, width] = outputs.class_heatmap!.dims as [number, number, number, number];
  const area = height * width;
  const found: Detection[] = [];
  for (let index = 0; index < classes.length; index++) {
    const map = heat.subarray(index * area, (index + 1) * area);
    for (let cell = 0; cell < area; cell++) {
      if (map[cell]! < threshold || !isPeak(map, cell, width, height)) continue;
      found.push({ class: classes[index]!, color: colors[strongest(colorLogits, cell, area, colors.length)]!, confidence: map[cell]!, x: cell % width, y: Math.floor(cell / width) });
    }
  }
  return found.sort((a, b) => b.confidence - a.confidence);
}

/** Of equal neighbours the first in reading order is the peak. */
function isPeak(map: Float32Array, cell: number, width: number, height: number): boolean {
  const x = cell % width;
  const y = Math.floor(cell / width);
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      const other = v * width + u;
      if (other !== cell && (map[other]! > map[cell]! || (map[other] === map[cell] && other < cell))) return false;
    }
  }
  return true;
}

function strongest(logits: Float32Array, cell: number, area: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) if (logits[index * area + cell]! > logits[best * area + cell]!) best = index;
  return best;
}
