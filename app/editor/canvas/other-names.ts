/** Words by which people who come from other tools look for nodes, in English and Chinese: search words, never shown. */
import type { canvas } from "@/app/i18n/en/canvas";
import type { NodeType } from "@/nodes/specs";

const otherNames: Partial<Record<NodeType, readonly string[]>> = {
  prompt: ["positive prompt", "string", "正向提示词", "文本"],
  text: ["string", "primitive string", "字符串"],
  "text-encoder": ["clip text encode", "dual clip encode", "t5 encode", "prompt encoder", "conditioning", "clip文本编码"],
  "load-image": ["img", "open picture", "upload image", "input image", "加载图像", "图片"],
  "save-image": ["preview image", "img", "output image", "show picture", "预览图像", "图片"],
  "flux-sampler": ["ksampler", "k sampler", "sampler custom", "empty latent image", "random noise", "basic scheduler", "guider", "denoise", "k采样器", "空潜变量", "空latent图像"],
  "vae-decode": ["vae decoder", "latents to image", "vae解码"],
  controlnet: ["apply controlnet", "controlnet apply", "control net", "应用controlnet"],
  "clip-patch-encoder": ["clip vision encode", "image encoder", "ip adapter", "clip视觉编码"],
  "describe-image": ["caption", "interrogate", "florence", "blip", "vision language", "反推提示词"],
  "patch-mask": ["inpaint mask", "mask editor", "draw mask", "局部重绘"],
  "mix-patches": ["blend", "interpolate", "merge images", "混合"],
  "saved-latents": ["load latent", "latent from file", "加载latent"],
  seed: ["noise seed", "random number", "随机种子"],
  integer: ["int", "primitive int", "整数"],
  number: ["float", "primitive float", "浮点数"],
  boolean: ["boolean", "toggle", "switch", "bool", "布尔"],
};

export const otherNamesOf = (type: string): readonly string[] => otherNames[type as NodeType] ?? [];

type Absent = keyof typeof canvas.add.absent;

const absent: readonly (readonly [RegExp, Absent])[] = [
  [/lora/i, "lora"],
  [/upscal|esrgan|hires|放大/i, "upscale"],
  [/(load|loader|加载).*(checkpoint|model|vae|clip|unet|检查点|模型)|(checkpoint|model|vae|clip|unet|检查点|模型).*(load|加载)|^(checkpoint|model|检查点|模型)s?$/i, "model"],
];

/** What other tools have a node for and this one has none: why, as a key of the catalogue. */
export function absentFor(query: string): Absent | null {
  return absent.find(([pattern]) => pattern.test(query.trim()))?.[1] ?? null;
}
