import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const loadImageSpec = defineNode({
  type: "load-image",
  title: "Load Image",
  category: "Images",
  version: 1,
  help: "A picture from your disk: PNG, JPEG, WebP, AVIF or TIFF, up to 50 megapixels. Transparency is laid on white.",
  inputs: {},
  outputs: { image: { type: "image", title: "Image" } },
  params: z.object({
    image: param(
      z
        .object({ hash: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().max(255) })
        .nullable()
        .default(null),
      { title: "Image", control: "image", inline: true, missing: { message: "has no picture yet.", remedy: "Choose a file, or drop one on the node." } },
    ),
  }),
});
