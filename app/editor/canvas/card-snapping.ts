/** A dragged card snaps to lines with its neighbours, unless it keeps to the grid. */
import { type Guide, snapped } from "../graph/arrange";
import { nodeOf } from "../graph/lookup";
import { sizeOf } from "../graph/node-size";
import type { Point } from "../graph/operations";
import { isRerouteKey, reroutesAt, rerouteBoxes } from "../graph/reroutes";
import { boxesOf } from "../store/arrange-actions";
import type { EditorState } from "../store/editor-store";
import { useSnapSetting } from "./snap-setting";

/** Px of the screen. */
const reach = 5;
/** Px of the canvas: with cards farther off no line is seen. */
const neighbourhood = 1600;

type Snapped = { readonly positions: ReadonlyMap<string, Point>; readonly guides: readonly Guide[] };

/** Where the one dragged card, or dot, goes, and its lines with others. Several keep the places they have to each other, and go where the pointer says. */
export function snapDrag(state: Pick<EditorState, "graph" | "level" | "sizes">, positions: ReadonlyMap<string, Point>, zoom: number): Snapped {
  const [dragged] = positions;
  const node = dragged && nodeOf(state.graph, dragged[0]);
  const isDot = dragged !== undefined && isRerouteKey(dragged[0]);
  if (!dragged || (!node && !isDot) || positions.size > 1 || useSnapSetting.getState().grid) return { positions, guides: [] };
  const box = { id: dragged[0], ...dragged[1], ...(node ? sizeOf(node, state.sizes) : { width: 0, height: 0 }) };
  // Dots line up with one another, too.
  const others = [...boxesOf(state, null), ...(isDot ? rerouteBoxes(state.graph, new Set(reroutesAt(state.graph, state.level).keys())) : [])];
  const near = others.filter((other) => other.id !== box.id && Math.abs(other.x - box.x) < neighbourhood && Math.abs(other.y - box.y) < neighbourhood);
  const { position, guides } = snapped(box, near, reach / zoom);
  return { positions: new Map([[box.id, position]]), guides };
}
