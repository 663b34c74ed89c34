import { receivePicture } from "@/server/http/picture-upload";
import { services } from "@/server/services";

export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  const { artifacts, settings } = await services();
  return receivePicture(request, artifacts, settings);
}
