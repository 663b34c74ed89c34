/** Layers of convolutional networks, on [B, C, H, W]. */
import { plainGroupNorm } from "./decompositions";
import { float, int, ints, text, type GraphBuilder, type Value } from "./graph-builder";
import { chosenForm, type Form } from "./operator-choice";

export interface ConvolutionOptions {
  readonly kernel: number;
  readonly stride?: number;
  /** One number for all sides, or [top, left, bottom, right]. */
  readonly padding?: number | readonly [number, number, number, number];
  readonly bias?: boolean;
}

/** [B, in, H, W] → [B, out, H', W'], weight [out, in, k, k]. */
export function conv2d(g: GraphBuilder, x: Value, inChannels: number, outChannels: number, options: ConvolutionOptions): Value {
  const { kernel, stride = 1, padding = 0, bias = true } = options;
  const pads = typeof padding === "number" ? [padding, padding, padding, padding] : padding;
  const weight = g.weight("weight", [outChannels, inChannels, kernel, kernel]);
  const inputs = bias ? [x, weight, g.weight("bias", [outChannels])] : [x, weight];
  return g.node("Conv", inputs, { kernel_shape: ints([kernel, kernel]), strides: ints([stride, stride]), pads: ints(pads) });
}

/** [B, in, H, W] → [B, out, H · stride, W · stride] for kernel = stride; weight [in, out, k, k]. */
export function convTranspose2d(g: GraphBuilder, x: Value, inChannels: number, outChannels: number, options: { kernel: number; stride: number }): Value {
  const { kernel, stride } = options;
  const weight = g.weight("weight", [inChannels, outChannels, kernel, kernel]);
  return g.node("ConvTranspose", [x, weight, g.weight("bias", [outChannels])], { kernel_shape: ints([kernel, kernel]), strides: ints([stride, stride]) });
}

/** With the running statistics, as in evaluation. */
export function batchNorm(g: GraphBuilder, x: Value, channels: number, options: { eps: number }): Value {
  const inputs = ["weight", "bias", "running_mean", "running_var"].map((name) => g.weight(name, [channels]));
  return g.node("BatchNormalization", [x, ...inputs], { epsilon: float(options.eps) });
}

/** GroupNorm (Wu and He 2018) with weight and bias [C]. x [B, C, H, W] → the same. */
export function groupNorm(
  g: GraphBuilder, x: Value, channels: number, options: { groups: number; eps: number; form?: Form<"group norm"> },
): Value {
  const { groups, eps, form = chosenForm("group norm") } = options;
  if (form === "GroupNormalization") {
    return g.node(form, [x, g.weight("weight", [channels]), g.weight("bias", [channels])], { num_groups: int(groups), epsilon: float(eps) });
  }
  const image = form === "decomposed" ? plainGroupNorm(g, x, groups, eps) : instanceNorm(g, x, groups, eps); // [B, C, H, W]
  const perChannel = (name: string) => g.reshape(g.weight(name, [channels]), [channels, 1, 1]);
  return g.add(g.mul(image, perChannel("weight")), perChannel("bias"));
}

/** A group is one long row to an InstanceNormalization. */
function instanceNorm(g: GraphBuilder, x: Value, groups: number, eps: number): Value {
  const ones = g.constant(new Float32Array(groups).fill(1), [groups]);
  const zeros = g.constant(new Float32Array(groups), [groups]);
  const rows = g.reshape(x, [0, groups, -1]); // [B, groups, C / groups · H · W]
  const normed = g.node("InstanceNormalization", [rows, ones, zeros], { epsilon: float(eps) });
  return g.reshapeTo(normed, g.shape(x, 0, 4));
}

/** Each pixel becomes factor × factor pixels. No bfloat16 on CUDA: graphs with images run in float32 or float16. */
export function upsampleNearest(g: GraphBuilder, x: Value, factor: number): Value {
  return g.node("Resize", [x, null, g.constant([1, 1, factor, factor], [4], "float32")], {
    mode: text("nearest"), coordinate_transformation_mode: text("asymmetric"), nearest_mode: text("floor"),
  });
}

/** The mean of each factor × factor block. */
export function averagePool(g: GraphBuilder, x: Value, factor: number): Value {
  return g.node("AveragePool", [x], { kernel_shape: ints([factor, factor]), strides: ints([factor, factor]) });
}

export function relu(g: GraphBuilder, x: Value): Value {
  return g.node("Relu", [x]);
}

export function sigmoid(g: GraphBuilder, x: Value): Value {
  return g.node("Sigmoid", [x]);
}
