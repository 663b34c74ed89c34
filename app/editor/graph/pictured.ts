/** Which cards keep space for a picture. */
import { findSpec } from "@/nodes/specs";

const picturedTypes = new Set(["image", "latents", "patch-latents"]);

/** Their params show it. */
const showsPictureInParam = new Set(["load-image", "patch-mask"]);

/** Whether cards of this type keep space for a picture. */
export function isPictured(type: string): boolean {
  const spec = findSpec(type);
  return spec !== undefined && Object.values(spec.outputs).some((port) => picturedTypes.has(port.type)) && !showsPictureInParam.has(type);
}
