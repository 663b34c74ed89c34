/**
 * The frozen text branch: Qwen2.5-VL's language model (Bai et al. 2025, arXiv 2502.13923), run once per prompt.
 *
 * Text never attends to the image, so its keys and values do not change over the unmasking iterations: the visual
 * branch takes them as a prefix.
 */
import type { Weights } from "../checkpoints/weights";
import { headsFirst } from "../graph/attention";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import { embedding } from "../graph/layers";
import type { Tensor } from "../tensor";
import { decoderLayer, keyValue, languageModel, textRotaryTables, type KeyValue, type Layer, type QwenTextConfig } from "./qwen-decoder";

/**
 * input_ids int64 [1, S], cos and sin [1, S, headDim / 2] (see `textInputs`) → for every layer i, key.{i} and
 * value.{i} [1, kvHeads, S, headDim], keys after rotation.
 */
export function buildQwenText(config: QwenTextConfig, weights: Weights, precision: Precision = "float32"): GraphBuilder {
  const g = GraphBuilder.create({ name: "qwen-text", weights, precision });
  const ids = g.input("input_ids", "int64", [1, "tokens"]);
  const table = [1, "tokens", config.head_dim / 2] as const;
  const tables = { cos: g.input("cos", "float32", table), sin: g.input("sin", "float32", table), pairs: "halves" } as const;
  const layer: Layer = { branch: "", config, tables };
  const model = languageModel(g);
  let x = embedding(model.at("embed_tokens"), ids, config.vocab_size, config.hidden_size); // [1, S, hidden]
  const last = config.num_hidden_layers - 1;
  for (let index = 0; index < last; index++) {
    const step = decoderLayer(model.at("layers").at(index), x, layer, { causal: true });
    output(g, index, step, config);
    x = step.x;
  }
  // Of the last layer the image needs only this: nothing reads the text's own final states.
  output(g, last, keyValue(model.at("layers").at(last), x, layer), config);
  return g;
}

function output(g: GraphBuilder, index: number, { key, value }: KeyValue, config: QwenTextConfig): void {
  const { num_key_value_heads: heads, head_dim: size } = config;
  const name = (kind: string, states: Value) => g.output(`${kind}.${index}`, headsFirst(g, states, heads, size), [1, heads, "tokens", size]);
  name("key", key);
  name("value", value);
}

/** The graph's inputs for token ids int64 [1, S]. */
export function textInputs(inputIds: Tensor<"int64">, config: QwenTextConfig) {
  const length = inputIds.dims[1];
  if (inputIds.dims.length !== 2 || inputIds.dims[0] !== 1 || !length) {
    throw new RangeError(`Token ids should be [1, S] with at least one token, got [${inputIds.dims.join(", ")}].`);
  }
  return { input_ids: inputIds, ...textRotaryTables(length, config) };
}
