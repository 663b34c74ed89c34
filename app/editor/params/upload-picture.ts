/** Sends a picture to the server, which keeps it under the hash of its bytes. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { messageInOne } from "@/app/i18n/vocabulary";
import type { RequestProblem, UploadedPicture } from "@/server/api/contract";

export async function uploadPicture(file: File): Promise<UploadedPicture> {
  let response: Response;
  try {
    response = await fetch(`/api/uploads?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  } catch {
    throw new Error(currentTranslator()("common.failures.unreachable"));
  }
  if (response.ok) return (await response.json()) as UploadedPicture;
  const problem = (await response.json().catch(() => null)) as RequestProblem | null;
  const t = currentTranslator();
  throw new Error(problem ? messageInOne(problem, t) : t("params.picture.refused", { status: String(response.status) }));
}
