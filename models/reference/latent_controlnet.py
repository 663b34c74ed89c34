"""Bifrost-1's latent ControlNet on top of diffusers' FluxControlNetModel (arXiv 2508.05954)."""

from __future__ import annotations

import torch
from diffusers import FluxControlNetModel
from torch import Tensor, nn


class ResamplingBlock(nn.Module):
    """The authors' NHWCUpsampleBlock for factor 2; for 1 and 0.5 with another first convolution and shortcut."""

    def __init__(self, channels: int, factor: float) -> None:
        super().__init__()
        self.upconv = {
            2: lambda: nn.ConvTranspose2d(channels, channels, kernel_size=2, stride=2),
            1: lambda: nn.Conv2d(channels, channels, kernel_size=3, padding=1),
            0.5: lambda: nn.Conv2d(channels, channels, kernel_size=2, stride=2),
        }[factor]()
        self.shortcut = {2: nn.Upsample(scale_factor=2, mode="nearest"), 1: nn.Identity(), 0.5: nn.AvgPool2d(2)}[factor]
        self.conv = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.bn1, self.bn2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """[B, h, w, C], or [B, h * w, C] of a square grid -> [B, H * W, C]"""
        if x.ndim == 3:
            x = x.unflatten(1, (int(x.shape[1] ** 0.5), -1))
        x = x.permute(0, 3, 1, 2)
        y = self.bn2(self.conv(torch.relu(self.bn1(self.upconv(x)))))
        return torch.relu(y + self.shortcut(x)).permute(0, 2, 3, 1).flatten(1, 2)


class LatentControlNet(FluxControlNetModel):
    """Reads patch latents of size `channels` through a resampling block, in place of packed latents."""

    @classmethod
    def of(cls, channels: int, factor: float, **config) -> LatentControlNet:
        model = cls(**config)
        model.controlnet_x_embedder = nn.Linear(channels, model.inner_dim)
        model.up_sampling_block = ResamplingBlock(channels, factor)
        return model

    def forward(self, *, controlnet_cond: Tensor, **inputs):
        return super().forward(controlnet_cond=self.up_sampling_block(controlnet_cond), **inputs)
