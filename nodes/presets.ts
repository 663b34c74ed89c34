/** Workflows that come with the program: each shows one idea of the method. */
import branchGuidance from "./presets/branch-guidance.json";
import drawAndDescribe from "./presets/draw-and-describe.json";
import flux from "./presets/flux-alone.json";
import howManyLatents from "./presets/how-many-latents.json";
import keepHalf from "./presets/keep-half.json";
import mixTwo from "./presets/mix-two-pictures.json";
import rebuild from "./presets/rebuild-from-patches.json";
import repaint from "./presets/repaint-patches.json";
import textToImage from "./presets/text-to-image.json";
import unmaskingIterations from "./presets/unmasking-iterations.json";
import withAndWithout from "./presets/with-and-without-patches.json";
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
    description: "The same sampler without patch latents: what FLUX makes of the text by itself. bifrost-mini leans on its patch latents: without them it draws blobs in the right places.",
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
  {
    id: "repaint-patches",
    name: "Re-paint patches",
    description: "Draws a picture, marks patches of it to be made anew, and lets the visual branch fill them in from another prompt; the others stay bit for bit. Paint on the Patch Mask to choose them.",
    graph: workflowSchema.parse(repaint),
  },
  {
    id: "mix-two-pictures",
    name: "Mix two pictures",
    description: "From the patch latents of one prompt to those of another in five steps, drawn without either prompt.",
    graph: workflowSchema.parse(mixTwo),
  },
  {
    id: "draw-and-describe",
    name: "Draw, then describe",
    description: "The frozen language model says what it imagined, from the patch latents, and what was drawn, from the picture.",
    graph: workflowSchema.parse(drawAndDescribe),
  },
  {
    id: "with-and-without-patches",
    name: "Ablation: with and without patch latents",
    description: "The same prompt and noise twice: FLUX steered by the visual branch's patch latents, and FLUX with the text alone.",
    graph: workflowSchema.parse(withAndWithout),
  },
  {
    id: "unmasking-iterations",
    name: "Ablation: 1, 4, 16, 64 unmasking iterations",
    description: "How many passes the visual branch needs: all patches at once, up to one by one.",
    graph: workflowSchema.parse(unmaskingIterations),
  },
  {
    id: "branch-guidance",
    name: "Ablation: guidance of the visual branch",
    description: "Patch latents at guidance 1, 2, 3 and 5; above 1 the branch runs a second time with the empty prompt.",
    graph: workflowSchema.parse(branchGuidance),
  },
  {
    id: "how-many-latents",
    name: "Ablation: how many latents a picture needs",
    description: "A picture rebuilt without any text from all its patch latents, from a quarter and from a sixteenth of them.",
    graph: workflowSchema.parse(howManyLatents),
  },
];

export function findPreset(id: string): Preset | undefined {
  return presets.find((preset) => preset.id === id);
}
