/** The pictures of an evaluation in a folder, and sheets of them with what the detector saw: to check it by eye. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodePng } from "@/server/images/png";
import { contactSheet, type Judged, perSheet } from "./contact-sheet";

export class JudgedPictures {
  private waiting: Judged[] = [];
  private sheets = 0;

  constructor(private readonly folder: string) {}

  async add(judged: Judged): Promise<void> {
    await writeFile(join(this.folder, pictureName(judged)), await encodePng(judged.picture));
    this.waiting.push(judged);
    if (this.waiting.length === perSheet) await this.end();
  }

  /** Writes what waits for its sheet to be full. */
  async end(): Promise<void> {
    if (this.waiting.length === 0) return;
    this.sheets++;
    await writeFile(join(this.folder, `sheet-${String(this.sheets).padStart(2, "0")}.png`), await contactSheet(this.waiting));
    this.waiting = [];
  }
}

/** Sorted by category and verdict when listed by name. */
function pictureName({ prompt: { tag, prompt }, index, seed, correct }: Judged): string {
  const words = prompt.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 80);
  return `${tag}-${correct ? "right" : "wrong"}-${String(index).padStart(3, "0")}-${seed}-${words}.png`;
}
