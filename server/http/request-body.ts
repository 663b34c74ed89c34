/** The bytes of a request, and no more of them than is allowed. */

export const largestBody = 100_000_000;

/** Null when there is more than `limit`: reading stops there, whatever the headers promised. */
export async function readBody(request: Request, limit = largestBody): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
