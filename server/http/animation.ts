/** Frames in, one animated WebP out. Browsers cannot write one themselves; lossless, so that every pixel is the one drawn. */
import sharp from "sharp";
import { z } from "zod";
import { type Said, said, saidMessage } from "@/models/said";
import type { RequestProblem } from "@/server/api/contract";
import { type GuardSettings, refusalOf } from "./request-guard";
import { largestBody, readBody } from "./request-body";

/** Nobody watches more to the end, and each frame is held whole. */
const mostFrames = 600;

/** WebP's own limit for a side. */
const longestSide = 16_383;

const side = z.coerce.number().pipe(z.int().min(1).max(longestSide));
const querySchema = z.object({ width: side, height: side, delay: z.coerce.number().pipe(z.int().min(10).max(60_000)) });

/** `?width=&height=&delay=`, in pixels and milliseconds; the body is RGBA, 8 bits each, frame after frame. */
export async function encodeAnimation(request: Request, guard: GuardSettings): Promise<Response> {
  const refusal = refusalOf(request.headers, guard);
  if (refusal !== null) return problem(403, refusal);
  const query = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success) return problem(400, said("An animation needs width and height from 1 to {longest} px and a delay from 10 to 60000 ms.", { longest: longestSide }));
  const { width, height, delay } = query.data;
  const pixels = await readBody(request).catch(() => undefined);
  if (pixels === undefined) return problem(400, said("The frames were broken off."));
  if (pixels === null) return problem(413, said("These frames have more than {most} MB of pixels.", { most: largestBody / 1e6 }), said("Choose fewer steps, or a smaller view."));
  const frames = pixels.length / (width * height * 4);
  if (!Number.isInteger(frames) || frames < 1) return problem(400, said("{bytes} bytes are no whole number of frames of {width} × {height} px.", { bytes: pixels.length, width, height }));
  if (frames > mostFrames) return problem(413, said("An animation has at most {most} frames; these are {frames}.", { most: mostFrames, frames }));
  const animation = await sharp(pixels, { raw: { width, height: height * frames, channels: 4, pageHeight: height }, limitInputPixels: false })
    .webp({ lossless: true, effort: 2, loop: 0, delay: Array.from({ length: frames }, () => delay) })
    .toBuffer()
    .catch((error: unknown) => {
      console.error("An animation could not be written:", error);
      return null;
    });
  if (animation === null) return problem(500, said("The animation could not be written; the server's log says more."));
  return new Response(new Uint8Array(animation), { headers: { "content-type": "image/webp", "cache-control": "no-store" } });
}

function problem(status: number, message: Said, remedy?: Said): Response {
  return Response.json(saidMessage(message, remedy) satisfies RequestProblem, { status });
}
