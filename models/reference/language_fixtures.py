"""Reference outputs for the language-side graphs: T5, CLIP text, Qwen2.5-VL vision and text, visual generation branch.

Each fixture is one .safetensors file: a tiny randomly initialised checkpoint under the real parameter names, the
inputs as `input.*`, what Transformers (or, for the branch, the module below) computes in float32 as `output.*`,
and the model's config.json as the metadata entry `config`. The tests beside models/architectures read them.

    python models/reference/language_fixtures.py
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    DynamicCache,
    Qwen2_5_VLTextConfig,
    Qwen2_5_VLTextModel,
    T5Config,
    T5EncoderModel,
)
from transformers.models.qwen2_5_vl.configuration_qwen2_5_vl import Qwen2_5_VLVisionConfig
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionTransformerPretrainedModel
from transformers.models.t5.modeling_t5 import T5Attention
from visual_branch import VisualBranch

FIXTURES = Path(__file__).parent / "fixtures"


def randomise(module: nn.Module) -> None:
    """Weights large enough that every term matters: the default initialisation leaves biases at 0 and norms at 1."""
    for name, parameter in module.named_parameters():
        noise = torch.randn_like(parameter)
        if parameter.ndim == 1:
            parameter.data = 0.2 * noise + (0 if name.endswith("bias") else 1)
        elif "embed" in name or "shared" in name or "relative_attention_bias" in name:
            parameter.data = noise
        else:
            fan_in = parameter[0].numel()
            parameter.data = noise * (1.5 / fan_in**0.5)


def write(name: str, config: dict, weights: dict[str, Tensor], inputs: dict[str, Tensor], outputs: dict[str, Tensor]) -> None:
    tensors = {key: value.detach().clone().contiguous() for key, value in weights.items()}
    tensors |= {f"input.{key}": value.detach().clone().contiguous() for key, value in inputs.items()}
    tensors |= {f"output.{key}": value.detach().clone().contiguous() for key, value in outputs.items()}
    FIXTURES.mkdir(exist_ok=True)
    path = FIXTURES / f"{name}.safetensors"
    save_file(tensors, path, metadata={"config": json.dumps(config)})
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


def t5(name: str, tokens: int, **fields) -> None:
    config = T5Config(feed_forward_proj="gated-gelu", vocab_size=48, dropout_rate=0, is_encoder_decoder=False, use_cache=False, **fields)
    model = T5EncoderModel(config).eval()
    randomise(model)
    for parameter in (block.layer[0].SelfAttention.q.weight for block in model.encoder.block):
        parameter.data /= config.d_kv**0.5  # T5 does not scale its scores: keep the softmax off its corners
    ids = torch.randint(2, config.vocab_size, (1, tokens))
    weights = {key: value for key, value in model.state_dict().items() if key != "encoder.embed_tokens.weight"}
    write(name, config.to_dict(), weights, {"input_ids": ids}, {"last_hidden_state": model(ids).last_hidden_state})


def t5_buckets(*settings: tuple[int, int]) -> None:
    outputs = {}
    for buckets, max_distance in settings:
        distances = torch.arange(-2 * max_distance, 2 * max_distance + 1)
        outputs[f"{buckets}-{max_distance}"] = T5Attention._relative_position_bucket(distances, True, buckets, max_distance)
    write("t5-buckets", {}, {}, {}, outputs)


def clip_text(name: str, ids: list[int], **fields) -> None:
    config = CLIPTextConfig(vocab_size=40, max_position_embeddings=12, **fields)
    model = CLIPTextModel(config).eval()
    randomise(model)
    # Checkpoints in circulation (FLUX.1's among them) keep the `text_model.` level of the names.
    weights = {f"text_model.{key.removeprefix('text_model.')}": value for key, value in model.state_dict().items()}
    weights = {key: value for key, value in weights.items() if not key.endswith("position_ids")}
    input_ids = torch.tensor([ids])
    write(name, config.to_dict(), weights, {"input_ids": input_ids}, {"pooler_output": model(input_ids).pooler_output})


def vision(name: str, grid: tuple[int, int], **fields) -> None:
    config = Qwen2_5_VLVisionConfig(hidden_act="silu", **fields)
    model = Qwen2_5_VisionTransformerPretrainedModel._from_config(config, attn_implementation="eager").eval()
    randomise(model)
    pixels = torch.randn(grid[0] * grid[1], config.in_channels * config.temporal_patch_size * config.patch_size**2)
    latents = model(pixels, torch.tensor([[1, *grid]])).pooler_output
    weights = {f"vision_language_model.visual.{key}": value for key, value in model.state_dict().items()}
    fields = {"vision_config": config.to_dict()} | {"hidden_size": config.out_hidden_size}
    inputs = {"pixel_values": pixels, "grid": torch.tensor(grid)}
    write(name, fields, weights, inputs, {"patch_latents": latents[None]})


def bifrost(name: str, prompt: int, image_tokens: int, masked: float, **fields) -> None:
    config = Qwen2_5_VLTextConfig(vocab_size=32, rms_norm_eps=1e-6, use_cache=True, bos_token_id=0, eos_token_id=1, **fields)
    text = Qwen2_5_VLTextModel._from_config(config, attn_implementation="eager").eval()
    branch = VisualBranch(text, image_tokens).eval()
    randomise(text)
    randomise(branch)
    branch.mask_token.data = torch.randn_like(branch.mask_token)
    branch.learnable_pos_emb.data = 0.5 * torch.randn_like(branch.learnable_pos_emb)

    ids = torch.randint(2, config.vocab_size, (1, prompt))
    latents = torch.randn(1, image_tokens, config.hidden_size)
    mask = (torch.rand(1, image_tokens) < masked).float()
    cache = DynamicCache(config=config)
    hidden = text(input_ids=ids, past_key_values=cache, use_cache=True).last_hidden_state

    outside = ("mask_token", "learnable_pos_emb", "vision_head")
    weights = {f"vision_language_model.model.{key}": value for key, value in text.state_dict().items()}
    for key, value in branch.state_dict().items():
        weights[key if key.startswith(outside) else f"vision_language_model.model.{key}"] = value
    outputs = {"prediction": branch(ids, latents, mask), "last_hidden_state": hidden}
    for index, layer in enumerate(cache.layers):
        outputs |= {f"key.{index}": layer.keys, f"value.{index}": layer.values}
    # The released config.json keeps the language model's fields at the top level.
    rope = config.rope_parameters
    fields = config.to_dict() | {"rope_theta": rope["rope_theta"], "rope_scaling": {"type": "mrope", "mrope_section": rope["mrope_section"]}}
    fields |= {"num_visual_gen_tokens": image_tokens, "vision_pos_emb_type": "learnable_pos_emb"}
    write(name, fields, weights, {"input_ids": ids, "patch_latents": latents, "mask": mask}, outputs)


def rope(theta: float, *sections: int) -> dict:
    return {"rope_theta": theta, "rope_type": "default", "mrope_section": list(sections)}


@torch.no_grad()
def main() -> None:
    torch.manual_seed(20250807)
    t5("t5-even", tokens=20, d_model=24, d_kv=8, num_heads=3, d_ff=40, num_layers=2)
    # Heads narrower than the model, few buckets, and distances beyond the last one.
    t5("t5-odd", tokens=37, d_model=20, d_kv=6, num_heads=3, d_ff=28, num_layers=3, relative_attention_num_buckets=8, relative_attention_max_distance=20, layer_norm_epsilon=1e-5)
    t5_buckets((32, 128), (8, 20), (16, 64), (64, 256))
    # eos_token_id 2 is the legacy case: the pooled position is that of the highest id.
    clip_text("clip-legacy-eos", [38, 5, 2, 17, 39, 39, 39, 39, 39, 39, 39, 39], hidden_size=24, num_attention_heads=3, intermediate_size=40, num_hidden_layers=2, projection_dim=24, eos_token_id=2, bos_token_id=38, pad_token_id=39)
    clip_text("clip-first-eos", [36, 39, 8, 37, 1, 37, 1], hidden_size=20, num_attention_heads=2, intermediate_size=36, num_hidden_layers=3, projection_dim=20, hidden_act="gelu", layer_norm_eps=1e-4, eos_token_id=37, bos_token_id=36, pad_token_id=1)
    small = {"patch_size": 4, "temporal_patch_size": 2, "in_channels": 3, "spatial_merge_size": 2}
    vision("vision-equal-windows", (8, 8), depth=4, hidden_size=24, intermediate_size=36, num_heads=2, out_hidden_size=20, window_size=16, fullatt_block_indexes=[1, 3], **small)
    # A merged grid of 3 x 5 under windows of 2 x 2: six windows of four different sizes.
    vision("vision-ragged-windows", (6, 10), depth=3, hidden_size=24, intermediate_size=32, num_heads=3, out_hidden_size=16, window_size=16, fullatt_block_indexes=[2], **small)
    # One window covers the whole image.
    vision("vision-single-window", (4, 4), depth=2, hidden_size=16, intermediate_size=24, num_heads=2, out_hidden_size=16, window_size=64, fullatt_block_indexes=[], **small)
    bifrost("bifrost-grouped", prompt=11, image_tokens=16, masked=0.7, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64, rope_parameters=rope(1e6, 1, 1, 2))
    # One key head for three query heads, every patch masked, a prompt longer than the image.
    bifrost("bifrost-one-key-head", prompt=23, image_tokens=9, masked=1.1, hidden_size=24, intermediate_size=28, num_hidden_layers=3, num_attention_heads=3, num_key_value_heads=1, max_position_embeddings=64, rope_parameters=rope(1e4, 2, 1, 1))


if __name__ == "__main__":
    main()
