/** Whether a picture shows what its prompt asks for: the rules of GenEval's evaluate_images.py, on centres instead of boxes. */
import type { Detection } from "./detection";
import { categories, type Category, type EvalPrompt, type Relation } from "./prompt";

/** Centres closer than this, in heatmap cells, stand in no relation. */
const smallestDistance = 1;

/** Every required object is there as often as asked, with its colour and at its place; none of the excluded. */
export function isCorrect({ include, exclude }: EvalPrompt, detections: readonly Detection[]): boolean {
  const matched: Detection[][] = [];
  for (const { class: name, count, color, position } of include) {
    // As in GenEval: the most confident ones, no more than asked for.
    const found = detections.filter((detection) => detection.class === name).slice(0, count);
    if (found.length < count) return false;
    if (color !== undefined && found.some((detection) => detection.color !== color)) return false;
    if (position) {
      const [relation, target] = position;
      const others = matched[target];
      if (!others || !found.every((detection) => others.every((other) => relationsOf(detection, other).includes(relation)))) return false;
    }
    matched.push(found);
  }
  return exclude.every(({ class: name, count }) => detections.filter((detection) => detection.class === name).length < count);
}

/** How `a` stands to `b`: a direction counts when it makes up more than half of the distance. */
export function relationsOf(a: Detection, b: Detection): Relation[] {
  const x = a.x - b.x;
  const y = a.y - b.y;
  const distance = Math.hypot(x, y);
  if (distance <= smallestDistance) return [];
  const found: Relation[] = [];
  if (x / distance < -0.5) found.push("left of");
  if (x / distance > 0.5) found.push("right of");
  if (y / distance < -0.5) found.push("above");
  if (y / distance > 0.5) found.push("below");
  return found;
}

export interface Score {
  readonly correct: number;
  readonly pictures: number;
}

/** Counts pictures by category. GenEval's overall score is the mean of the categories' shares. */
export class Scoreboard {
  private readonly scores = new Map<Category, Score>();

  add(tag: Category, correct: boolean): void {
    const before = this.scores.get(tag) ?? { correct: 0, pictures: 0 };
    this.scores.set(tag, { correct: before.correct + Number(correct), pictures: before.pictures + 1 });
  }

  /** In GenEval's order, categories without pictures left out. */
  rows(): [Category, Score][] {
    return categories.flatMap((tag) => (this.scores.has(tag) ? [[tag, this.scores.get(tag)!] as [Category, Score]] : []));
  }

  /** 0…1; NaN without pictures. */
  overall(): number {
    const shares = this.rows().map(([, { correct, pictures }]) => correct / pictures);
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  }
}
