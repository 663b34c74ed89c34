/** Artifacts as files: a name says its content, so a browser may keep one for ever. */
import { type Said, said, saidMessage } from "@/models/said";
import type { RequestProblem } from "@/server/api/contract";
import { ArtifactError, type ArtifactStore } from "@/server/artifacts/store";
import { artifactSchema } from "@/nodes/run-events";

const types = { png: "image/png", safetensors: "application/octet-stream" } as const;

/** `file` is `<sha256>.png` or `<sha256>.safetensors`. Bytes that are not those of the name are never sent. */
export async function readArtifact(artifacts: ArtifactStore, file: string, request: Request): Promise<Response> {
  const [hash, kind, ...rest] = file.split(".");
  const named = artifactSchema.pick({ hash: true, kind: true }).safeParse({ hash, kind });
  if (!named.success || rest.length > 0) return problem(404, said("There is no such artifact."));
  const headers = {
    "content-type": types[named.data.kind],
    "cache-control": "public, max-age=31536000, immutable",
    etag: `"${named.data.hash}"`,
  };
  try {
    // What a browser has under this name it has been sent whole.
    if (request.headers.get("if-none-match") === headers.etag && (await artifacts.has(named.data))) return new Response(null, { status: 304, headers });
    const bytes = await artifacts.read(named.data);
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { ...headers, "content-length": String(bytes.length) } });
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return refused(error);
  }
}

/** The error's own words name a path on the server. */
function refused({ reason }: ArtifactError): Response {
  switch (reason) {
    case "gone":
      return problem(404, said("This artifact is not in the store any more: it made room for newer ones, or was removed."), said("Run the node that made it anew."));
    case "damaged":
      return problem(410, said("This artifact was damaged on the disk, and has been removed."), said("Run the node that made it anew; a picture of your own has to be chosen again. If this happens more than once, check the server's disk."));
    default:
      return problem(500, said("This artifact cannot be read from the disk."), said("Check the data folder's rights and its disk."));
  }
}

/** Never kept by a browser: the same name may be there again after the next run. */
function problem(status: number, message: Said, remedy?: Said): Response {
  return Response.json(saidMessage(message, remedy) satisfies RequestProblem, { status, headers: { "cache-control": "no-store" } });
}
