"""The latent ControlNet: patch latents in, residuals for FLUX's blocks out. Parameter names as in the release."""

import torch
from diffusers.models.embeddings import CombinedTimestepGuidanceTextProjEmbeddings
from diffusers.models.transformers.transformer_flux import FluxPosEmbed, FluxSingleTransformerBlock, FluxTransformerBlock
from torch import nn

from .bifrost import TEXT
from .generator import TRANSFORMER, image_ids

CONFIG = {
    "_class_name": "FluxControlNetModel", **{k: list(v) if isinstance(v, tuple) else v for k, v in TRANSFORMER.items()},
    "num_layers": 1, "num_single_layers": 1, "num_mode": None, "conditioning_embedding_channels": None,
    "cond_channels": TEXT["hidden_size"], "resampling_factor": 1,
}


class ResamplingBlock(nn.Module):
    """Patch grid -> packed FLUX grid. Factor 2 is the authors' block; 1 and 0.5 keep its parameter names."""

    def __init__(self, channels: int, factor: float):
        super().__init__()
        if factor == 2:
            self.upconv, shortcut = nn.ConvTranspose2d(channels, channels, 2, stride=2), nn.Upsample(scale_factor=2, mode="nearest")
        elif factor == 1:
            self.upconv, shortcut = nn.Conv2d(channels, channels, 3, padding=1), nn.Identity()
        else:
            self.upconv, shortcut = nn.Conv2d(channels, channels, 2, stride=2), nn.AvgPool2d(2)
        self.bn1, self.relu = nn.BatchNorm2d(channels), nn.ReLU()
        self.conv, self.bn2 = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential(shortcut)
        # The block ends in a ReLU. Lifted clear of it, patch latents pass whole from the first step; unlifted, half of
        # each is cut away until the convolutions have learnt to carry it around.
        nn.init.constant_(self.bn2.weight, 0.1), nn.init.constant_(self.bn2.bias, 2.5)

    def forward(self, tokens):  # [B, n, D] -> [B, n * factor^2, D]
        side = round(tokens.shape[1] ** 0.5)
        x = tokens.transpose(1, 2).unflatten(2, (side, side))
        y = self.bn2(self.conv(self.relu(self.bn1(self.upconv(x)))))
        return self.relu(y + self.shortcut(x)).flatten(2).transpose(1, 2)


class LatentControlNet(nn.Module):
    def __init__(self):
        super().__init__()
        c = CONFIG
        heads, size = c["num_attention_heads"], c["attention_head_dim"]
        inner = heads * size
        self.pos_embed = FluxPosEmbed(theta=10000, axes_dim=c["axes_dims_rope"])
        self.time_text_embed = CombinedTimestepGuidanceTextProjEmbeddings(inner, c["pooled_projection_dim"])
        self.context_embedder = nn.Linear(c["joint_attention_dim"], inner)
        self.x_embedder = nn.Linear(c["in_channels"], inner)
        self.transformer_blocks = nn.ModuleList(FluxTransformerBlock(inner, heads, size) for _ in range(c["num_layers"]))
        self.single_transformer_blocks = nn.ModuleList(FluxSingleTransformerBlock(inner, heads, size) for _ in range(c["num_single_layers"]))
        self.controlnet_blocks = nn.ModuleList(nn.Linear(inner, inner) for _ in range(c["num_layers"]))
        self.controlnet_single_blocks = nn.ModuleList(nn.Linear(inner, inner) for _ in range(c["num_single_layers"]))
        self.controlnet_x_embedder = nn.Linear(c["cond_channels"], inner)
        self.up_sampling_block = ResamplingBlock(c["cond_channels"], c["resampling_factor"])
        for linear in (*self.controlnet_blocks, *self.controlnet_single_blocks):
            # Zero only where FLUX is pretrained and must not be disturbed; here both learn together from the start.
            nn.init.xavier_uniform_(linear.weight, 0.5), nn.init.zeros_(linear.bias)

    def copy_from(self, transformer) -> None:
        """Start from FLUX's own first blocks, as the authors do."""
        self.load_state_dict({k: v for k, v in transformer.state_dict().items() if k in self.state_dict()}, strict=False)

    def forward(self, x, patches, sigma, text, pooled, guidance, scale=1.0):
        """Residuals (double, single), each times scale; scale is a number or one number per sample."""
        scale = scale.view(-1, 1, 1) if isinstance(scale, torch.Tensor) else scale
        x = self.x_embedder(x) + self.controlnet_x_embedder(self.up_sampling_block(patches))
        temb = self.time_text_embed(sigma * 1000, guidance * 1000, pooled)
        text = self.context_embedder(text)
        rope = self.pos_embed(torch.cat([torch.zeros(text.shape[1], 3), image_ids()]))
        double, single = [], []
        for block, out in zip(self.transformer_blocks, self.controlnet_blocks):
            text, x = block(hidden_states=x, encoder_hidden_states=text, temb=temb, image_rotary_emb=rope)
            double.append(out(x) * scale)
        for block, out in zip(self.single_transformer_blocks, self.controlnet_single_blocks):
            text, x = block(hidden_states=x, encoder_hidden_states=text, temb=temb, image_rotary_emb=rope)
            single.append(out(x) * scale)
        return double, single
