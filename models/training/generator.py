"""FLUX small: T5 encoder, CLIP text encoder and the FLUX transformer, built from the libraries' own classes."""

import math

import numpy as np
import torch
from diffusers import FluxTransformer2DModel
from diffusers.models.transformers import transformer_flux
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

from .tokenizers import tokenizer

TRANSFORMER = dict(
    patch_size=1, in_channels=64, num_layers=2, num_single_layers=4, attention_head_dim=64, num_attention_heads=3,
    joint_attention_dim=128, pooled_projection_dim=128, guidance_embeds=True, axes_dims_rope=(16, 24, 24),
)
SCHEDULER = {
    "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 3.0,
    "use_dynamic_shifting": True, "base_shift": 0.5, "max_shift": 1.15, "base_image_seq_len": 256, "max_image_seq_len": 4096,
}
SIDE = 8  # packed tokens per side for 128 px


def clip_config() -> CLIPTextConfig:
    t = tokenizer("clip")
    return CLIPTextConfig(vocab_size=len(t), hidden_size=128, intermediate_size=384, num_hidden_layers=2, num_attention_heads=4,
                          max_position_embeddings=t.model_max_length, hidden_act="quick_gelu", projection_dim=128,
                          bos_token_id=t.bos_token_id, eos_token_id=t.eos_token_id, pad_token_id=t.pad_token_id)


def t5_config() -> T5Config:
    t = tokenizer("t5")
    return T5Config(vocab_size=-(-len(t) // 64) * 64, d_model=128, d_kv=32, d_ff=256, num_layers=3, num_heads=4, dropout_rate=0.0,
                    feed_forward_proj="gated-gelu", relative_attention_num_buckets=32, relative_attention_max_distance=128,
                    tie_word_embeddings=False, is_encoder_decoder=False, use_cache=False, pad_token_id=0, eos_token_id=1)


def pair_rotation(x, freqs_cis, use_real=True, use_real_unbind_dim=-1, sequence_dim=2):
    """FLUX's rotary embedding in the precision of x; diffusers' own goes through float32 copies, a tenth of a step."""
    cos, sin = (f[:, ::2].to(x.dtype) for f in freqs_cis)
    cos, sin = (f[None, None] if sequence_dim == 2 else f[None, :, None] for f in (cos, sin))
    real, imaginary = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack([real * cos - imaginary * sin, real * sin + imaginary * cos], dim=-1).flatten(-2)


transformer_flux.apply_rotary_emb = pair_rotation


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.transformer = FluxTransformer2DModel(**TRANSFORMER)
        self.text_encoder = CLIPTextModel(clip_config())
        self.text_encoder_2 = T5EncoderModel(t5_config())
        with torch.no_grad():  # adaLN-zero start, as DiT
            for name, module in self.transformer.named_modules():
                if isinstance(module, nn.Linear) and (".norm" in name or "norm_out" in name):
                    module.weight.zero_(), module.bias.zero_()
            self.transformer.proj_out.weight.zero_(), self.transformer.proj_out.bias.zero_()

    def encode_text(self, captions: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """(T5 states, CLIP pooled), both padded to model_max_length without a mask, as diffusers does for FLUX."""
        def ids(name):
            t = tokenizer(name)
            return t(captions, padding="max_length", truncation=True, max_length=t.model_max_length, return_tensors="pt")["input_ids"].to(self.transformer.device)

        pooled = self.text_encoder(ids("clip")).pooler_output
        return self.text_encoder_2(ids("t5")).last_hidden_state, pooled

    def velocity(self, x, sigma, text, pooled, guidance, double=None, single=None):
        """x [B, 64, 64] packed tokens, sigma [B] in 0..1, guidance [B] -> predicted noise minus picture."""
        return self.transformer(
            hidden_states=x, encoder_hidden_states=text, pooled_projections=pooled, timestep=sigma, guidance=guidance,
            img_ids=image_ids(), txt_ids=torch.zeros(text.shape[1], 3),
            controlnet_block_samples=double, controlnet_single_block_samples=single, return_dict=False)[0]


def image_ids() -> torch.Tensor:
    unit = torch.arange(SIDE).float()
    return torch.stack([torch.zeros(SIDE * SIDE), unit.repeat_interleave(SIDE), unit.repeat(SIDE)], dim=-1)


def shift_mu(tokens: int) -> float:
    s = SCHEDULER
    slope = (s["max_shift"] - s["base_shift"]) / (s["max_image_seq_len"] - s["base_image_seq_len"])
    return tokens * slope + s["base_shift"] - slope * s["base_image_seq_len"]


def shifted(sigma):
    """FLUX's resolution-dependent time shift."""
    e = math.exp(shift_mu(SIDE * SIDE))
    return e / (e + (1 / sigma - 1))


def sigmas(steps: int) -> list[float]:
    return [float(shifted(s)) for s in np.linspace(1.0, 1 / steps, steps)] + [0.0]


def random_sigma(batch: int, generator=None) -> torch.Tensor:
    return shifted(torch.sigmoid(torch.randn(batch, generator=generator))).clamp(1e-3, 1)


@torch.no_grad()
def sample(model: Generator, captions, noise, steps=28, guidance=3.5, control=None, true_guidance=None) -> torch.Tensor:
    """Euler over FLUX's sigmas. control(x, sigma, text, pooled, guidance) gives ControlNet residuals.

    true_guidance: classifier-free guidance with two forwards (for a model before distillation).
    """
    text, pooled = model.encode_text(captions)
    if true_guidance:
        empty = model.encode_text([""] * len(captions))
    x, ladder = noise.clone(), sigmas(steps)
    number = torch.full((len(captions),), float(guidance))
    for now, following in zip(ladder, ladder[1:]):
        sigma = torch.full((len(captions),), now)
        residuals = control(x, sigma, text, pooled, number) if control else ()
        v = model.velocity(x, sigma, text, pooled, number, *residuals).float()
        if true_guidance:
            u = model.velocity(x, sigma, *empty, number).float()
            v = u + true_guidance * (v - u)
        x = x + (following - now) * v
    return x
