import { readArtifact } from "@/server/http/artifact-response";
import { services } from "@/server/services";

export const dynamic = "force-dynamic";

export async function GET(request: Request, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  const [{ artifacts }, { file }] = await Promise.all([services(), params]);
  return readArtifact(artifacts, file, request);
}
