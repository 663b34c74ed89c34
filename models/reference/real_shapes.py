"""Names and shapes of the real models' tensors, without their weights: what the graphs must ask a checkpoint for.

Written to fixtures/real-shapes.json as {model: {"config", "tensors": {name: shape}}}, with `{N}` for the layer number.

    python models/reference/real_shapes.py
"""

from __future__ import annotations

import json
import re

import torch
from language_fixtures import FIXTURES, VisualBranch
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, Qwen2_5_VLTextConfig, Qwen2_5_VLTextModel, T5Config, T5EncoderModel
from transformers.models.qwen2_5_vl.configuration_qwen2_5_vl import Qwen2_5_VLVisionConfig
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionTransformerPretrainedModel

# The fields of the released config.json files, as they stand there.
T5_XXL = {"d_ff": 10240, "d_kv": 64, "d_model": 4096, "feed_forward_proj": "gated-gelu", "layer_norm_epsilon": 1e-06, "num_heads": 64,
          "num_layers": 24, "relative_attention_max_distance": 128, "relative_attention_num_buckets": 32, "vocab_size": 32128}
CLIP_L = {"eos_token_id": 2, "hidden_act": "quick_gelu", "hidden_size": 768, "intermediate_size": 3072, "layer_norm_eps": 1e-05,
          "max_position_embeddings": 77, "num_attention_heads": 12, "num_hidden_layers": 12, "vocab_size": 49408}
QWEN_VISION = {"depth": 32, "hidden_act": "silu", "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "in_chans": 3,
               "out_hidden_size": 3584, "patch_size": 14, "spatial_merge_size": 2, "window_size": 112,
               "fullatt_block_indexes": [7, 15, 23, 31], "temporal_patch_size": 2}
QWEN_TEXT = {"hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4,
             "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "vocab_size": 152064}


def shapes(module: nn.Module, prefix: str = "", outside: tuple[str, ...] = ()) -> dict[str, list[int]]:
    found = {}
    for name, tensor in module.state_dict().items():
        full = name if outside and name.startswith(outside) else prefix + name
        found[re.sub(r"\.(block|layers|blocks)\.\d+\.", r".\1.{N}.", full)] = list(tensor.shape)
    return found


def main() -> None:
    with torch.device("meta"):
        t5 = shapes(T5EncoderModel(T5Config(**T5_XXL)))
        t5.pop("encoder.embed_tokens.weight", None)  # the same tensor as shared.weight
        clip = CLIPTextModel(CLIPTextConfig(**CLIP_L))
        vision = Qwen2_5_VisionTransformerPretrainedModel(Qwen2_5_VLVisionConfig(**{k: v for k, v in QWEN_VISION.items() if k != "in_chans"}))
        text = Qwen2_5_VLTextModel(Qwen2_5_VLTextConfig(**QWEN_TEXT))
        branch = VisualBranch(text, 256)
    models = {
        "t5": {"config": T5_XXL, "tensors": t5},
        "clip": {"config": CLIP_L, "tensors": {f"text_model.{k.removeprefix('text_model.')}": v for k, v in shapes(clip).items() if "position_ids" not in k}},
        "vision": {"config": QWEN_VISION, "tensors": shapes(vision, "vision_language_model.visual.")},
        "text": {"config": QWEN_TEXT, "tensors": shapes(text, "vision_language_model.model.")},
        "branch": {"config": QWEN_TEXT, "tensors": shapes(branch, "vision_language_model.model.", ("mask_token", "learnable_pos_emb", "vision_head"))},
    }
    (FIXTURES / "real-shapes.json").write_text(json.dumps(models, indent=1) + "\n")


if __name__ == "__main__":
    main()
