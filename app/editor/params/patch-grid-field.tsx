"use client";

import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { useTRPC } from "@/app/trpc-client";
import { classNames } from "@/app/ui/class-names";
import { nodeOf } from "../graph/lookup";
import { ArtifactPicture } from "../node/artifact-picture";
import { useEditor } from "../store/editor-context";
import type { FieldProps } from "./field-props";
import { allOf, beginStroke, type Cell, cellAfterKey, cellAt, continueStroke, invertedOf, type PatchGrid, positionOf, positionsOf, type Stroke } from "./patch-painting";
import { gridInRun, maskSource, paintedPicture } from "./patch-source";
import { useMaskedPatches } from "./use-masked-patches";

/** The input whose patches are painted. */
const port = "patches";

/** As the shown run had it; before a run, as the checkpoint has it. Null while neither is known. */
function usePatchGrid(nodeId: string): PatchGrid | null {
  const inRun = useEditor(useShallow((state) => gridInRun(state, nodeId, port)));
  const trpc = useTRPC();
  const { data } = useQuery({ ...trpc.system.status.queryOptions(), enabled: inRun === null, staleTime: 60_000 });
  if (inRun || !data || "problem" in data.checkpoint) return inRun;
  const side = data.checkpoint.patchGrid;
  return side === null ? null : { rows: side, columns: side };
}

const paintedOf = (value: FieldProps["value"]) => new Set(Array.isArray(value) ? value.filter((position) => typeof position === "number") : []);

/** Paint patches with the pointer or the keys, over the picture they are of. Each stroke is one step to undo. */
export function PatchGridField(props: FieldProps) {
  const t = useTranslations();
  const { place } = props;
  const grid = usePatchGrid(props.nodeId);
  return (
    <div className={classNames("nodrag nopan flex flex-col gap-1.5", place === "card" ? "w-52" : "w-full")}>
      {grid ? (
        <Painting {...props} grid={grid} />
      ) : (
        <p className="flex aspect-square w-full items-center justify-center rounded-md border border-dashed border-line-strong bg-field px-4 text-center text-sm text-faint">{t("params.patches.unknown")}</p>
      )}
    </div>
  );
}

function Painting({ id, nodeId, label, place, value, onChange, onCommit, grid }: FieldProps & { grid: PatchGrid }) {
  const t = useTranslations();
  const picture = useEditor((state) => paintedPicture(state, nodeId, port));
  const keepsPainted = useEditor((state) => nodeOf(state.graph, nodeId)?.params.painted === "kept");
  const [stroke, setStroke] = useState<Stroke | null>(null);
  const painted = stroke?.painted ?? paintedOf(value);
  const count = grid.rows * grid.columns;
  const inside = positionsOf(painted, grid).length;
  const masked = useMaskedPatches(useEditor((state) => maskSource(state, nodeId, port)), count);
  const isMarked = (position: number) => masked.has(position) || painted.has(position) !== keepsPainted;
  const marked = Array.from({ length: count }, (_, position) => position).filter(isMarked).length;
  const outside = painted.size - inside;
  const set = (next: ReadonlySet<number>) => {
    onCommit();
    onChange(positionsOf(next, grid));
    onCommit();
  };
  return (
    <>
      <div className="relative w-full overflow-hidden rounded-md bg-field ring-1 ring-line" style={{ aspectRatio: grid.columns / grid.rows }}>
        {picture && <ArtifactPicture hash={picture} alt="" className="absolute inset-0 size-full object-fill" />}
        <Cells id={id} label={label} grid={grid} painted={painted} masked={masked} isMarked={isMarked} dims={marked > 0} onStroke={setStroke} set={set} />
      </div>
      <div className="flex items-center justify-between gap-2">
        <span className="number text-sm text-muted" role="status">
          {masked.size > 0 ? t("params.patches.markedAndMasked", { marked, count, masked: masked.size }) : t("params.patches.marked", { marked: String(marked), count })}
        </span>
        {place === "panel" && (
          <span className="-mr-1.5 flex shrink-0">
            {(
              [
                ["all", allOf(grid)],
                ["none", new Set<number>()],
                ["invert", invertedOf(painted, grid)],
              ] as const
            ).map(([choice, next]) => (
              <button key={choice} type="button" onClick={() => set(next)} className="rounded-md px-1.5 py-0.5 text-sm text-muted hover:bg-hover hover:text-ink">
                {t(`params.patches.${choice}`)}
              </button>
            ))}
          </span>
        )}
      </div>
      {outside > 0 && (
        <p className="text-sm text-warn contain-[inline-size]">
          {t("params.patches.outside", { count: outside })}
        </p>
      )}
    </>
  );
}

interface CellsProps {
  id: string;
  label: string;
  grid: PatchGrid;
  painted: ReadonlySet<number>;
  /** Those that the input's own mask marks, whatever is painted. */
  masked: ReadonlySet<number>;
  /** Whether a patch is made anew. */
  isMarked: (position: number) => boolean;
  /** Whether patches that are kept are dimmed: not while all are. */
  dims: boolean;
  /** Hears of a stroke while it is drawn, and null at its end. */
  onStroke: (stroke: Stroke | null) => void;
  set: (painted: ReadonlySet<number>) => void;
}

function Cells({ id, label, grid, painted, masked, isMarked, dims, onStroke, set }: CellsProps) {
  const t = useTranslations();
  // Not state alone: several moves may come before the next render.
  const stroke = useRef<Stroke | null>(null);
  const draw = (next: Stroke | null) => {
    stroke.current = next;
    onStroke(next);
  };
  const [at, setAt] = useState<Cell>({ row: 0, column: 0 });
  const root = useRef<HTMLDivElement>(null);
  const cellOf = ({ clientX, clientY, currentTarget }: PointerEvent) => {
    // As it lies on the screen, whatever the canvas' zoom.
    const box = currentTarget.getBoundingClientRect();
    return cellAt(clientX - box.left, clientY - box.top, box, grid);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const cell = cellOf(event);
    setAt(cell);
    draw(beginStroke(painted, cell, grid));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = cellAfterKey(event.key, at, grid);
    if (!next && event.key !== " " && event.key !== "Enter") return;
    // Neither the canvas' keys nor the editor's.
    event.preventDefault();
    event.stopPropagation();
    if (!next) return set(beginStroke(painted, at, grid).painted);
    setAt(next);
    root.current?.querySelector<HTMLElement>(`[data-position="${positionOf(next, grid)}"]`)?.focus();
  };
  return (
    <div
      ref={root}
      id={id}
      role="grid"
      tabIndex={-1}
      aria-label={label}
      aria-multiselectable
      aria-rowcount={grid.rows}
      aria-colcount={grid.columns}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => stroke.current && draw(continueStroke(stroke.current, cellOf(event), grid))}
      onPointerUp={() => {
        if (stroke.current) set(stroke.current.painted);
        draw(null);
      }}
      onPointerCancel={() => draw(null)}
      onKeyDown={onKeyDown}
      className="absolute inset-0 flex cursor-crosshair touch-none flex-col select-none"
    >
      {Array.from({ length: grid.rows }, (_, row) => (
        <div key={row} role="row" className="flex flex-1">
          {Array.from({ length: grid.columns }, (__, column) => {
            const position = positionOf({ row, column }, grid);
            const isPainted = painted.has(position);
            const unknown = masked.has(position);
            return (
              <div
                key={column}
                role="gridcell"
                data-position={position}
                aria-selected={isPainted}
                aria-label={t(unknown ? "params.patches.unknownPatch" : isPainted ? "params.patches.painted" : "params.patches.patch", { row: String(row + 1), column: String(column + 1) })}
                tabIndex={at.row === row && at.column === column ? 0 : -1}
                onFocus={() => setAt({ row, column })}
                className={classNames(
                  "patch flex-1 focus-visible:z-10 focus-visible:outline-offset-[-2px]",
                  dims && !isMarked(position) && "patch-kept",
                  isMarked(position) && "patch-marked",
                  unknown && "hatched",
                )}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}
