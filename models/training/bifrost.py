"""The Bifrost-1 language model: visual encoder, causal text branch, visual generation branch.

Parameter names are those of the released checkpoint (hub naming), so a state dict is the exported file.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn
from transformers.models.qwen2_5_vl.configuration_qwen2_5_vl import Qwen2_5_VLVisionConfig
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionTransformerPretrainedModel

VISION = dict(
    depth=4, hidden_size=128, hidden_act="silu", intermediate_size=344, num_heads=4, in_channels=3, patch_size=8,
    spatial_merge_size=2, temporal_patch_size=2, window_size=64, out_hidden_size=192, fullatt_block_indexes=[1, 3],
)
TEXT = dict(
    hidden_size=192, num_hidden_layers=4, num_attention_heads=6, num_key_value_heads=2, intermediate_size=512,
    rms_norm_eps=1e-6, rope_theta=1_000_000.0, mrope_section=[4, 6, 6],
)
PATCHES = 64  # 8 x 8 patch latents for a 128 px picture


def rotate(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class RMSNorm(nn.Module):
    def __init__(self, dim, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(dim)), eps

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight.to(x.dtype), self.eps)


class MLP(nn.Module):
    def __init__(self, dim, inner):
        super().__init__()
        self.gate_proj = nn.Linear(dim, inner, bias=False)
        self.up_proj = nn.Linear(dim, inner, bias=False)
        self.down_proj = nn.Linear(inner, dim, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Attention(nn.Module):
    def __init__(self, dim, heads, kv_heads):
        super().__init__()
        self.heads, self.kv_heads, self.size = heads, kv_heads, dim // heads
        for prefix in ("", "vision_branch_"):
            setattr(self, prefix + "q_proj", nn.Linear(dim, dim))
            setattr(self, prefix + "k_proj", nn.Linear(dim, kv_heads * self.size))
            setattr(self, prefix + "v_proj", nn.Linear(dim, kv_heads * self.size))
            setattr(self, prefix + "o_proj", nn.Linear(dim, dim, bias=False))

    def project(self, x, prefix):
        split = lambda name, heads: getattr(self, prefix + name)(x).unflatten(-1, (heads, self.size)).transpose(1, 2)
        return split("q_proj", self.heads), split("k_proj", self.kv_heads), split("v_proj", self.kv_heads)

    def attend(self, q, k, v, mask, prefix):
        k, v = (t.repeat_interleave(self.heads // self.kv_heads, dim=1) for t in (k, v))
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return getattr(self, prefix + "o_proj")(out.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        dim, eps = c["hidden_size"], c["rms_norm_eps"]
        self.self_attn = Attention(dim, c["num_attention_heads"], c["num_key_value_heads"])
        for prefix in ("", "vision_branch_"):
            setattr(self, prefix + "mlp", MLP(dim, c["intermediate_size"]))
            setattr(self, prefix + "input_layernorm", RMSNorm(dim, eps))
            setattr(self, prefix + "post_attention_layernorm", RMSNorm(dim, eps))

    def text(self, x, cos, sin, mask):
        q, k, v = self.self_attn.project(self.input_layernorm(x), "")
        q, k = rotate(q, cos, sin).to(v.dtype), rotate(k, cos, sin).to(v.dtype)
        x = x + self.self_attn.attend(q, k, v, mask, "")
        return x + self.mlp(self.post_attention_layernorm(x)), (k, v)

    def image(self, x, prefix_kv, mask):
        # Learnable positions: the M-RoPE position of every image token is 0, so nothing is rotated here.
        q, k, v = self.self_attn.project(self.vision_branch_input_layernorm(x), "vision_branch_")
        k, v = (torch.cat([text.to(image.dtype), image], dim=2) for text, image in zip(prefix_kv, (k, v)))
        x = x + self.self_attn.attend(q, k, v, mask, "vision_branch_")
        return x + self.vision_branch_mlp(self.vision_branch_post_attention_layernorm(x))


class TextModel(nn.Module):
    def __init__(self, c, vocab):
        super().__init__()
        dim = c["hidden_size"]
        self.embed_tokens = nn.Embedding(vocab, dim)
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"]))
        self.norm = RMSNorm(dim, c["rms_norm_eps"])
        self.vision_branch_norm = RMSNorm(dim, c["rms_norm_eps"])
        size = dim // c["num_attention_heads"]
        self.register_buffer("inv_freq", c["rope_theta"] ** (-torch.arange(0, size, 2).float() / size), persistent=False)
        # Which of (temporal, height, width) turns each frequency.
        axis = torch.repeat_interleave(torch.arange(3), torch.tensor(c["mrope_section"]))
        self.register_buffer("axis", axis, persistent=False)

    def rope(self, positions):  # [3, B, L] -> cos, sin [B, 1, L, head]
        angles = positions.float()[self.axis].permute(1, 2, 0) * self.inv_freq
        angles = torch.cat((angles, angles), dim=-1)[:, None]
        return angles.cos(), angles.sin()

    def text(self, embeds, positions, valid):
        """Causal over valid positions. Returns the hidden states before the norm and each layer's keys and values."""
        length = embeds.shape[1]
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        # A padding query may see itself, so that its softmax is not empty.
        mask = (causal & valid[:, None, :] | torch.eye(length, dtype=torch.bool))[:, None]
        cos, sin = self.rope(positions)
        cache = []
        for layer in self.layers:
            embeds, kv = layer.text(embeds, cos, sin, mask)
            cache.append(kv)
        return embeds, cache

    def image(self, tokens, cache, valid):
        mask = torch.cat([valid, valid.new_ones(tokens.shape[:2])], dim=1)[:, None, None, :]
        for layer, kv in zip(self.layers, cache):
            tokens = layer.image(tokens, kv, mask)
        return self.vision_branch_norm(tokens)


def visual_encoder() -> Qwen2_5_VisionTransformerPretrainedModel:
    config = Qwen2_5_VLVisionConfig(**VISION)
    config._attn_implementation = "sdpa"
    return Qwen2_5_VisionTransformerPretrainedModel(config)


def patchify(pixels: torch.Tensor) -> torch.Tensor:
    """[B, 3, H, W] -> flattened patches in 2x2 merge order [B, N, 3 * 2 * p * p], the still image given twice."""
    b, c, h, w = pixels.shape
    p, m = VISION["patch_size"], VISION["spatial_merge_size"]
    x = pixels.reshape(b, c, h // (p * m), m, p, w // (p * m), m, p).permute(0, 2, 5, 3, 6, 1, 4, 7)
    return x.unsqueeze(6).expand(*x.shape[:6], 2, p, p).reshape(b, h * w // p**2, c * 2 * p * p)


def encode(visual, pixels: torch.Tensor) -> torch.Tensor:
    """The Qwen2.5-VL visual encoder over a batch of equal squares: [B, 3, S, S] -> patch latents [B, n, D].

    Same arithmetic as the transformers module (checked in verify.py), but windows are a batch dimension
    instead of a Python loop over pieces.
    """
    c = visual.config
    b, side = pixels.shape[0], pixels.shape[-1] // (c.patch_size * c.spatial_merge_size)
    window = c.window_size // c.patch_size // c.spatial_merge_size
    across = math.ceil(side / window)
    assert side % window == 0, "the batched path wants whole windows"
    # The patch embedding is a convolution whose kernel is the whole patch: one matrix product.
    x = F.linear(patchify(pixels), visual.patch_embed.proj.weight.flatten(1))  # [B, side*side*4, C]

    def regroup(t):  # merged units row-major -> window by window
        return t.unflatten(1, (across, window, across, window, 4)).transpose(2, 3).flatten(1, 5)

    unit = torch.arange(2 * side)
    rows = unit.view(side, 1, 2, 1).expand(side, side, 2, 2).reshape(1, -1, 1)
    columns = unit.view(1, side, 1, 2).expand(side, side, 2, 2).reshape(1, -1, 1)
    places = regroup(torch.cat([rows, columns], -1))[0].float()
    head = c.hidden_size // c.num_heads
    freq = 10000.0 ** (-torch.arange(0, head // 2, 2).float() / (head // 2))
    angles = (places[..., None] * freq).flatten(1)  # height frequencies, then width
    angles = torch.cat([angles, angles], -1)
    cos, sin = angles.cos(), angles.sin()

    x = regroup(x)
    for index, block in enumerate(visual.blocks):
        q, k, v = block.attn.qkv(block.norm1(x)).unflatten(-1, (3, c.num_heads, head)).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos, sin).to(v.dtype), rotate(k, cos, sin).to(v.dtype)
        if index not in c.fullatt_block_indexes:
            q, k, v = (t.unflatten(2, (across * across, -1)).transpose(1, 2).flatten(0, 1) for t in (q, k, v))
        out = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        x = x + block.attn.proj(out.reshape(b, -1, c.hidden_size))
        x = x + block.mlp(block.norm2(x))
    merged = visual.merger.mlp(visual.merger.ln_q(x).reshape(b, side * side, -1))
    return merged.unflatten(1, (across, across, window, window)).transpose(2, 3).flatten(1, 4)


class LanguageModel(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.visual = visual_encoder()
        self.model = TextModel(TEXT, vocab)
        self.lm_head = nn.Linear(TEXT["hidden_size"], vocab, bias=False)


class Bifrost(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        dim = TEXT["hidden_size"]
        self.vision_language_model = LanguageModel(vocab)
        self.mask_token = nn.Parameter(torch.randn(1, 1, dim) * 0.02)
        self.learnable_pos_emb = nn.Parameter(torch.randn(1, PATCHES, dim) * 0.02)
        self.vision_head = nn.Linear(dim, dim)
        for name, p in self.named_parameters():
            if p.dim() == 2 and ".visual." not in name:
                nn.init.normal_(p, std=0.02)

    def branch_parameters(self):
        return [p for n, p in self.named_parameters()
                if "vision_branch" in n or n in ("mask_token", "learnable_pos_emb") or n.startswith("vision_head")]

    def start_branch(self):
        """The branch begins as a copy of the text branch."""
        state = self.state_dict()
        for name in state:
            if "vision_branch_" in name:
                state[name].copy_(state[name.replace("vision_branch_", "")])

    def prefix(self, ids, valid):
        """Keys and values of the text, once per prompt. Positions count valid tokens only, as get_rope_index does."""
        positions = (valid.long().cumsum(-1) - 1).clamp(min=0).expand(3, -1, -1)
        model = self.vision_language_model.model
        return model.text(model.embed_tokens(ids), positions, valid)[1]

    def predict(self, tokens, cache, valid):
        """tokens [B, 64, D] (mask tokens included) -> predicted patch latents [B, 64, D]."""
        return self.vision_head(self.vision_language_model.model.image(tokens + self.learnable_pos_emb, cache, valid))


@torch.no_grad()
def unmask(model, ids, valid, iterations=16, generator=None):
    """MAR: all masked; every iteration predicts all and fixes a few, in a random order, on a cosine schedule."""
    batch = ids.shape[0]
    cache = model.prefix(ids, valid)
    tokens = model.mask_token.expand(batch, PATCHES, -1).clone()
    order = torch.rand(batch, PATCHES, generator=generator, device="cpu").to(tokens.device).argsort(-1)
    masked = torch.ones(batch, PATCHES, dtype=torch.bool)
    for i in range(iterations):
        predicted = model.predict(tokens, cache, valid)
        left = int(masked[0].sum())
        stay = max(1, min(left - 1, math.floor(PATCHES * math.cos(math.pi / 2 * (i + 1) / iterations))))
        following = torch.zeros_like(masked)
        if i < iterations - 1:
            following.scatter_(1, order[:, :stay], True)
        now = masked & ~following
        tokens = torch.where(now[..., None], predicted.to(tokens.dtype), tokens)
        masked = following
    return tokens
