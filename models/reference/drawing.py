"""What the bundle generators draw from, and what they hand over."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn


@dataclass
class Drawn:
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]
    dtype: torch.dtype
    model: nn.Module | None = None
    """Saved with save_pretrained, unless the tensors and the config are given."""
    tensors: dict[str, Tensor] | None = None
    config: dict = field(default_factory=dict)


@dataclass
class Drawing:
    chance: random.Random
    number: int

    def one(self, *choices):
        return self.chance.choice(choices)

    def size(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)

    def dtype(self) -> torch.dtype:
        """In turn, so that few bundles have them all."""
        return (torch.bfloat16, torch.float32, torch.float16)[self.number % 3]

    def weights(self, model: nn.Module, dtype: torch.dtype) -> nn.Module:
        """Random weights at which every term matters, as they are when read back from `dtype`. Buffers stay exact."""
        for name, parameter in model.named_parameters():
            noise = torch.randn_like(parameter)
            if parameter.ndim == 1:
                parameter.data = 0.2 * noise + (0 if name.endswith("bias") else 1)
            elif "embed_tokens" in name or "shared" in name or "relative_attention_bias" in name or "_embedding.weight" in name or "mode_embedder" in name:
                parameter.data = noise
            else:
                parameter.data = noise * (1.2 / parameter[0].numel() ** 0.5)
            parameter.data = parameter.data.to(dtype).float()
        for name, buffer in model.named_buffers():
            if name.endswith(("running_mean", "running_var")):
                buffer.copy_((torch.randn_like(buffer) * 0.3 if name.endswith("mean") else torch.rand_like(buffer) + 0.5).to(dtype).float())
        return model.eval()

    def padding(self, batch: int, length: int, *sides: str) -> Tensor:
        """An attention mask [B, S] with at least two tokens in every row."""
        mask = torch.ones(batch, length, dtype=torch.long)
        for row in mask:
            side, count = self.one(*sides), self.size(0, length - 2)
            if side == "holes":
                row[torch.randperm(length)[:count]] = 0
            elif count > 0:
                row[:count] = 0 if side == "left" else row[:count]
                row[length - count:] = 0 if side == "right" else row[length - count:]
        return mask
