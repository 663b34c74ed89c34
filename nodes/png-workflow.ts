/**
 * The workflow a picture was made by, inside its PNG file: an iTXt chunk (PNG specification, third edition, 11.3.3.4),
 * which every program that shows pictures passes over. The pixels and all other chunks stay as they were.
 */
import type { Workflow } from "./workflow";

const keyword = "bifrost-workflow";
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length, type and checksum: what a chunk has beside its data. */
const frame = 12;

/** By the first byte of what the checksum becomes (PNG specification, annex D). */
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

interface Chunk {
  readonly type: string;
  /** Of the whole chunk in the file. */
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array;
}

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

/** The chunks up to IEND, or to where the file breaks off. */
function chunksOf(png: Uint8Array): Chunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  for (let start = signature.length; start + frame <= png.length; ) {
    const end = start + frame + view.getUint32(start);
    if (end > png.length) break;
    const type = String.fromCharCode(...png.subarray(start + 4, start + 8));
    chunks.push({ type, start, end, data: png.subarray(start + 8, end - 4) });
    if (type === "IEND") break;
    start = end;
  }
  return chunks;
}

/** Keyword, uncompressed, of no language, without a translated keyword. */
const head = new TextEncoder().encode(`${keyword}\0\0\0\0\0`);

const isOurs = ({ type, data }: Chunk) => type === "iTXt" && head.every((byte, at) => data[at] === byte);

function chunkOf(data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(data.length + frame);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set([0x69, 0x54, 0x58, 0x74], 4);
  chunk.set(data, 8);
  view.setUint32(data.length + 8, crc32(chunk.subarray(4, data.length + 8)));
  return chunk;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The PNG file with the workflow in it, in place of one it carried. The same picture and workflow give the same bytes. Throws a RangeError for what is no PNG. */
export function withWorkflow(png: Uint8Array, workflow: Workflow): Uint8Array<ArrayBuffer> {
  const chunks = chunksOf(png);
  if (!isPng(png) || chunks[0]?.type !== "IHDR") throw new RangeError("The file is no PNG.");
  const [header, ...rest] = chunks;
  const data = joined([head, new TextEncoder().encode(JSON.stringify(workflow))]);
  const others = rest.filter((chunk) => !isOurs(chunk)).map(({ start, end }) => png.subarray(start, end));
  return joined([png.subarray(0, header!.end), chunkOf(data), ...others]);
}

/** The text of the workflow that a PNG file carries, unread; null when it carries none or is no PNG. */
export function workflowTextIn(png: Uint8Array): string | null {
  const chunk = isPng(png) ? chunksOf(png).find(isOurs) : undefined;
  return chunk ? new TextDecoder().decode(chunk.data.subarray(head.length)) : null;
}
