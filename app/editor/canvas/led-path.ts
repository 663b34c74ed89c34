/** The line of an edge that is led through dots: it leaves and enters level, and runs through each dot without a corner. */

type Point = { readonly x: number; readonly y: number };

/** How far a curve reaches along its tangent, as a share of the part's length. */
const reach = 0.38;
/** At a port it goes level at least so far, px, and not much farther than the next point lies across. */
const level = 18;

/** An SVG path from the first point to the last. Coordinates as they come. */
export function ledPath(points: readonly Point[]): string {
  const last = points.length - 1;
  const tangents = points.map((_, index): Point => {
    if (index === 0 || index === last) return { x: 1, y: 0 };
    const [before, after] = [points[index - 1]!, points[index + 1]!];
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    return { x: (after.x - before.x) / length, y: (after.y - before.y) / length };
  });
  const parts = points.slice(1).map((to, index) => {
    const from = points[index]!;
    const bow = Math.hypot(to.x - from.x, to.y - from.y) * reach;
    const atPort = Math.min(bow, level + Math.abs(to.x - from.x) / 2);
    const [start, end] = [index === 0 ? atPort : bow, index + 1 === last ? atPort : bow];
    const [out, into] = [tangents[index]!, tangents[index + 1]!];
    return `C${from.x + out.x * start},${from.y + out.y * start} ${to.x - into.x * end},${to.y - into.y * end} ${to.x},${to.y}`;
  });
  return `M${points[0]!.x},${points[0]!.y}${parts.join("")}`;
}
