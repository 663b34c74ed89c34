"""Bundles of FLUX, its ControlNets and its autoencoder, by diffusers."""

from __future__ import annotations

import torch
from diffusers import AutoencoderKL, FluxControlNetModel, FluxTransformer2DModel
from drawing import Drawing, Drawn
from latent_controlnet import LatentControlNet
from torch import Tensor


def flux_config(d: Drawing, layers: int, singles: int) -> dict:
    axes = [2 * d.size(1, 4) for _ in range(3)]
    return dict(in_channels=d.one(4, 12, 64), num_layers=layers, num_single_layers=singles, attention_head_dim=sum(axes),
                num_attention_heads=d.size(1, 3), joint_attention_dim=d.size(5, 20), pooled_projection_dim=d.size(5, 20),
                guidance_embeds=d.one(True, False), axes_dims_rope=axes)


def flux_inputs(d: Drawing, config: dict, batch: int, rows: int, columns: int) -> dict[str, Tensor]:
    text = d.size(1, 9)
    if d.one(True, False):  # a picture's positions, or any
        image_ids = torch.stack([torch.zeros(rows * columns), *(axis.flatten().float() for axis in torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij"))], 1)
        text_ids = torch.zeros(text, 3)
    else:
        image_ids, text_ids = torch.randint(0, 40, (rows * columns, 3)).float(), torch.randint(0, 40, (text, 3)).float()
    if d.one(True, False):
        image_ids, text_ids = image_ids.expand(batch, -1, -1), text_ids.expand(batch, -1, -1)
    inputs = dict(
        hidden_states=torch.randn(batch, rows * columns, config["in_channels"]), encoder_hidden_states=torch.randn(batch, text, config["joint_attention_dim"]),
        pooled_projections=torch.randn(batch, config["pooled_projection_dim"]), timestep=torch.rand(batch), img_ids=image_ids, txt_ids=text_ids)
    return inputs | ({"guidance": torch.rand(batch) * 5 + 1} if config["guidance_embeds"] else {})


def flux_transformer(d: Drawing) -> Drawn:
    config = flux_config(d, d.size(1, 3), d.size(1, 4))
    config["out_channels"] = d.one(None, 8)
    dtype, batch, rows, columns = d.dtype(), d.size(1, 3), d.size(1, 5), d.size(2, 6)
    model = d.weights(FluxTransformer2DModel(**config), dtype)
    inputs = flux_inputs(d, config, batch, rows, columns)
    dim = model.inner_dim
    # Number 0 is always without residuals, number 1 always with both lists.
    double = 0 if d.number == 0 else d.size(int(d.number == 1), config["num_layers"])
    single = 0 if d.number == 0 else d.size(int(d.number == 1), config["num_single_layers"])
    residuals = {f"controlnet_block_samples.{i}": torch.randn(batch, rows * columns, dim) * 0.5 for i in range(double)}
    residuals |= {f"controlnet_single_block_samples.{i}": torch.randn(batch, rows * columns, dim) * 0.5 for i in range(single)}
    lists = {kind: [v for k, v in residuals.items() if k.startswith(f"{kind}.")] or None for kind in ("controlnet_block_samples", "controlnet_single_block_samples")}
    repeat = double > 0 and d.one(True, False)
    sample = model(**inputs, **lists, controlnet_blocks_repeat=repeat).sample
    flags = {"controlnet_blocks_repeat": torch.tensor(True)} if repeat else {}
    return Drawn(inputs | residuals | flags, {"sample": sample}, dtype, model)


def flux_controlnet(d: Drawing) -> Drawn:
    """In turn: latent, plain, union; with single blocks only, double blocks only, or both."""
    kind = ("latent", "plain", "union")[d.number % 3]
    layers, singles = [(0, 2), (2, 0), (1, 2)][(d.number + d.number // 3) % 3]
    config = flux_config(d, layers, singles)
    dtype, batch = d.dtype(), d.size(1, 3)
    channels, factor = d.size(6, 14), d.one(2, 2, 1, 0.5)
    if kind == "latent":
        side = 2 * d.size(1, 2)
        h, w = (side, side) if d.one(True, False) else (side, side + 2)
        model = LatentControlNet.of(channels, factor, **config)
        model.register_to_config(resampling_factor=factor)
        rows, columns = int(h * factor), int(w * factor)
        condition = torch.randn(batch, h, w, channels)
        condition = condition.flatten(1, 2) if h == w and d.one(True, False) else condition
    else:
        rows, columns = d.size(1, 5), d.size(2, 6)
        config["num_mode"] = d.size(2, 9) if kind == "union" else None
        model = FluxControlNetModel(**config)
        condition = torch.randn(batch, rows * columns, config["in_channels"])
    d.weights(model, dtype)
    inputs = flux_inputs(d, config, batch, rows, columns) | {"controlnet_cond": condition}
    if kind == "union":
        inputs["controlnet_mode"] = torch.randint(0, config["num_mode"], (batch, 1))
    scale = d.one(None, 0.7, 1.3)
    given = {k: (v[0] if k in ("img_ids", "txt_ids") and v.ndim == 3 else v) for k, v in inputs.items()}
    result = model(**given, **({} if scale is None else {"conditioning_scale": scale}))
    if scale is not None:
        inputs["conditioning_scale"] = torch.tensor(scale)
    outputs = {f"{name}.{i}": r for name in ("controlnet_block_samples", "controlnet_single_block_samples") for i, r in enumerate(getattr(result, name) or [])}
    return Drawn(inputs, outputs, dtype, model)


def autoencoder(d: Drawing) -> tuple[AutoencoderKL, torch.dtype]:
    groups, levels, dtype = d.one(2, 4), d.size(2, 3), d.dtype()
    widths = [groups * d.size(1, 3) for _ in range(levels)]
    model = AutoencoderKL(
        block_out_channels=widths, down_block_types=["DownEncoderBlock2D"] * levels, up_block_types=["UpDecoderBlock2D"] * levels,
        latent_channels=d.one(3, 4, 16), norm_num_groups=groups, layers_per_block=d.size(1, 2), use_quant_conv=d.one(True, False),
        use_post_quant_conv=d.one(True, False), mid_block_add_attention=d.one(True, True, False), scaling_factor=0.36, shift_factor=0.11)
    return d.weights(model, dtype), dtype


def autoencoder_encoder(d: Drawing) -> Drawn:
    model, dtype = autoencoder(d)
    sample = torch.rand(d.size(1, 3), 3, 8 * d.size(1, 3), 8 * d.size(2, 4)) * 2 - 1
    posterior = model.encode(sample).latent_dist
    return Drawn({"sample": sample}, {"mean": posterior.mean, "logvar": posterior.logvar}, dtype, model)


def autoencoder_decoder(d: Drawing) -> Drawn:
    model, dtype = autoencoder(d)
    latent = torch.randn(d.size(1, 3), model.config.latent_channels, d.size(2, 5), d.size(3, 7))
    return Drawn({"latent": latent}, {"sample": model.decode(latent).sample}, dtype, model)
