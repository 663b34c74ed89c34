import { encodeAnimation } from "@/server/http/animation";
import { services } from "@/server/services";

export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  const { settings } = await services();
  return encodeAnimation(request, settings);
}
