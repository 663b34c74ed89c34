/** A sweep's results as a labelled grid: two axes as rows and columns, one as a row that wraps, more as groups. */
import type { Translate } from "@/app/i18n/translate";
import { spoken } from "@/app/i18n/vocabulary";
import { joined } from "@/app/ui/quantity";
import type { SweepAxis } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import { cellOf } from "@/nodes/sweeps";
import type { Workflow } from "@/nodes/workflow";
import { paramFields } from "./param-fields";

export interface GridCell {
  readonly instance: string;
  /** Every value that made it: "Steps 4, Seed 2". */
  readonly label: string;
}

export interface GridRow {
  /** Value of the row's axis; null in a grid with one axis. */
  readonly label: string | null;
  readonly cells: readonly GridCell[];
}

export interface GridGroup {
  /** Values of the axes beyond two; null when there are none. */
  readonly label: string | null;
  readonly rows: readonly GridRow[];
}

export interface SweepGrid {
  readonly rowTitle: string | null;
  readonly columnTitle: string;
  readonly columns: readonly string[];
  readonly groups: readonly GridGroup[];
}

/** A value as a heading: short things whole, pictures by their name. */
export function valueText(value: unknown, t: Translate): string {
  if (typeof value === "number") return String(value).replace("-", "−");
  if (typeof value === "boolean") return t(value ? "params.on" : "params.off");
  if (typeof value === "object" && value !== null && "name" in value && typeof value.name === "string") return value.name;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Axes whose values are in words: choices of a spec as forms show them. What people wrote stays. */
export function spokenAxes(axes: readonly SweepAxis[], { nodes }: Pick<Workflow, "nodes">, t: Translate): SweepAxis[] {
  const isChoice = ({ nodeId, param }: SweepAxis) => {
    const spec = findSpec(nodes.find(({ id }) => id === nodeId)?.type ?? "");
    return spec !== undefined && (paramFields(spec).find(({ name }) => name === param)?.choices.length ?? 0) > 0;
  };
  return axes.map((axis) => (isChoice(axis) ? { ...axis, values: axis.values.map((value) => spoken(String(value), t)) } : axis));
}

/** The node and the param of an axis, from a title like "FLUX Sampler: Steps". */
function titleParts({ title }: SweepAxis): { node: string; param: string } {
  const colon = title.lastIndexOf(": ");
  return { node: title.slice(0, Math.max(0, colon)), param: title.slice(colon < 0 ? 0 : colon + 2) };
}

/** The param's own title where no other axis has the same, else with the node's before it. */
export function axisTitles(axes: readonly SweepAxis[], t: Translate): string[] {
  const parts = axes.map(titleParts);
  return parts.map(({ node, param }) => {
    const own = spoken(param, t);
    const shared = parts.filter((other) => other.param === param).length > 1;
    return shared ? t("panels.sweep.axis", { node: spoken(node, t), param: own }) : own;
  });
}

/** `instances` of one node that sweeps reach. Axes that do not reach it have no place in its grid. */
export function gridOf(instances: readonly string[], axes: readonly SweepAxis[], zipped: boolean, t: Translate): SweepGrid {
  const titles = axisTitles(axes, t);
  const first = cellOf(instances[0] ?? "", axes);
  const mine = axes.map((_, axis) => axis).filter((axis) => first[axis] !== null);
  const text = (axis: number, at: number) => valueText(axes[axis]?.values[at], t);
  const words = (indices: readonly (number | null)[], among: readonly number[]) => joined(among.map((axis) => `${titles[axis]} ${text(axis, indices[axis] ?? 0)}`), t);
  const cell = (instance: string): GridCell => ({ instance, label: words(cellOf(instance, axes), mine) });
  if (zipped || mine.length === 1) {
    const columns = instances.map((instance) => joined(mine.map((axis) => text(axis, cellOf(instance, axes)[axis] ?? 0)), t));
    return { rowTitle: null, columnTitle: joined(mine.map((axis) => titles[axis]!), t), columns, groups: [{ label: null, rows: [{ label: null, cells: instances.map(cell) }] }] };
  }
  const [row, column] = mine.slice(-2) as [number, number];
  const outer = mine.slice(0, -2);
  const groups = new Map<string, Map<number, GridCell[]>>();
  for (const instance of instances) {
    const indices = cellOf(instance, axes);
    const label = words(indices, outer);
    const rows = groups.get(label) ?? new Map<number, GridCell[]>();
    groups.set(label, rows);
    const at = indices[row] ?? 0;
    rows.set(at, [...(rows.get(at) ?? []), cell(instance)]);
  }
  return {
    rowTitle: titles[row]!,
    columnTitle: titles[column]!,
    columns: axes[column]!.values.map((value) => valueText(value, t)),
    groups: [...groups].map(([label, rows]) => ({ label: label || null, rows: [...rows].map(([at, cells]) => ({ label: text(row, at), cells })) })),
  };
}
