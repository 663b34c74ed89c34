/** Where the configs of Qwen2.5-VL's two parts stand: in its own repository, or in a Bifrost-1 release. */
import { join } from "node:path";
import { z } from "zod";
import { qwenTextConfig, type QwenTextConfig } from "../architectures/qwen-decoder";
import { qwenVisionConfig, type QwenVisionConfig } from "../architectures/qwen-vision";
import { said } from "../said";
import { CheckpointError } from "./checkpoint-error";
import type { CheckpointRoot } from "./checkpoint-root";
import { checkConfig, readObject } from "./config-file";
import { isThere } from "./file-reading";
import type { Weights } from "./weights";

/** A folder, and the checkpoint it is part of. */
export interface Folder {
  readonly directory: string;
  readonly root: CheckpointRoot;
}

const json = z.record(z.string(), z.unknown());

/**
 * Qwen2.5-VL's own config: under `vision_language_model_config` of Bifrost-1's, at its top, or in `qwen`, a folder
 * with Qwen2.5-VL's files for a release that lacks them.
 */
export function readLanguageConfig(release: Folder, qwen?: Folder): { text: QwenTextConfig; vision: QwenVisionConfig } {
  const own = join(release.directory, "config.json");
  const top = readObject(release.root, own);
  const wrapped = json.safeParse(top["vision_language_model_config"]).data ?? {};
  const found = [wrapped, json.safeParse(wrapped["params"]).data ?? {}, top].find((config) => "vision_config" in config);
  const { path, config } = found ? { path: own, config: found } : besideIt(own, qwen);
  return {
    text: checkConfig(path, config, qwenTextConfig),
    vision: checkConfig(`${path} (vision_config)`, config["vision_config"], qwenVisionConfig),
  };
}

/** Whether the language model can answer in words: its head is there, or is its token embedding. */
export function answersInWords(text: QwenTextConfig, weights: Weights): boolean {
  return text.tie_word_embeddings === true || ["vision_language_model.lm_head.weight", "lm_head.weight"].some((name) => weights.has(name));
}

function besideIt(own: string, qwen: Folder | undefined): { path: string; config: Record<string, unknown> } {
  const path = qwen && join(qwen.directory, "config.json");
  if (qwen && path && isThere(path)) return { path, config: readObject(qwen.root, path) };
  throw new CheckpointError(
    path
      ? said(`{own} does not describe its language model (no "vision_config"), and there is no {path}. Copy Qwen2.5-VL's config.json there.`, { own, path })
      : said(`{own} does not describe its language model (no "vision_config"), and no other one was named. Name Qwen2.5-VL's folder as "qwen" in a pipeline.json.`, { own }),
  );
}
