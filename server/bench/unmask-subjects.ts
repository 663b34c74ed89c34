/** The models that the unmasking bench runs, and what each way costs by count. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { qwenTextConfig } from "@/models/architectures/qwen-decoder";
import { buildQwenText } from "@/models/architectures/qwen-text";
import { buildVisualBranch, type VisualBranchConfig } from "@/models/architectures/visual-branch";
import { buildVisualBranchAuthors } from "@/models/architectures/visual-branch-authors";
import { openPipeline } from "@/models/checkpoints/pipeline";
import { writeSafetensors } from "@/models/checkpoints/safetensors";
import { openWeights } from "@/models/checkpoints/weight-files";
import type { Weights } from "@/models/checkpoints/weights";
import { TorchGenerator } from "@/models/random/torch-generator";
import { writePipelineGraph } from "@/models/pipeline-graphs";
import { float32, int64, type Tensor } from "@/models/tensor";
import { BIFROST_TEXT_LENGTH, tokenizeGenerationPrompt } from "@/models/tokenizers/prompt-tokens";
import { loadTokenizer } from "@/models/tokenizers/tokenizer";

export type UnmaskGraph = "qwen-text" | "visual-branch" | "visual-branch-authors";

export interface Subject {
  readonly title: string;
  readonly config: VisualBranchConfig;
  readonly weights: Weights;
  /** A prompt and the empty one, int64 [1, S]. */
  readonly prompts: readonly [Tensor<"int64">, Tensor<"int64">];
  readonly rounds: number;
  /** The path of the written .onnx file. */
  graph(id: UnmaskGraph): Promise<string>;
}

/** The checkpoint in the settings, with a prompt of its own tokenizer. */
export async function shippedSubject(checkpointDir: string, graphDir: string): Promise<Subject> {
  const pipeline = openPipeline(checkpointDir);
  const tokenizer = await loadTokenizer(pipeline.tokenizers.qwen);
  const tokens = (prompt: string) => tokenizeGenerationPrompt(tokenizer, prompt).inputIds;
  return {
    title: "The checkpoint in the settings",
    config: { ...pipeline.bifrost.text, num_visual_gen_tokens: pipeline.geometry.patchGrid ** 2 },
    weights: pipeline.bifrost.weights,
    prompts: [tokens("a photo of a dog"), tokens("")],
    rounds: 31,
    graph: async (id) => (await writePipelineGraph(pipeline, id, { graphDir })).path,
  };
}

const wide = {
  vocab_size: 64, hidden_size: 1024, intermediate_size: 3584, num_hidden_layers: 4, num_attention_heads: 8, num_key_value_heads: 2,
};

/** Four random layers of the released model's proportions, with its 256 patches and a text part without padding. */
export function wideSubject(folder: string): Subject {
  mkdirSync(folder, { recursive: true });
  const config = { ...qwenTextConfig.parse(wide), num_visual_gen_tokens: 256 };
  writeSafetensors(join(folder, "model.safetensors"), randomWeights(config));
  const weights = openWeights("bifrost", folder);
  const builders = {
    "qwen-text": () => buildQwenText(config, weights),
    "visual-branch": () => buildVisualBranch(config, weights),
    "visual-branch-authors": () => buildVisualBranchAuthors(config, weights),
  };
  const ids = int64(Array.from({ length: BIFROST_TEXT_LENGTH }, (_, i) => i % config.vocab_size), [1, BIFROST_TEXT_LENGTH]);
  return {
    title: "A random model, wider",
    config, weights, prompts: [ids, ids], rounds: 9,
    async graph(id) {
      const path = join(folder, `${id}.onnx`);
      writeFileSync(path, builders[id]().encode(folder));
      return path;
    },
  };
}

function randomWeights(config: VisualBranchConfig): Record<string, Tensor> {
  const { hidden_size: hidden, intermediate_size: inner, num_key_value_heads: kvHeads, head_dim: headDim } = config;
  const random = new TorchGenerator(0);
  const tensors: Record<string, Tensor> = {};
  // Of variance 1 / fan-in, so that activations keep their size through the layers.
  const matrix = (name: string, out: number, fanIn: number) => {
    const side = Math.sqrt(3 / fanIn);
    tensors[name] = float32(random.rand([out * fanIn]).data.map((value) => (2 * value - 1) * side), [out, fanIn]);
  };
  const vector = (name: string, size: number, value: number) => (tensors[name] = float32(new Float32Array(size).fill(value), [size]));
  const model = "vision_language_model.model";
  matrix(`${model}.embed_tokens.weight`, config.vocab_size, hidden);
  vector(`${model}.norm.weight`, hidden, 1);
  vector(`${model}.vision_branch_norm.weight`, hidden, 1);
  for (let index = 0; index < config.num_hidden_layers; index++) {
    for (const branch of ["", "vision_branch_"]) {
      const layer = `${model}.layers.${index}`;
      for (const kind of ["input_layernorm", "post_attention_layernorm"]) vector(`${layer}.${branch}${kind}.weight`, hidden, 1);
      for (const [kind, out] of [["q", hidden], ["k", kvHeads * headDim], ["v", kvHeads * headDim]] as const) {
        matrix(`${layer}.self_attn.${branch}${kind}_proj.weight`, out, hidden);
        vector(`${layer}.self_attn.${branch}${kind}_proj.bias`, out, 0.1);
      }
      matrix(`${layer}.self_attn.${branch}o_proj.weight`, hidden, hidden);
      for (const kind of ["gate", "up"]) matrix(`${layer}.${branch}mlp.${kind}_proj.weight`, inner, hidden);
      matrix(`${layer}.${branch}mlp.down_proj.weight`, hidden, inner);
    }
  }
  matrix("vision_head.weight", hidden, hidden);
  vector("vision_head.bias", hidden, 0);
  tensors["mask_token"] = random.rand([1, 1, hidden]);
  tensors["learnable_pos_emb"] = random.rand([1, config.num_visual_gen_tokens, hidden]);
  return tensors;
}

/** Multiply-adds of one iteration: in linear layers and, over all pairs that are computed, in attention. */
export function multiplyAdds(config: VisualBranchConfig, textTokens: readonly [number, number]): { authors: number; ours: (halves: 1 | 2) => number } {
  const { hidden_size: hidden, intermediate_size: inner, num_attention_heads: heads, num_key_value_heads: kvHeads, head_dim, num_hidden_layers: layers, num_visual_gen_tokens: count } = config;
  const perPosition = 2 * hidden * heads * head_dim + 2 * hidden * kvHeads * head_dim + 3 * hidden * inner;
  const perPair = 2 * heads * head_dim;
  const head = count * hidden * hidden;
  const length = BIFROST_TEXT_LENGTH + count;
  const half = (text: number) => layers * count * (perPosition + (text + count) * perPair) + head;
  return {
    // Two halves of two branches at every position.
    authors: 2 * (layers * length * (2 * perPosition + length * perPair) + head),
    ours: (halves) => textTokens.slice(0, halves).reduce((sum, text) => sum + half(text), 0),
  };
}
