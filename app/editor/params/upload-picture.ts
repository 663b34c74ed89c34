/** Sends a picture to the server, which keeps it under the hash of its bytes. */
import type { RequestProblem, UploadedPicture } from "@/server/api/contract";

export async function uploadPicture(file: File): Promise<UploadedPicture> {
  let response: Response;
  try {
    response = await fetch(`/api/uploads?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  } catch {
    throw new Error("The server does not answer. Is it still running?");
  }
  if (response.ok) return (await response.json()) as UploadedPicture;
  const problem = (await response.json().catch(() => null)) as RequestProblem | null;
  throw new Error(problem ? [problem.message, problem.remedy].filter(Boolean).join(" ") : `The picture was refused (${response.status}).`);
}
