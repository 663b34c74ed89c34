"""Bundles of the text encoders and of Qwen2.5-VL's parts, by Transformers; the visual branch by visual_branch.py on top."""

from __future__ import annotations

import torch
from drawing import Drawing, Drawn
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
from visual_branch import VisualBranch


def t5_encoder(d: Drawing) -> Drawn:
    config = T5Config(vocab_size=d.size(20, 60), d_model=2 * d.size(4, 12), d_kv=d.size(3, 10), num_heads=d.size(1, 4), d_ff=d.size(10, 40), num_layers=d.size(1, 3),
                      relative_attention_num_buckets=d.one(8, 16, 32), relative_attention_max_distance=d.one(20, 64, 128),
                      feed_forward_proj=d.one("gated-gelu", "gated-gelu", "relu"), layer_norm_epsilon=d.one(1e-6, 1e-5))
    dtype = d.dtype()
    model = d.weights(T5EncoderModel(config), dtype)
    inputs = {"input_ids": torch.randint(0, config.vocab_size, (d.size(1, 3), d.size(2, 45)))}
    if d.one(True, False):
        inputs["attention_mask"] = d.padding(*inputs["input_ids"].shape, "right", "left", "holes")
    return Drawn(inputs, {"last_hidden_state": model(**inputs).last_hidden_state}, dtype, model)


def clip_text(d: Drawing) -> Drawn:
    heads = d.size(1, 4)
    config = CLIPTextConfig(vocab_size=d.size(20, 60), hidden_size=heads * 2 * d.size(2, 6), intermediate_size=d.size(10, 40), num_hidden_layers=d.size(1, 3),
                            num_attention_heads=heads, max_position_embeddings=d.size(12, 30), hidden_act=d.one("quick_gelu", "gelu"),
                            layer_norm_eps=d.one(1e-5, 1e-4), eos_token_id=d.one(2, 7), bos_token_id=0, pad_token_id=1)
    dtype, batch, length = d.dtype(), d.size(1, 3), d.size(3, config.max_position_embeddings)
    model = d.weights(CLIPTextModel(config), dtype)
    ids = torch.randint(0, config.vocab_size, (batch, length))
    ids[torch.arange(batch), torch.randint(1, length, (batch,))] = config.eos_token_id
    inputs = {"input_ids": ids}
    if d.one(True, False):
        inputs["attention_mask"] = d.padding(batch, length, "right", "left")
    if d.one(True, False, False):
        inputs["position_ids"] = torch.stack([torch.randperm(length) for _ in range(batch)])
    result = model(**inputs)
    return Drawn(inputs, {"last_hidden_state": result.last_hidden_state, "pooler_output": result.pooler_output}, dtype, model)


def qwen_vision(d: Drawing) -> Drawn:
    """Several images, of sizes that the windows divide evenly and not; a video's frames now and then."""
    heads, patch, merge = d.size(1, 3), d.size(2, 5), d.one(2, 2, 3)
    depth = d.size(2, 4)
    config = Qwen2_5_VLVisionConfig(
        depth=depth, hidden_size=heads * 4 * d.size(1, 3), intermediate_size=d.size(10, 30), num_heads=heads, out_hidden_size=d.size(6, 20), patch_size=patch,
        temporal_patch_size=2, spatial_merge_size=merge, window_size=patch * merge * d.size(1, 3), fullatt_block_indexes=sorted({d.size(0, depth - 1) for _ in range(d.size(0, 2))}),
        hidden_act="silu")
    dtype = d.dtype()
    model = d.weights(Qwen2_5_VisionTransformerPretrainedModel._from_config(config), dtype)
    grid = torch.tensor([[d.one(1, 1, 1, 2), merge * d.size(1, 4), merge * d.size(1, 4)] for _ in range(d.size(1, 3))])
    pixels = torch.randn(int(grid.prod(1).sum()), 3 * 2 * patch**2)
    result = model(pixels, grid_thw=grid)
    return Drawn({"pixel_values": pixels, "grid_thw": grid}, {"pooler_output": result.pooler_output, "last_hidden_state": result.last_hidden_state}, dtype, model)


def text_model(d: Drawing) -> tuple[Qwen2_5_VLTextModel, torch.dtype]:
    kv = d.size(1, 2)
    heads, sections = kv * d.size(1, 2), [d.size(1, 3) for _ in range(3)]
    rope = {"rope_type": "default", "rope_theta": d.one(1e4, 1e6), "mrope_section": sections}
    config = Qwen2_5_VLTextConfig(
        vocab_size=d.size(20, 50), hidden_size=heads * 2 * sum(sections), intermediate_size=d.size(10, 40), num_hidden_layers=d.size(1, 3), num_attention_heads=heads,
        num_key_value_heads=kv, max_position_embeddings=128, rms_norm_eps=d.one(1e-6, 1e-5), rope_parameters=rope, bos_token_id=0, eos_token_id=1)
    dtype = d.dtype()
    return d.weights(Qwen2_5_VLTextModel._from_config(config), dtype), dtype


def text_inputs(d: Drawing, vocabulary: int) -> dict:
    batch, length = d.size(1, 3), d.size(3, 20)
    inputs = {"input_ids": torch.randint(0, vocabulary, (batch, length))}
    if d.number % 2 == 0 or d.one(True, False):
        inputs["attention_mask"] = d.padding(batch, length, "left", "left", "right", "holes")
    return inputs


def qwen_text(d: Drawing) -> Drawn:
    model, dtype = text_model(d)
    inputs = text_inputs(d, model.config.vocab_size)
    batch, length = inputs["input_ids"].shape
    shape = d.one(None, (batch, length), (3, batch, length))
    if shape is not None:
        inputs["position_ids"] = torch.randint(0, 50, shape)
    cache = DynamicCache(config=model.config)
    states = model(**inputs, past_key_values=cache, use_cache=True).last_hidden_state
    outputs = {"last_hidden_state": states}
    for index, layer in enumerate(cache.layers):
        outputs |= {f"key.{index}": layer.keys, f"value.{index}": layer.values}
    return Drawn(inputs, outputs, dtype, model)


def visual_branch(d: Drawing) -> Drawn:
    model, dtype = text_model(d)
    config, tokens = model.config, d.size(4, 16)
    branch = d.weights(VisualBranch(model, tokens), dtype)
    for parameter in (branch.mask_token, branch.learnable_pos_emb):
        parameter.data = torch.randn_like(parameter).to(dtype).float()
    inputs = text_inputs(d, config.vocab_size)
    batch, length = inputs["input_ids"].shape
    latents, mask = torch.randn(batch, tokens, config.hidden_size), (torch.rand(batch, tokens) < d.one(0.5, 0.8, 1.1)).float()
    positions = torch.randint(0, 50, (3, batch, length)) if d.one(True, False) else None
    prediction = branch(inputs["input_ids"], latents, mask, inputs.get("attention_mask"), positions)
    inputs |= {"patch_latents": latents, "mask": mask} | ({} if positions is None else {"position_ids": positions})
    prefix = d.one("", "vision_language_model.")
    outside = ("mask_token", "learnable_pos_emb", "vision_head")
    tensors = {f"{prefix}model.{k}": v for k, v in model.state_dict().items()}
    tensors |= {k if k.startswith(outside) else f"{prefix}model.{k}": v for k, v in branch.state_dict().items()}
    fields = config.to_dict()
    if d.one(True, False):  # as Transformers 4 wrote it
        rope = fields.pop("rope_parameters")
        fields |= {"rope_theta": rope["rope_theta"], "rope_scaling": {"type": "mrope", "mrope_section": rope["mrope_section"]}}
    return Drawn(inputs, {"prediction": prediction}, dtype, tensors=tensors, config=fields)
