"""Bifrost-1's visual generation branch over Transformers' Qwen2.5-VL text model (arXiv 2508.05954, section 3)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import Qwen2_5_VLTextModel


class VisualBranch(nn.Module):
    """The visual generation branch (arXiv 2508.05954, section 3), computed the long way round.

    Text and image positions go through every layer together under one mask: text is causal and never sees the image,
    image positions see everything. Each position is served by its own branch's parameters. The graphs under test
    compute the text once and feed its keys and values as a prefix, so this also shows that the prefix is exact.
    """

    def __init__(self, text: Qwen2_5_VLTextModel, image_tokens: int) -> None:
        super().__init__()
        config = text.config
        heads = config.num_attention_heads * (config.hidden_size // config.num_attention_heads)
        shared = config.num_key_value_heads * (config.hidden_size // config.num_attention_heads)
        self.text = [text]  # in a list: its parameters are not the branch's
        self.config = config
        self.mask_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.learnable_pos_emb = nn.Parameter(torch.zeros(1, image_tokens, config.hidden_size))
        self.vision_head = nn.Linear(config.hidden_size, config.hidden_size)
        layers = []
        for _ in range(config.num_hidden_layers):
            attention = nn.Module()
            attention.vision_branch_q_proj = nn.Linear(config.hidden_size, heads)
            attention.vision_branch_k_proj = nn.Linear(config.hidden_size, shared)
            attention.vision_branch_v_proj = nn.Linear(config.hidden_size, shared)
            attention.vision_branch_o_proj = nn.Linear(heads, config.hidden_size, bias=False)
            mlp = nn.Module()
            mlp.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
            mlp.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
            mlp.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)
            layer = nn.Module()
            layer.self_attn = attention
            layer.vision_branch_mlp = mlp
            layer.vision_branch_input_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
            layer.vision_branch_post_attention_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
            layers.append(layer)
        self.layers = nn.ModuleList(layers)
        self.vision_branch_norm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)

    def forward(self, ids: Tensor, latents: Tensor, mask: Tensor, attention_mask: Tensor | None = None, position_ids: Tensor | None = None) -> Tensor:
        """ids and attention_mask [B, S], latents [B, N, hidden], mask [B, N] with 1 where a latent is unknown;
        position_ids [3, B, S] of the text. Masked text is seen by nobody and, unless position_ids say otherwise, not counted."""
        text, config = self.text[0], self.config
        (batch, prompt), image = ids.shape, latents.shape[1]
        head_dim = config.hidden_size // config.num_attention_heads
        attention_mask = torch.ones_like(ids) if attention_mask is None else attention_mask
        if position_ids is None:
            position_ids = (attention_mask.long().cumsum(-1) - 1).clamp(min=0).expand(3, batch, prompt)
        tokens = torch.where(mask[..., None] > 0, self.mask_token, latents) + self.learnable_pos_emb
        x = torch.cat([text.embed_tokens(ids), tokens], dim=1)

        # Image tokens sit at rotary position 0: their place comes from learnable_pos_emb.
        positions = torch.cat([position_ids, torch.zeros(3, batch, image, dtype=torch.long)], dim=2)
        frequencies = config.rope_parameters["rope_theta"] ** (-torch.arange(0, head_dim, 2) / head_dim)
        axis = torch.arange(3).repeat_interleave(torch.tensor(config.rope_parameters["mrope_section"]))
        angles = (positions[axis].permute(1, 2, 0) * frequencies).repeat(1, 1, 2)[:, None]  # [B, 1, S + N, head_dim]
        visible = torch.ones(prompt + image, prompt + image).tril().bool()
        visible[prompt:] = True
        visible = visible & F.pad(attention_mask.bool(), (0, image), value=True)[:, None, None]  # [B, 1, S + N, S + N]
        visible = visible | torch.eye(prompt + image).bool()  # a token that sees nothing would be NaN

        def rotate(heads: Tensor) -> Tensor:
            first, second = heads.chunk(2, dim=-1)
            return heads * angles.cos() + torch.cat([-second, first], dim=-1) * angles.sin()

        def split(states: Tensor) -> Tensor:  # [B, S, heads * d] -> [B, heads, S, d]
            return states.unflatten(-1, (-1, head_dim)).transpose(1, 2)

        def serve(of_text: nn.Module, of_image: nn.Module, states: Tensor) -> Tensor:
            return torch.cat([of_text(states[:, :prompt]), of_image(states[:, prompt:])], dim=1)

        for t, v in zip(text.layers, self.layers):
            a, b = t.self_attn, v.self_attn
            h = serve(t.input_layernorm, v.vision_branch_input_layernorm, x)
            q = rotate(split(serve(a.q_proj, b.vision_branch_q_proj, h)))
            k = rotate(split(serve(a.k_proj, b.vision_branch_k_proj, h)))
            values = split(serve(a.v_proj, b.vision_branch_v_proj, h))
            h = F.scaled_dot_product_attention(q, k, values, attn_mask=visible, enable_gqa=True)
            x = x + serve(a.o_proj, b.vision_branch_o_proj, h.transpose(1, 2).flatten(2))
            h = serve(t.post_attention_layernorm, v.vision_branch_post_attention_layernorm, x)
            mlp = lambda m: lambda s: m.down_proj(F.silu(m.gate_proj(s)) * m.up_proj(s))
            x = x + serve(mlp(t.mlp), mlp(v.vision_branch_mlp), h)
        return self.vision_head(self.vision_branch_norm(x[:, prompt:]))
