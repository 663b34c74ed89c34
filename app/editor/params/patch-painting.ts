/** Painting on the patch grid: which patches a stroke covers, and what it leaves. Positions count from 0, row by row. */

export interface PatchGrid {
  readonly rows: number;
  readonly columns: number;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export const positionOf = ({ row, column }: Cell, { columns }: PatchGrid) => row * columns + column;

/** The cell under a point of the grid's square, both in px; points outside belong to the nearest cell. */
export function cellAt(x: number, y: number, size: { readonly width: number; readonly height: number }, { rows, columns }: PatchGrid): Cell {
  const along = (at: number, side: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor((at / side) * count)));
  return { row: along(y, size.height, rows), column: along(x, size.width, columns) };
}

/** The cells of the straight way from one to the other, both included: a quick hand must leave no gaps. */
export function cellsBetween(from: Cell, to: Cell): Cell[] {
  const steps = Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const share = steps === 0 ? 0 : i / steps;
    return { row: Math.round(from.row + (to.row - from.row) * share), column: Math.round(from.column + (to.column - from.column) * share) };
  });
}

/** One press of the pointer: it adds where its first cell was not painted, and removes where it was. */
export interface Stroke {
  readonly adds: boolean;
  readonly painted: ReadonlySet<number>;
  readonly last: Cell;
}

export function beginStroke(painted: ReadonlySet<number>, cell: Cell, grid: PatchGrid): Stroke {
  const adds = !painted.has(positionOf(cell, grid));
  return continueStroke({ adds, painted, last: cell }, cell, grid);
}

export function continueStroke({ adds, painted, last }: Stroke, cell: Cell, grid: PatchGrid): Stroke {
  const after = new Set(painted);
  for (const between of cellsBetween(last, cell)) after[adds ? "add" : "delete"](positionOf(between, grid));
  return { adds, painted: after, last: cell };
}

/** In order, and none outside the grid: equal masks are equal lists, whichever way they were painted. */
export function positionsOf(painted: ReadonlySet<number>, { rows, columns }: PatchGrid): number[] {
  return [...painted].filter((position) => position < rows * columns).sort((a, b) => a - b);
}

export function allOf({ rows, columns }: PatchGrid): Set<number> {
  return new Set(Array.from({ length: rows * columns }, (_, position) => position));
}

export function invertedOf(painted: ReadonlySet<number>, grid: PatchGrid): Set<number> {
  return new Set([...allOf(grid)].filter((position) => !painted.has(position)));
}

/** Where a key leads from a cell; null for keys that move nowhere. At an edge it stays. */
export function cellAfterKey(key: string, { row, column }: Cell, { rows, columns }: PatchGrid): Cell | null {
  const within = (at: number, count: number) => Math.min(count - 1, Math.max(0, at));
  switch (key) {
    case "ArrowUp":
      return { row: within(row - 1, rows), column };
    case "ArrowDown":
      return { row: within(row + 1, rows), column };
    case "ArrowLeft":
      return { row, column: within(column - 1, columns) };
    case "ArrowRight":
      return { row, column: within(column + 1, columns) };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: columns - 1 };
    default:
      return null;
  }
}
