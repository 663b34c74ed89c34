"use client";

import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { messageWords } from "@/app/i18n/vocabulary";
import { classNames } from "@/app/ui/class-names";
import type { NodeState } from "@/nodes/run-events";
import { cellOf } from "@/nodes/sweeps";
import { instancesIn, isSwept } from "../graph/sweep-cells";
import { type GridCell, type GridRow, gridOf, spokenAxes, type SweepGrid } from "../graph/sweep-layout";
import { ArtifactPicture } from "../node/artifact-picture";
import { ownPicture } from "../node/node-result";
import { stateWord, toneClass } from "../node/state-word";
import { useEditor, useEditorStore } from "../store/editor-context";
import { instanceOf, lookAtCell } from "../store/run-actions";

const none: readonly string[] = [];

/** Words in place of a picture: what failed says why, a text is itself. */
function CellWords({ node }: { node: NodeState | undefined }) {
  const t = useTranslations();
  if (node?.status === "failed") return <span className="line-clamp-4 text-bad">{t("panels.sweep.failed", { reason: messageWords(node, t).message })}</span>;
  const text = node?.status === "done" ? Object.values(node.outputs).find((output) => output.type === "text")?.facts.text : undefined;
  if (typeof text === "string" && text !== "") return <span className="line-clamp-4 text-muted">{text}</span>;
  const word = stateWord(node, false, t);
  return <span className={toneClass[word.tone]}>{word.text}</span>;
}

function Cell({ nodeId, cell, caption }: { nodeId: string; cell: GridCell; caption: string | null }) {
  const t = useTranslations();
  const store = useEditorStore();
  const node = useEditor((state) => state.run?.state.nodes[cell.instance]);
  const looked = useEditor((state) => instanceOf(state, nodeId) === cell.instance);
  const picture = ownPicture(node);
  const choose = () => {
    const { run, cell: before } = store.getState();
    if (!run) return;
    // The first click looks at the cell, the next one at its picture.
    if (looked && before !== null && picture) return store.setState({ lightbox: { hash: picture, title: cell.label } });
    lookAtCell(store, cellOf(cell.instance, run.state.axes).map((index, axis) => index ?? before?.[axis] ?? 0));
  };
  return (
    <button type="button" aria-pressed={looked} aria-label={t("panels.sweep.cell", { values: cell.label, state: stateWord(node, false, t).text })} title={node?.status === "failed" ? messageWords(node, t).message : cell.label} onClick={choose} className="group flex w-full min-w-0 flex-col items-center gap-1">
      <span className={classNames("flex aspect-square w-full items-center justify-center overflow-hidden rounded-md bg-field text-center text-xs", looked ? "ring-2 ring-accent ring-offset-1 ring-offset-panel" : "ring-1 ring-line ring-inset group-hover:ring-line-strong")}>
        {picture ? <ArtifactPicture hash={picture} alt="" minor className="size-full object-contain" /> : <span className="min-w-0 p-1 wrap-anywhere"><CellWords node={node} /></span>}
      </span>
      {caption !== null && <span className={classNames("number line-clamp-2 max-w-full text-sm leading-4 wrap-anywhere", looked ? "font-medium" : "text-muted")}>{caption}</span>}
    </button>
  );
}

function WrappedRow({ nodeId, grid, row }: { nodeId: string; grid: SweepGrid; row: GridRow }) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(4.75rem,1fr))] gap-2">
      {row.cells.map((cell, at) => (
        <li key={cell.instance} className="min-w-0">
          <Cell nodeId={nodeId} cell={cell} caption={grid.columns[at] ?? null} />
        </li>
      ))}
    </ul>
  );
}

function Table({ nodeId, grid, rows, label }: { nodeId: string; grid: SweepGrid; rows: readonly GridRow[]; label: string | null }) {
  const t = useTranslations();
  return (
    <div className="-mx-1 overflow-x-auto px-1 pb-1">
      <table aria-label={label ?? t("panels.sweep.by", { row: grid.rowTitle ?? "", column: grid.columnTitle })} className="border-separate border-spacing-1">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">{grid.rowTitle}</span>
            </th>
            {grid.columns.map((column, at) => (
              <th key={`${at} ${column}`} scope="col" title={column} className="number max-w-24 truncate pb-0.5 text-sm font-normal text-muted">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.cells[0]?.instance}>
              <th scope="row" title={row.label ?? undefined} className="number max-w-24 min-w-8 pr-1 text-left text-sm font-normal wrap-anywhere text-muted">
                <span className="line-clamp-3">{row.label}</span>
              </th>
              {row.cells.map((cell) => (
                <td key={cell.instance} className="w-24 min-w-13">
                  <Cell nodeId={nodeId} cell={cell} caption={null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Every cell of the shown run's sweeps for one node, laid out by its values. Nothing for a node no sweep reaches. */
export function SweepResults({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const store = useEditorStore();
  const instances = useEditor(useShallow((state) => (state.run ? instancesIn(state.run.state.nodes, nodeId) : none)));
  const axes = useEditor((state) => state.run?.state.axes);
  const graph = useEditor((state) => state.run?.graph);
  const chosen = useEditor((state) => state.cell !== null);
  if (!axes || !graph || !isSwept(instances)) return null;
  const grid = gridOf(instances, spokenAxes(axes, graph, t), graph.sweepMode === "zip", t);
  return (
    <section aria-label={t("panels.sweep.label")} className="flex flex-col gap-2">
      <header className="flex min-h-7 items-baseline justify-between gap-3">
        <h3 className="min-w-0 text-muted">{grid.rowTitle === null ? grid.columnTitle : t("panels.sweep.across", { column: grid.columnTitle, row: grid.rowTitle.toLowerCase() })}</h3>
        {chosen && (
          <button type="button" onClick={() => lookAtCell(store, null)} className="shrink-0 rounded-sm text-muted underline decoration-line-strong underline-offset-4 hover:text-ink">
            {t("panels.sweep.follow")}
          </button>
        )}
      </header>
      {grid.groups.map((group) => (
        <div key={group.rows[0]?.cells[0]?.instance} className="flex flex-col gap-1">
          {group.label !== null && <h4 className="number text-sm font-medium">{group.label}</h4>}
          {grid.rowTitle === null ? <WrappedRow nodeId={nodeId} grid={grid} row={group.rows[0]!} /> : <Table nodeId={nodeId} grid={grid} rows={group.rows} label={group.label} />}
        </div>
      ))}
    </section>
  );
}
