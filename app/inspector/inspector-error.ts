import { inEnglish, type Said } from "@/nodes/said";

/** What the inspector cannot show, in words for people: which tensor, what is wrong, what to do. The page says it in its language. */
export class InspectorError extends Error {
  override name = "InspectorError";
  constructor(readonly said: Said) {
    super(inEnglish(said));
  }
}
