/** Artifacts as files: a name says its content, so a browser may keep one for ever. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { RequestProblem } from "@/server/api/contract";
import type { ArtifactStore } from "@/server/artifacts/store";
import { artifactSchema } from "@/nodes/run-events";

const types = { png: "image/png", safetensors: "application/octet-stream" } as const;

/** `file` is `<sha256>.png` or `<sha256>.safetensors`. */
export async function readArtifact(artifacts: ArtifactStore, file: string, request: Request): Promise<Response> {
  const [hash, kind, ...rest] = file.split(".");
  const named = artifactSchema.pick({ hash: true, kind: true }).safeParse({ hash, kind });
  if (!named.success || rest.length > 0) return missing();
  // The comments keep the build from taking every file of the project for a part of the site.
  const path = artifacts.path(named.data);
  const found = await stat(/* turbopackIgnore: true */ path).catch(() => null);
  if (!found?.isFile()) return missing();
  const headers = {
    "content-type": types[named.data.kind],
    "cache-control": "public, max-age=31536000, immutable",
    etag: `"${named.data.hash}"`,
  };
  if (request.headers.get("if-none-match") === headers.etag) return new Response(null, { status: 304, headers });
  const body = Readable.toWeb(createReadStream(/* turbopackIgnore: true */ path)) as ReadableStream<Uint8Array>;
  return new Response(body, { headers: { ...headers, "content-length": String(found.size) } });
}

function missing(): Response {
  return Response.json({ message: "There is no such artifact." } satisfies RequestProblem, { status: 404 });
}
