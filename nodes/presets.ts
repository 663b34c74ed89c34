/** Workflows that come with the program: each shows one idea of the method. */
import flux from "./presets/flux-alone.json";
import keepHalf from "./presets/keep-half.json";
import rebuild from "./presets/rebuild-from-patches.json";
import textToImage from "./presets/text-to-image.json";
import { workflowSchema, type Workflow } from "./workflow";

export interface Preset {
  /** Stable, used in links and in the terminal. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly graph: Workflow;
}

/** In the order they are offered; the first is what a new workspace opens with. */
export const presets: readonly Preset[] = [
  {
    id: "text-to-image",
    name: "Text to image (Bifrost-1)",
    description: "The language model imagines patch latents from the prompt; a latent ControlNet hands them to FLUX.",
    graph: workflowSchema.parse(textToImage),
  },
  {
    id: "flux-alone",
    name: "Text to image (FLUX alone)",
    description: "The same sampler without patch latents: what FLUX makes of the text by itself. bifrost-mini leans on its patch latents and draws little without them.",
    graph: workflowSchema.parse(flux),
  },
  {
    id: "rebuild-from-patches",
    name: "Rebuild a picture from its patches",
    description: "Encodes a picture into patch latents and draws it again from them: how much of a picture they hold.",
    graph: workflowSchema.parse(rebuild),
  },
  {
    id: "keep-half",
    name: "Keep half the patches, imagine the rest",
    description: "Half of a picture's patches stay as they are; the visual branch fills in the others to fit the prompt.",
    graph: workflowSchema.parse(keepHalf),
  },
];

export function findPreset(id: string): Preset | undefined {
  return presets.find((preset) => preset.id === id);
}
