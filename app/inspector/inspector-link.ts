/** A view as the query of an address, and back: a link opens exactly what its sender saw. */
import { z } from "zod";
import { held, wholePicture, type Zoom } from "./zoom-surface";
import { compareModes, firstInspection, type Inspection } from "./inspection";

/** B of a comparison, its run by name. */
export interface LinkedOther {
  readonly runId: string | null;
  readonly nodeId: string;
  readonly port: string | null;
  readonly tensor: string | null;
  readonly cell: readonly number[] | null;
  readonly step: number | "same" | null;
}

export interface InspectorLink {
  readonly runId: string;
  readonly nodeId: string;
  readonly step: number | null;
  /** Of a sweep; null: the newest. */
  readonly cell: readonly number[] | null;
  readonly inspection: Omit<Inspection, "other">;
  readonly other: LinkedOther | null;
  readonly zoom: Zoom;
}

const word = z.string().min(1).max(100);
const count = z.coerce.number().pipe(z.int().min(0).max(1e9));
const counts = z.string().max(2000).transform((text) => text.split(".").map(Number)).pipe(z.array(z.int().min(0).max(1e6)).min(1));
/** Scale and the place of the upper left corner, such as "4,-0.5,-1.25". */
const zoom = z
  .string()
  .max(100)
  .transform((text) => text.split(",").map(Number))
  .pipe(z.tuple([z.number().min(1).max(64), z.number(), z.number()]))
  .transform(([scale, x, y]): Zoom => held({ scale, x, y }));

/** Unknown words and damaged values are left out: a link from another version opens what it can. */
const querySchema = z.object({
  run: word,
  node: word,
  step: count.optional().catch(undefined),
  cell: counts.optional().catch(undefined),
  port: word.optional().catch(undefined),
  tensor: word.optional().catch(undefined),
  view: word.optional().catch(undefined),
  patch: count.optional().catch(undefined),
  dimension: count.default(0).catch(0),
  channel: count.default(0).catch(0),
  perChannel: z.literal("1").optional().catch(undefined),
  oneScale: z.literal("1").optional().catch(undefined),
  blocks: counts.optional().catch(undefined),
  tokens: counts.optional().catch(undefined),
  large: z.literal("1").optional().catch(undefined),
  zoom: zoom.default(wholePicture).catch(wholePicture),
  mode: z.enum(compareModes).default("side").catch("side"),
  otherNode: word.optional().catch(undefined),
  otherRun: word.optional().catch(undefined),
  otherPort: word.optional().catch(undefined),
  otherCell: counts.optional().catch(undefined),
  otherTensor: word.optional().catch(undefined),
  otherStep: z.union([z.literal("same"), count]).optional().catch(undefined),
});

/** Null when the query names no run and node. */
export function readInspectorLink(query: URLSearchParams): InspectorLink | null {
  const read = querySchema.safeParse(Object.fromEntries(query));
  if (!read.success) return null;
  const { run, node, step, cell, port, tensor, view, patch, dimension, channel, perChannel, oneScale, blocks, tokens, large, zoom, mode, otherNode, otherRun, otherPort, otherCell, otherTensor, otherStep } = read.data;
  return {
    runId: run,
    nodeId: node,
    step: step ?? null,
    cell: cell ?? null,
    inspection: { port: port ?? null, tensor: tensor ?? null, view: view ?? null, options: { patch: patch ?? null, dimension, channel, perChannel: perChannel === "1", oneScale: oneScale === "1" }, blocks: blocks ?? null, tokens: tokens ?? null, large: large === "1", mode },
    zoom,
    other: otherNode === undefined ? null : { runId: otherRun ?? null, nodeId: otherNode, port: otherPort ?? null, tensor: otherTensor ?? null, cell: otherCell ?? null, step: otherStep ?? null },
  };
}

/** Only what differs from how the inspector opens by itself is written. */
export function writeInspectorLink({ runId, nodeId, step, cell, inspection, other, zoom }: InspectorLink): URLSearchParams {
  const { port, tensor, view, options, blocks, tokens, large, mode } = inspection;
  const first = firstInspection.options;
  const query: Record<string, string | number | null | false> = {
    run: runId,
    node: nodeId,
    step,
    cell: cell && cell.join("."),
    port,
    tensor,
    view,
    patch: options.patch,
    dimension: options.dimension !== first.dimension && options.dimension,
    channel: options.channel !== first.channel && options.channel,
    perChannel: options.perChannel && "1",
    oneScale: options.oneScale && "1",
    blocks: blocks && blocks.join("."),
    tokens: tokens && tokens.join("."),
    large: large && "1",
    // The picture is as large as the window lets it be; a ten-thousandth of that is less than a pixel.
    zoom: zoom.scale > 1 && [zoom.scale, zoom.x, zoom.y].map((value) => Number(value.toFixed(4))).join(","),
    mode: mode !== firstInspection.mode && mode,
    ...(other && { otherRun: other.runId, otherNode: other.nodeId, otherPort: other.port, otherTensor: other.tensor, otherCell: other.cell && other.cell.join("."), otherStep: other.step }),
  };
  return new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === null || value === false ? [] : [[name, String(value)]])));
}
