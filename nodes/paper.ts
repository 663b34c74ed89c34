/** Parts of the Bifrost-1 paper that nodes compute. They go by name: what is written of each is in the interface's texts. */

export const paperUrl = "https://arxiv.org/abs/2508.05954";

export const paperParts = ["patchLatents", "visualBranch", "unmasking", "resampling", "latentControlnet", "textConditioning", "diffusion", "autoencoder", "understanding"] as const;
export type PaperPart = (typeof paperParts)[number];
