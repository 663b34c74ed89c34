import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const saveImageSpec = defineNode({
  type: "save-image",
  title: "Save Image",
  category: "Images",
  version: 1,
  help: "Keeps the picture with the run. In the terminal it is written to the output folder under this name.",
  inputs: { image: { type: "image", title: "Image" } },
  outputs: { image: { type: "image", title: "Image" } },
  params: z.object({
    name: param(
      z
        .string()
        .trim()
        .min(1, "Give the picture a name.")
        .max(80)
        .regex(/^[^\\/:*?"<>|\u0000-\u001f.][^\\/:*?"<>|\u0000-\u001f]*$/, "A file name: no slashes, quotes or control characters, and no dot at the start.")
        .default("image"),
      { title: "Name", control: "text", inline: true, label: true },
    ),
  }),
  sink: true,
});
