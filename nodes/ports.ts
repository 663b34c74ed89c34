/** Data types that travel along edges, and the one rule of what may be connected to what. */
import { type Said, said } from "@/models/said";

export const dataTypes = {
  text: { title: "Text", tensors: "the words themselves" },
  conditioning: { title: "Text conditioning", tensors: "prompt_embeds [1, tokens, joint], pooled_prompt_embeds [1, pooled]" },
  "patch-latents": { title: "Patch latents", tensors: "patch_latents [1, patches, hidden] on a grid of rows × columns; optionally mask [1, patches], 1 where a patch is to be made anew" },
  "control-latents": { title: "Control latents", tensors: "control_latents [1, rows, columns, hidden] on the diffusion grid" },
  control: { title: "Control conditioning", tensors: "control latents with strength and active range" },
  latents: { title: "Latents", tensors: "latents [1, channels, height / 8, width / 8], scaled as the sampler sees them" },
  attention: { title: "Attention", tensors: "attention [blocks, text tokens, patches] of a sampler, [layers, patches, text tokens + patches] of an unmasker" },
  number: { title: "Number", tensors: "the number itself" },
  boolean: { title: "On or off", tensors: "on, or off" },
  image: { title: "Image", tensors: "image [height, width, 3], 8-bit RGB" },
} as const satisfies Record<string, { title: string; tensors: string }>;

export type DataType = keyof typeof dataTypes;

export interface Port {
  readonly type: DataType;
  readonly title: string;
  /** An optional input may stay unconnected; outputs are never optional. */
  readonly optional?: true;
  /** A param of the node that makes sense only while this optional input is connected: anything but its default is a problem without. */
  readonly neededBy?: string;
  readonly help?: string;
}
export type Ports = Readonly<Record<string, Port>>;

/** The port of that name. Names come from files: “constructor” is one that every object seems to have. */
export function portOf(ports: Ports | undefined, name: string): Port | undefined {
  return ports && Object.hasOwn(ports, name) ? ports[name] : undefined;
}

/** Why an output of type `from` may not feed an input of type `to`; null when it may. */
export function typeMismatch(from: DataType, to: DataType): Said | null {
  if (from === to) return null;
  return said("This input takes {wanted}, not {given}.", { wanted: dataTypeName(to), given: dataTypeName(from) });
}

/** As it is called within a sentence. */
export const dataTypeName = (type: DataType): string => dataTypes[type].title.toLowerCase();
