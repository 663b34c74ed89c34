/** A parity bundle computed by our graphs and held against its outputs. */
import { CheckpointError } from "../checkpoints/checkpoint-error";
import { autoencoderDecoder, autoencoderEncoder } from "./autoencoder";
import type { Bundle } from "./bundle";
import { compare, type Comparison, type Computed } from "./comparison";
import type { Component } from "./component";
import { fluxControlnet, fluxTransformer } from "./flux";
import { qwenText, qwenVision } from "./qwen";
import type { RunGraph } from "./rows";
import { clipText, t5Encoder } from "./text-encoders";
import { visualBranch } from "./visual-branch";

const components: Readonly<Record<string, Component>> = {
  "flux-transformer": fluxTransformer,
  "flux-controlnet": fluxControlnet,
  "t5-encoder": t5Encoder,
  "clip-text": clipText,
  "qwen-vision": qwenVision,
  "qwen-text": qwenText,
  "visual-branch": visualBranch,
  "autoencoder-encoder": autoencoderEncoder,
  "autoencoder-decoder": autoencoderDecoder,
};

/** One comparison for each tensor of outputs.safetensors. Throws a CheckpointError for a bundle that cannot be used. */
export async function bundleParity(bundle: Bundle, run: RunGraph): Promise<Comparison[]> {
  const { architecture, directory, inputs, outputs } = bundle;
  const component = Object.hasOwn(components, architecture) ? components[architecture] : undefined;
  if (!component) throw new CheckpointError(`${directory}/component.json names the architecture "${architecture}". There are: ${Object.keys(components).join(", ")}.`);
  if (outputs.names().length === 0) throw new CheckpointError(`${outputs.file} holds no tensor to compare with.`);
  let given: Record<string, Computed>;
  try {
    given = await component.compute(bundle, run);
  } catch (error) {
    // A name that was meant for a required input explains best why that one is missing.
    if (error instanceof CheckpointError && /has no "/.test(error.message) && error.message.startsWith(inputs.file)) {
      throw new CheckpointError(`${error.message} Names expected: ${component.inputs.join(", ")}.`);
    }
    throw error;
  }
  inputs.refuseUnknown(component.inputs);
  const found = outputs.names().map((name) => ({ name, computed: byName(given, name) }));
  const unknown = found.filter(({ computed }) => computed === undefined).map(({ name }) => `"${name}"`);
  if (unknown.length > 0) {
    throw new CheckpointError(`${outputs.file} holds ${unknown.join(", ")}, which ${architecture} does not give. Names expected, any of them: ${Object.keys(given).join(", ")}.`);
  }
  return found.map(({ name, computed }) => compare(name, computed!, outputs));
}

function byName(given: Readonly<Record<string, Computed>>, name: string): Computed | undefined {
  if (Object.hasOwn(given, name)) return given[name];
  return Object.values(given).find(({ aliases }) => aliases?.includes(name));
}
