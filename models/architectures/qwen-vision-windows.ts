/** What the visual encoder's graph is told about an image's grid: rotary tables, window order, window mask. */
import { CheckpointError } from "../checkpoints/checkpoint-error";
import { said } from "../said";
import { float32, int64, type Tensor } from "../tensor";
import type { QwenVisionConfig, WindowKind } from "./qwen-vision";

/** Cells of the merged grid in window order, and the number of cells in each window. */
interface WindowOrder {
  readonly cells: readonly number[];
  readonly sizes: readonly number[];
}

/** The kind of graph a grid of gridH × gridW patches needs. */
export function windowKind(gridH: number, gridW: number, config: QwenVisionConfig): WindowKind {
  const side = windowSide(config) * config.spatial_merge_size;
  return gridH % side === 0 && gridW % side === 0 ? "equal" : "masked";
}

/**
 * All inputs of the visual encoder's graph but pixel_values, for a grid of gridH × gridW patches in merge order:
 * cos, sin, window_index, raster_index and, for windows of unequal size, window_mask.
 * Throws a RangeError when the grid does not divide into merge × merge groups, a CheckpointError for empty windows.
 */
export function visionInputs(gridH: number, gridW: number, config: QwenVisionConfig): Record<string, Tensor> {
  const merge = config.spatial_merge_size;
  if (gridH < merge || gridW < merge || gridH % merge !== 0 || gridW % merge !== 0) {
    throw new RangeError(`A patch grid's sides should be multiples of ${merge}, got ${gridH} × ${gridW}.`);
  }
  const order = windowOrder(gridH / merge, gridW / merge, windowSide(config));
  const raster = order.cells.map((_, position) => position).sort((a, b) => (order.cells[a] ?? 0) - (order.cells[b] ?? 0));
  return {
    ...rotaryTables(order.cells, gridW / merge, config),
    window_index: int64(order.cells, [order.cells.length]),
    raster_index: int64(raster, [raster.length]),
    ...(windowKind(gridH, gridW, config) === "masked" ? { window_mask: windowMask(order.sizes, merge ** 2) } : {}),
  };
}

/** Cells along a window's side. Throws a CheckpointError when there are none. */
function windowSide({ window_size, spatial_merge_size, patch_size }: QwenVisionConfig): number {
  const side = Math.floor(window_size / spatial_merge_size / patch_size);
  if (side >= 1) return side;
  throw new CheckpointError(
    said("window_size {window_size} in the visual encoder's config.json makes windows of no patch: it should be at least patch_size × spatial_merge_size, {patch_size} × {spatial_merge_size}. Take config.json from the model's own repository.", { window_size, patch_size, spatial_merge_size }),
  );
}

/** Windows in raster order, within each its cells in raster order; those at the right and lower edge may be smaller. */
function windowOrder(height: number, width: number, side: number): WindowOrder {
  const cells: number[] = [];
  const sizes: number[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const before = cells.length;
      for (let y = top; y < Math.min(top + side, height); y++) {
        for (let x = left; x < Math.min(left + side, width); x++) cells.push(y * width + x);
      }
      sizes.push(cells.length - before);
    }
  }
  return { cells, sizes };
}

/**
 * float32 [1, patches, headDim / 2], in window order: the first half of the angles turns with the patch's row, the
 * second with its column, position · theta^(−4i / headDim).
 */
function rotaryTables(cells: readonly number[], width: number, config: QwenVisionConfig): { cos: Tensor; sin: Tensor } {
  const merge = config.spatial_merge_size;
  const quarter = config.hidden_size / config.num_heads / 4;
  const patches = cells.length * merge ** 2;
  const angles = new Float32Array(patches * 2 * quarter);
  let at = 0;
  for (const cell of cells) {
    for (let inner = 0; inner < merge ** 2; inner++) {
      const row = Math.floor(cell / width) * merge + Math.floor(inner / merge);
      const column = (cell % width) * merge + (inner % merge);
      for (const position of [row, column]) {
        for (let pair = 0; pair < quarter; pair++) angles[at++] = position * config.rope_theta ** (-pair / quarter);
      }
    }
  }
  const dims = [1, patches, 2 * quarter];
  return { cos: float32(angles.map(Math.cos), dims), sin: float32(angles.map(Math.sin), dims) };
}

/** float32 [1, 1, patches, patches]: 0 within a window; across, low enough for weight 0 and within float16's range. */
function windowMask(sizes: readonly number[], unit: number): Tensor {
  const patches = sizes.reduce((sum, size) => sum + size, 0) * unit;
  const mask = new Float32Array(patches * patches).fill(-30_000);
  let start = 0;
  for (const size of sizes) {
    const end = start + size * unit;
    for (let row = start; row < end; row++) mask.fill(0, row * patches + start, row * patches + end);
    start = end;
  }
  return float32(mask, [1, 1, patches, patches]);
}
