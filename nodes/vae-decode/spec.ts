import { z } from "zod";
import { defineNode } from "../define-node";

export const vaeDecodeSpec = defineNode({
  type: "vae-decode",
  title: "VAE Decode",
  category: "Diffusion",
  version: 1,
  help: "The autoencoder's decoder: latents become a picture of eight times their side.",
  paper: ["autoencoder"],
  inputs: { latents: { type: "latents", title: "Latents" } },
  outputs: { image: { type: "image", title: "Image" } },
  usesCheckpoint: true,
  quick: true,
  params: z.object({}),
});
