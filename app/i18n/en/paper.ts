/** What the Bifrost-1 paper says of the parts that nodes compute (nodes/paper.ts). Sizes are those of the released 7B model. */
export const paper = {
  heading: "In the paper",
  link: "Bifrost-1, arXiv 2508.05954",
  part: {
    patchLatents: { title: "Patch-level CLIP latents", about: "The language model’s own visual encoder turns a picture of 448 × 448 px into patch embeddings on a grid of 16 × 16: [256, 3584] in the 7B model. The language model understands them as they are." },
    visualBranch: { title: "Visual generation branch", about: "A trainable copy of every layer’s projections, MLP and norms serves the image positions, and a linear head gives the patches. Image positions attend to all text and all patches; text never attends to the image." },
    unmasking: { title: "Masked prediction of patches", about: "All patches begin as one learned mask token. In each iteration all are predicted and some are fixed, in random order; how many stay masked follows a cosine (MAR)." },
    resampling: { title: "Resampling of the patch latents", about: "A 2D convolution block brings the 16 × 16 grid of patch latents to the grid that FLUX works on, 32 × 32 for 512 px. The paper says downsampling; the released code doubles the grid." },
    latentControlnet: { title: "Latent ControlNet", about: "A few FLUX blocks take the resampled patch latents and give residuals, which are added to FLUX’s own blocks, spread over all of them. The released strength is 0.7." },
    textConditioning: { title: "Text conditioning of FLUX", about: "T5-XXL gives one vector per token, [1, tokens, 4096], CLIP-L one for the whole prompt, [1, 768]. Bifrost-1 leaves both as they are." },
    diffusion: { title: "Diffusion model", about: "FLUX.1-dev, frozen: 28 Euler steps along sigmas that are shifted by the size of the picture, guidance 3.5 as an input of the network." },
    autoencoder: { title: "Autoencoder of FLUX", about: "16 channels at an eighth of the picture’s sides; the sampler works on them packed 2 × 2." },
    understanding: { title: "Understanding is kept", about: "The text branch of the language model is frozen, so the same checkpoint answers questions about pictures as it did before." },
  },
} as const;
