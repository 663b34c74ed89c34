/**
 * The mini checkpoint's detector: what stands where in a picture, and in which colour. A plain convolutional network
 * at an eighth of the picture's size, trained on the same scenes as the rest.
 */
import { z } from "zod";
import { conv2d, relu, sigmoid } from "../graph/convolution";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import type { Weights } from "../checkpoints/weights";

export const detectorConfig = z.object({
  classes: z.array(z.string()).min(1),
  colors: z.array(z.string()).min(1),
  channels: z.tuple([z.number().int(), z.number().int(), z.number().int()]).default([32, 64, 128]),
  num_blocks: z.number().int().default(3),
  /** Heat from which a peak counts as an object. */
  threshold: z.number().min(0).max(1).default(0.3),
});
export type DetectorConfig = z.infer<typeof detectorConfig>;

/**
 * pixel_values [1, 3, H, W] in −1…1 → class_heatmap [1, classes, H/8, W/8] in 0…1, high where an object's centre is,
 * and color_logits [1, colors, H/8, W/8].
 */
export function buildDetector(config: DetectorConfig, weights: Weights, precision: Precision = "float32"): GraphBuilder {
  const g = GraphBuilder.create({ name: "detector", weights, precision: precision === "bfloat16" ? "float32" : precision });
  let x = g.input("pixel_values", "float32", [1, 3, "rows", "columns"]);
  let channels = 3;
  config.channels.forEach((out, i) => {
    x = relu(g, conv2d(g.at("stem").at(i), x, channels, out, { kernel: 3, stride: 2, padding: 1 }));
    channels = out;
  });
  for (let i = 0; i < config.num_blocks; i++) x = residual(g.at("blocks").at(i), x, channels);
  const head = (name: string, count: number) => conv2d(g.at(name), x, channels, count, { kernel: 1 });
  g.output("class_heatmap", sigmoid(g, head("class_head", config.classes.length)), [1, config.classes.length, "heat_rows", "heat_columns"]);
  g.output("color_logits", head("color_head", config.colors.length), [1, config.colors.length, "heat_rows", "heat_columns"]);
  return g;
}

function residual(g: GraphBuilder, x: Value, channels: number): Value {
  const hidden = relu(g, conv2d(g.at("conv1"), x, channels, channels, { kernel: 3, padding: 1 }));
  return relu(g, g.add(x, conv2d(g.at("conv2"), hidden, channels, channels, { kernel: 3, padding: 1 })));
}
