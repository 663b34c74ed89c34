/** Pictures in rows of five with what was asked, what the detector found and its verdict below: to check it by eye. */
import sharp from "sharp";
import type { Tensor } from "@/models/tensor";
import type { Detection } from "./detection";
import type { EvalPrompt } from "./prompt";

export interface Judged {
  readonly prompt: EvalPrompt;
  /** Which of the prompts. */
  readonly index: number;
  readonly seed: number;
  /** 8-bit RGB [height, width, 3] */
  readonly picture: Tensor<"uint8">;
  readonly detections: readonly Detection[];
  readonly correct: boolean;
}

export const perSheet = 25;
const columns = 5;
const shown = 192;
const cell = { width: 216, height: 256 };
const lineLength = 33;

/** A PNG of at most 25 pictures. */
export async function contactSheet(judged: readonly Judged[]): Promise<Uint8Array> {
  const tiles = judged.map(async ({ picture }, index) => {
    const [height, width] = picture.dims as [number, number, number];
    const input = await sharp(picture.data, { raw: { width, height, channels: 3 } }).resize(shown, shown, { kernel: "nearest" }).png().toBuffer();
    return { input, left: place(index).x + (cell.width - shown) / 2, top: place(index).y + 6 };
  });
  const size = { width: columns * cell.width, height: Math.ceil(judged.length / columns) * cell.height };
  const captions = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" font-family="sans-serif" font-size="10">${judged.map(caption).join("")}</svg>`;
  return sharp({ create: { ...size, channels: 3, background: "white" } })
    .composite([...(await Promise.all(tiles)), { input: Buffer.from(captions), left: 0, top: 0 }])
    .png()
    .toBuffer();
}

function place(index: number): { x: number; y: number } {
  return { x: (index % columns) * cell.width, y: Math.floor(index / columns) * cell.height };
}

function caption({ prompt, detections, correct }: Judged, index: number): string {
  const found = detections.map((each) => `${each.color} ${each.class}`).join(", ") || "nothing";
  const asked = wrapped(`${index + 1}. ${prompt.prompt}`);
  const lines = [...asked, ...wrapped(found)].slice(0, 4);
  const { x, y } = place(index);
  const text = lines.map((line, row) => `<text x="${x + 12}" y="${y + shown + 18 + row * 12}"${row < asked.length ? ' font-weight="bold"' : ""}>${escaped(line)}</text>`);
  const frame = `<rect x="${x + 10}" y="${y + 4}" width="${shown + 4}" height="${shown + 4}" fill="none" stroke="${correct ? "green" : "red"}" stroke-width="2"/>`;
  return frame + text.join("");
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < lineLength) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
