"""Names, types and shapes of the real checkpoints' tensors, from the reference classes on PyTorch's meta device.

Written to fixtures/real-shapes.json as {component: {"config", "parameters", "types", "tensors": {name: shape}}}. A name with
`{19}` stands for nineteen, numbered from 0. Types are BF16 where "types" says nothing else. From these, tests write
checkpoints of the full size that have headers and no data.

    python models/reference/real_shapes.py
"""

from __future__ import annotations

import json
import re
from collections import defaultdict

import torch
from diffusers import AutoencoderKL, FluxControlNetModel, FluxTransformer2DModel
from diffusion_fixtures import Resampler
from language_fixtures import FIXTURES, VisualBranch
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, T5Config, T5EncoderModel

# The fields of the published config.json files, as they stand there.
FLUX = {"_class_name": "FluxTransformer2DModel", "attention_head_dim": 128, "guidance_embeds": True, "in_channels": 64, "joint_attention_dim": 4096,
        "num_attention_heads": 24, "num_layers": 19, "num_single_layers": 38, "patch_size": 1, "pooled_projection_dim": 768}
SCHNELL = FLUX | {"guidance_embeds": False}
VAE = {"_class_name": "AutoencoderKL", "act_fn": "silu", "block_out_channels": [128, 256, 512, 512], "down_block_types": ["DownEncoderBlock2D"] * 4,
       "force_upcast": True, "in_channels": 3, "latent_channels": 16, "layers_per_block": 2, "mid_block_add_attention": True, "norm_num_groups": 32,
       "out_channels": 3, "sample_size": 1024, "scaling_factor": 0.3611, "shift_factor": 0.1159, "up_block_types": ["UpDecoderBlock2D"] * 4,
       "use_post_quant_conv": False, "use_quant_conv": False}
T5_XXL = {"architectures": ["T5EncoderModel"], "d_ff": 10240, "d_kv": 64, "d_model": 4096, "feed_forward_proj": "gated-gelu", "layer_norm_epsilon": 1e-06,
          "model_type": "t5", "num_heads": 64, "num_layers": 24, "relative_attention_max_distance": 128, "relative_attention_num_buckets": 32,
          "tie_word_embeddings": False, "vocab_size": 32128}
CLIP_L = {"architectures": ["CLIPTextModel"], "eos_token_id": 2, "hidden_act": "quick_gelu", "hidden_size": 768, "intermediate_size": 3072,
          "layer_norm_eps": 1e-05, "max_position_embeddings": 77, "model_type": "clip_text_model", "num_attention_heads": 12, "num_hidden_layers": 12,
          "vocab_size": 49408}
QWEN_VISION = {"depth": 32, "hidden_act": "silu", "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "in_chans": 3, "out_hidden_size": 3584,
               "patch_size": 14, "spatial_merge_size": 2, "spatial_patch_size": 14, "window_size": 112, "fullatt_block_indexes": [7, 15, 23, 31],
               "tokens_per_second": 2, "temporal_patch_size": 2}
QWEN_7B = {"architectures": ["Qwen2_5_VLForConditionalGeneration"], "hidden_act": "silu", "hidden_size": 3584, "intermediate_size": 18944,
           "model_type": "qwen2_5_vl", "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4, "rms_norm_eps": 1e-06,
           "rope_theta": 1000000.0, "tie_word_embeddings": False, "use_sliding_window": False, "vision_config": QWEN_VISION,
           "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "vocab_size": 152064}
QWEN_3B = QWEN_7B | {"hidden_size": 2048, "intermediate_size": 11008, "num_attention_heads": 16, "num_hidden_layers": 36, "num_key_value_heads": 2,
                     "tie_word_embeddings": True, "vision_config": QWEN_VISION | {"out_hidden_size": 2048}, "vocab_size": 151936}
CONTROLNET = FLUX | {"_class_name": "FluxControlNetModel"}
TYPES = {torch.int64: "I64"}


def component(config: dict, tensors: dict[str, torch.Tensor]) -> dict:
    """Blocks whose tensors have one shape in all of them become one entry."""
    blocks = defaultdict(dict)
    for name, tensor in tensors.items():
        front, number, back = re.fullmatch(r"(?:(.*?\.)(\d+)(\..*)|.*)", name).groups()
        blocks[(front, back) if front else name][int(number or 0)] = (name, list(tensor.shape), tensor.dtype)
    shapes, types = {}, {}
    for key, found in blocks.items():
        together = isinstance(key, tuple) and len(found) > 1 and set(found) == set(range(len(found))) and len({str(f[1:]) for f in found.values()}) == 1
        for name, shape, dtype in list(found.values())[: 1 if together else None]:
            name = f"{key[0]}{{{len(found)}}}{key[1]}" if together else name
            shapes[name] = shape
            if dtype in TYPES:
                types[name] = TYPES[dtype]
    parameters = sum(t.numel() for t in {id(t): t for t in tensors.values()}.values() if t.is_floating_point())
    return {"config": config, "parameters": parameters, "types": types, "tensors": shapes}


def fields(config: dict) -> dict:
    return {k: v for k, v in config.items() if not k.startswith("_")}


def qwen(config: dict) -> tuple[dict[str, torch.Tensor], nn.Module]:
    """Under the names of today's Transformers; what the hub publishes says `model.` and `visual.`"""
    vision = {("in_channels" if k == "in_chans" else k): v for k, v in config["vision_config"].items() if not k.startswith("spatial_patch")}
    text = {k: v for k, v in config.items() if k not in ("vision_config", "architectures", "model_type")}
    model = Qwen2_5_VLForConditionalGeneration(Qwen2_5_VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=config["tie_word_embeddings"]))
    tensors = model.state_dict()
    if config["tie_word_embeddings"]:
        tensors.pop("lm_head.weight")  # tensors that share memory are saved once
    return tensors, model


def bifrost() -> dict[str, torch.Tensor]:
    tensors, model = qwen(QWEN_7B)
    names = {"model.language_model.": "vision_language_model.model.", "model.visual.": "vision_language_model.visual.", "lm_head.": "vision_language_model.lm_head."}
    release = {next(new + name.removeprefix(old) for old, new in names.items() if name.startswith(old)): t for name, t in tensors.items()}
    for name, tensor in VisualBranch(model.model.language_model, 256).state_dict().items():
        own = name.startswith(("mask_token", "learnable_pos_emb", "vision_head"))
        release[name if own else f"vision_language_model.model.{name}"] = tensor
    return release


def latent_controlnet(config: dict) -> dict[str, torch.Tensor]:
    """The release's ControlNet: diffusers' class with another condition layer and the resampling block."""
    model = FluxControlNetModel(**fields(config))
    model.controlnet_x_embedder = nn.Linear(3584, 3072)
    model.up_sampling_block = Resampler(3584, 2)
    return model.state_dict()


def main() -> None:
    four, one = CONTROLNET | {"num_layers": 4, "num_single_layers": 1}, CONTROLNET | {"num_layers": 1, "num_single_layers": 4}
    plain, union = CONTROLNET | {"num_layers": 6, "num_single_layers": 0}, CONTROLNET | {"num_layers": 5, "num_single_layers": 10, "num_mode": 10}
    with torch.device("meta"):
        t5 = T5EncoderModel(T5Config(**fields(T5_XXL))).state_dict()
        clip = {f"text_model.{k.removeprefix('text_model.')}": v for k, v in CLIPTextModel(CLIPTextConfig(**fields(CLIP_L))).state_dict().items()}
        # What the published files also hold: a second name of one tensor, and a buffer that is no longer saved.
        t5["encoder.embed_tokens.weight"] = t5["shared.weight"]
        clip["text_model.embeddings.position_ids"] = torch.zeros(1, 77, dtype=torch.int64)
        models = {
            "flux-dev": component(FLUX, FluxTransformer2DModel(**fields(FLUX)).state_dict()),
            "flux-schnell": component(SCHNELL, FluxTransformer2DModel(**fields(SCHNELL)).state_dict()),
            "t5-xxl": component(T5_XXL, t5),
            "clip-l": component(CLIP_L, clip),
            "flux-vae": component(VAE, AutoencoderKL(**fields(VAE)).state_dict()),
            "qwen-7b": component(QWEN_7B, qwen(QWEN_7B)[0]),
            "qwen-3b": component(QWEN_3B, qwen(QWEN_3B)[0]),
            "bifrost": component(QWEN_7B | {"architectures": ["MultiModalityCausalLM"]}, bifrost()),
            "latent-controlnet-4-1": component(four, latent_controlnet(four)),
            "latent-controlnet-1-4": component(one, latent_controlnet(one)),
            "controlnet": component(plain, FluxControlNetModel(**fields(plain)).state_dict()),
            "controlnet-union": component(union, FluxControlNetModel(**fields(union)).state_dict()),
        }
    for name, model in models.items():
        print(f"{name}: {model['parameters']:,} parameters in {len(model['tensors'])} entries")
    (FIXTURES / "real-shapes.json").write_text(written(models))


def written(models: dict) -> str:
    """JSON with one line for each tensor."""
    texts = []
    for name, model in models.items():
        rows = ",\n".join(f"   {json.dumps(key)}: {json.dumps(value)}" for key, value in model["tensors"].items())
        rest = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in model.items() if key != "tensors")
        texts.append(f' {json.dumps(name)}: {{\n{rest},\n  "tensors": {{\n{rows}\n  }}\n }}')
    return "{\n" + ",\n".join(texts) + "\n}\n"


if __name__ == "__main__":
    main()
