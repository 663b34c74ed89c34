/** Prompts with what their picture must show, in the metadata format of GenEval (Ghosh et al. 2023, arXiv 2310.11513). */
import { z } from "zod";
import type { HeldOut } from "@/models/checkpoints/pipeline";
import { TorchGenerator } from "@/models/random/torch-generator";

export const categories = ["single_object", "two_object", "counting", "colors", "position", "color_attr"] as const;
export type Category = (typeof categories)[number];

export const relations = ["left of", "right of", "above", "below"] as const;
export type Relation = (typeof relations)[number];

const requirementSchema = z.object({
  class: z.string(),
  count: z.int().min(1),
  color: z.string().optional(),
  /** Where it should stand, seen from the include entry of that index. */
  position: z.tuple([z.enum(relations), z.int().min(0)]).optional(),
});
export type Requirement = z.infer<typeof requirementSchema>;

export const evalPromptSchema = z.object({
  tag: z.enum(categories),
  include: z.array(requirementSchema).min(1),
  exclude: z.array(z.object({ class: z.string(), count: z.int().min(1) })).default([]),
  prompt: z.string().min(1),
});
export type EvalPrompt = z.infer<typeof evalPromptSchema>;

/** One prompt per line; empty lines are skipped. Throws an Error naming the first line that does not fit. */
export function parsePrompts(text: string): EvalPrompt[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      throw new Error(`Line ${index + 1} is not JSON.`);
    }
    const parsed = evalPromptSchema.safeParse(json);
    if (parsed.success) return [parsed.data];
    const issue = parsed.error.issues[0]!;
    throw new Error(`Line ${index + 1} is not GenEval metadata: ${issue.path.join(".") || "the line"}: ${issue.message}.`);
  });
}

/** What a detector can see and a checkpoint can name. */
export interface Vocabulary {
  readonly classes: readonly string[];
  readonly colors: readonly string[];
  /** Every form of every object's name, plurals included. */
  readonly objectWords: readonly string[];
  /** Classes that are never drawn in another colour than their own. */
  readonly natural?: readonly string[];
  /** Combinations the checkpoint has not been trained on. Where they are known, only they are asked for. */
  readonly heldOut?: HeldOut;
}

const numbers = ["", "one", "two", "three", "four"];

/**
 * Prompts over the vocabulary, always the same ones: every class alone, and up to `perCategory` of each other category.
 * With held-out combinations each is asked for once at most, so a category may be shorter.
 */
export function defaultPrompts(vocabulary: Vocabulary, perCategory = 90): EvalPrompt[] {
  const { classes, natural = [], heldOut } = vocabulary;
  const draw = new Draw(classes, vocabulary.colors);
  const paintable = new Draw(classes.filter((name) => !natural.includes(name)), vocabulary.colors);
  const times = <T>(make: (index: number) => T) => Array.from({ length: perCategory }, (_, index) => make(index));
  const some = <T>(combinations: readonly T[]) => draw.shuffled(combinations).slice(0, perCategory);
  const bothPaintable = ([a, b]: readonly string[]) => !natural.includes(a!) && !natural.includes(b!);
  const made: Record<Category, Omit<EvalPrompt, "tag">[]> = {
    single_object: classes.map(single),
    two_object: (heldOut ? some(heldOut.pairs) : times(() => draw.objects(2))).map(pair),
    counting: (heldOut ? some(heldOut.counts) : times((index) => [draw.object(), 2 + (index % 3)] as const)).map(([name, count]) => counting(name, count, vocabulary)),
    colors: (heldOut ? some(heldOut.colors) : times(() => [paintable.object(), paintable.color()] as const)).map(([name, color]) => colored(name, color)),
    position: heldOut
      ? times((index) => heldOut.positions[index % heldOut.positions.length]!).map(([name, relation]) => positioned([name, draw.otherThan(name)], relation as Relation))
      : times((index) => positioned(draw.objects(2), relations[index % relations.length]!)),
    color_attr: (heldOut ? some(heldOut.pairs.filter(bothPaintable)) : times(() => paintable.objects(2))).map((names) => twoColors(names, draw.colors(2))),
  };
  return categories.flatMap((tag) => made[tag].map((prompt) => ({ tag, ...prompt })));
}

const one = (name: string): Requirement => ({ class: name, count: 1 });

function single(name: string) {
  return { include: [one(name)], exclude: [], prompt: `a photo of ${withArticle(name)}` };
}

function pair([a, b]: readonly string[]) {
  return { include: [one(a!), one(b!)], exclude: [], prompt: `a photo of ${withArticle(a!)} and ${withArticle(b!)}` };
}

function counting(name: string, count: number, { objectWords }: Vocabulary) {
  return { include: [{ class: name, count }], exclude: [{ class: name, count: count + 1 }], prompt: `a photo of ${numbers[count]} ${plural(name, objectWords)}` };
}

function colored(name: string, color: string) {
  return { include: [{ ...one(name), color }], exclude: [], prompt: `a photo of ${withArticle(`${color} ${name}`)}` };
}

function positioned([moved, fixed]: readonly string[], relation: Relation) {
  return { include: [one(fixed!), { ...one(moved!), position: [relation, 0] as [Relation, number] }], exclude: [], prompt: `a photo of ${withArticle(moved!)} ${relation} ${withArticle(fixed!)}` };
}

function twoColors([a, b]: readonly string[], [first, second]: readonly string[]) {
  return {
    include: [{ ...one(a!), color: first! }, { ...one(b!), color: second! }],
    exclude: [],
    prompt: `a photo of ${withArticle(`${first} ${a}`)} and ${withArticle(`${second} ${b}`)}`,
  };
}

/** Deals classes and colours like cards: all of them once before any comes again. */
class Draw {
  private readonly generator = new TorchGenerator(0);
  private objectCards: string[] = [];
  private colorCards: string[] = [];

  constructor(
    private readonly allObjects: readonly string[],
    private readonly allColors: readonly string[],
  ) {}

  object(): string {
    if (this.objectCards.length === 0) this.objectCards = this.shuffled(this.allObjects);
    return this.objectCards.pop()!;
  }

  otherThan(name: string): string {
    const other = this.object();
    return other === name ? this.otherThan(name) : other;
  }

  color(): string {
    if (this.colorCards.length === 0) this.colorCards = this.shuffled(this.allColors);
    return this.colorCards.pop()!;
  }

  objects(count: number): string[] {
    return distinct(count, () => this.object());
  }

  colors(count: number): string[] {
    return distinct(count, () => this.color());
  }

  shuffled<T>(cards: readonly T[]): T[] {
    return this.generator.randperm(cards.length).map((index) => cards[index]!);
  }
}

function distinct(count: number, next: () => string): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(next());
  return [...found];
}

function withArticle(words: string): string {
  return `${/^[aeiou]/i.test(words) ? "an" : "a"} ${words}`;
}

/** The plural the checkpoint was trained with, else the regular one. */
function plural(name: string, words: readonly string[]): string {
  const irregular: Record<string, string> = { person: "people", knife: "knives" };
  const forms = [`pairs of ${name}`, irregular[name] ?? "", `${name}s`, `${name}es`, name];
  return forms.find((form) => words.includes(form)) ?? (/(s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`);
}
