/** A parity bundle computed by our graphs and held against its outputs. */
import { CheckpointError } from "../checkpoints/checkpoint-error";
import { Weights } from "../checkpoints/weights";
import { quoted } from "../said";
import { autoencoderDecoder, autoencoderEncoder } from "./autoencoder";
import { storedName, type Bundle } from "./bundle";
import type { Architecture } from "./component-file";
import { compare, type Comparison, type Computed } from "./comparison";
import type { Component } from "./component";
import { fluxControlnet, fluxTransformer } from "./flux";
import { qwenText, qwenVision } from "./qwen";
import type { RunGraph } from "./rows";
import { clipText, t5Encoder } from "./text-encoders";
import { visualBranch } from "./visual-branch";

const components: Readonly<Record<Architecture, Component>> = {
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
  const component = components[architecture];
  if (outputs.names().length === 0) throw new CheckpointError(quoted(`${outputs.file} holds no tensor to compare with.`));
  // Its own object, because renamings are kept by it.
  const weights = Weights.of(bundle.weights.component, bundle.weights.source, bundle.weights.headers);
  let given: Record<string, Computed>;
  try {
    given = await component.compute({ ...bundle, weights }, run);
  } catch (error) {
    // A name that was meant for a required input explains best why that one is missing.
    if (error instanceof CheckpointError && /has no "/.test(error.message) && error.message.startsWith(inputs.file)) {
      throw new CheckpointError(quoted(`${error.message} Names expected: ${component.inputs.join(", ")}.`));
    }
    if (error instanceof CheckpointError) {
      const said = error.message.replace(/tensor "([^"]+)"/g, (_, name: string) => `tensor "${storedName(weights, name)}"`);
      throw new CheckpointError(quoted(said.includes(directory) ? said : `${directory}: ${said}`), { cause: error });
    }
    const said = (error as Error).message.split(/\.(?=\s+[A-Z]|\s*$)/)[0];
    throw new CheckpointError(
      quoted(`The ${architecture} of ${directory} could not be computed: ${said}. ` +
        "Check that config.json is the reference's own, and that inputs.safetensors was recorded from the same model."),
      { cause: error },
    );
  }
  inputs.refuseUnknown(component.inputs);
  const found = outputs.names().map((name) => ({ name, computed: byName(given, name) }));
  const unknown = found.filter(({ computed }) => computed === undefined).map(({ name }) => `"${name}"`);
  if (unknown.length > 0) {
    throw new CheckpointError(quoted(`${outputs.file} holds ${unknown.join(", ")}, which ${architecture} does not give. Names expected, any of them: ${Object.keys(given).join(", ")}.`));
  }
  return found.map(({ name, computed }) => compare(name, computed!, outputs));
}

function byName(given: Readonly<Record<string, Computed>>, name: string): Computed | undefined {
  if (Object.hasOwn(given, name)) return given[name];
  return Object.values(given).find(({ aliases }) => aliases?.includes(name));
}
