/** Takes a picture file, and keeps what it shows as a PNG artifact. */
import { type Said, said, saidMessage } from "@/models/said";
import type { RequestProblem, UploadedPicture } from "@/server/api/contract";
import { ArtifactError, type ArtifactStore } from "@/server/artifacts/store";
import { decodeUpload } from "@/server/images/upload";
import { encodePng } from "@/server/images/png";
import { NodeError } from "@/nodes/define-node";
import { rgbTensor } from "@/nodes/values";
import { readBody } from "./request-body";
import { type GuardSettings, refusalOf } from "./request-guard";

/** The request's body is the file; `?name=` is what the person calls it. */
export async function receivePicture(request: Request, artifacts: ArtifactStore, guard: GuardSettings): Promise<Response> {
  const refusal = refusalOf(request.headers, guard);
  if (refusal !== null) return problem(403, refusal);
  try {
    const bytes = await readBody(request);
    if (bytes === null) return problem(413, said("This file is larger than 100 MB."), said("Make the picture smaller first."));
    const picture = await decodeUpload(bytes);
    const { hash } = await artifacts.put(await encodePng(rgbTensor(picture.data, picture.width, picture.height)), "png");
    const name = (new URL(request.url).searchParams.get("name") ?? "").trim().slice(0, 200) || "picture";
    return Response.json({ hash, width: picture.width, height: picture.height, name } satisfies UploadedPicture);
  } catch (error) {
    if (error instanceof NodeError) return problem(422, error.said.message, error.said.remedy);
    if (error instanceof ArtifactError) return problem(507, error.said.message, error.said.remedy);
    if (request.signal.aborted) return problem(400, said("The upload was broken off."));
    console.error("An upload failed:", error);
    return problem(500, said("The picture could not be kept; the server's log says more."));
  }
}

function problem(status: number, message: Said, remedy?: Said): Response {
  return Response.json(saidMessage(message, remedy) satisfies RequestProblem, { status });
}
