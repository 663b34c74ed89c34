/**
 * The frozen text branch: Qwen2.5-VL's language model (Bai et al. 2025, arXiv 2502.13923), run once per prompt.
 *
 * Text never attends to the image, so its keys and values do not change over the unmasking iterations: the visual
 * branch takes them as a prefix.
 */
import type { Weights } from "../checkpoints/weights";
import { GraphBuilder, type Precision } from "../graph/graph-builder";
import type { Tensor } from "../tensor";
import { decoderLayer, keyValue, keyValueOutputs, languageModel, norm, textRotaryTables, tokenEmbeddings, type Layer, type QwenTextConfig } from "./qwen-decoder";

export interface QwenTextOptions {
  /** Also give last_hidden_state [1, S, hidden], after the final norm, which the image does not need. */
  readonly finalStates?: boolean;
  /** Take inputs_embeds [1, S, hidden] in place of input_ids. */
  readonly embeds?: boolean;
}

/**
 * input_ids int64 [1, S], cos and sin [1, S, headDim / 2] (see `textInputs`) → for every layer i, key.{i} and
 * value.{i} [1, kvHeads, S, headDim], keys after rotation.
 */
export function buildQwenText(
  config: QwenTextConfig, weights: Weights, precision: Precision = "float32", { finalStates = false, embeds = false }: QwenTextOptions = {},
): GraphBuilder {
  const g = GraphBuilder.create({ name: "qwen-text", weights, precision });
  const model = languageModel(g);
  let x = embeds
    ? g.input("inputs_embeds", "float32", [1, "tokens", config.hidden_size])
    : tokenEmbeddings(model, g.input("input_ids", "int64", [1, "tokens"]), config);
  const table = [1, "tokens", config.head_dim / 2] as const;
  const tables = { cos: g.input("cos", "float32", table), sin: g.input("sin", "float32", table), pairs: "halves" } as const;
  const layer: Layer = { branch: "", config, tables };
  const last = config.num_hidden_layers - 1;
  for (let index = 0; index <= last; index++) {
    const place = model.at("layers").at(index);
    if (index === last && !finalStates) {
      // Of the last layer the image needs only this: nothing reads the text's own final states.
      keyValueOutputs(g, index, keyValue(place, x, layer), config, "tokens");
      break;
    }
    const step = decoderLayer(place, x, layer, { causal: true });
    keyValueOutputs(g, index, step, config, "tokens");
    x = step.x;
  }
  if (finalStates) g.output("last_hidden_state", norm(model.at("norm"), x, config), [1, "tokens", config.hidden_size]);
  return g;
}

/** The graph's inputs for token ids int64 [1, S]. */
export function textInputs(inputIds: Tensor<"int64">, config: QwenTextConfig) {
  const length = inputIds.dims[1];
  if (inputIds.dims.length !== 2 || inputIds.dims[0] !== 1 || !length) {
    throw new RangeError(`Token ids should be [1, S] with at least one token, got [${inputIds.dims.join(", ")}].`);
  }
  return { input_ids: inputIds, ...textRotaryTables(length, config) };
}
