"""Stage `cache`: VAE latents and patch latents of the training scenes, computed once, kept as float16 in .work.

`ONLY=own` adds what the trained branch predicts from the captions, for the ControlNet to learn on.
"""

import os

import numpy as np
import torch
from tqdm import trange

from .bifrost import Bifrost, encode, unmask
from .captioner import VOCAB, padded_prompts
from .common import WORK, autocast, load_state, setup, to_pixels
from .data import load
from .vae import trained

OWN_ITERATIONS = 3
COUNTS = {"train": int(os.environ.get("COUNT", "32000")), "test": 512}


def latents(split: str) -> np.ndarray:
    return np.load(WORK / f"{split}-latents.npy", mmap_mode="r")


def patches(split: str) -> np.ndarray:
    return np.load(WORK / f"{split}-patches.npy", mmap_mode="r")


def pack(z: torch.Tensor) -> torch.Tensor:
    """[B, 16, h, w] -> FLUX tokens [B, h/2 * w/2, 64], channel-major as diffusers packs them."""
    b, c, h, w = z.shape
    return z.view(b, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5).reshape(b, h * w // 4, c * 4)


def unpack(tokens: torch.Tensor, side: int) -> torch.Tensor:
    b, _, c = tokens.shape
    return tokens.view(b, side // 2, side // 2, c // 4, 2, 2).permute(0, 3, 1, 4, 2, 5).reshape(b, c // 4, side, side)


def own_predictions() -> np.ndarray | None:
    path = WORK / "train-own.npy"
    return np.load(path, mmap_mode="r") if path.exists() else None


def frozen_bifrost(name: str = "captioner") -> Bifrost:
    model = Bifrost(VOCAB)
    model.load_state_dict(load_state(name)["model"])
    return model.eval().requires_grad_(False)


def fill(split: str, kind: str, shape, compute) -> None:
    """compute(images of a batch, their scenes) -> [batch, *shape]"""
    images, scenes = load(split)
    count = min(COUNTS[split], len(images))
    temporary = WORK / f"{split}-{kind}.tmp.npy"
    out = np.lib.format.open_memmap(temporary, "w+", np.float16, (count, *shape))
    with torch.no_grad(), autocast():
        for start in trange(0, count, 32, desc=f"{kind} {split}", mininterval=10):
            out[start:start + 32] = compute(images[start:start + 32], scenes[start:start + 32]).float().cpu().numpy()[:count - start]
    out.flush()
    os.replace(temporary, WORK / f"{split}-{kind}.npy")


def main() -> None:
    setup()
    wanted = os.environ.get("ONLY", "latents,patches").split(",")
    if "latents" in wanted:
        # bfloat16 and channels last halve the time of encoding here.
        vae = trained().to(torch.bfloat16).to(memory_format=torch.channels_last)
        c = vae.config
        for split in COUNTS:
            fill(split, "latents", (16, 16, 16), lambda x, _: (vae.encode(to_pixels(x).to(torch.bfloat16).contiguous(memory_format=torch.channels_last)).latent_dist.mean.float() - c.shift_factor) * c.scaling_factor)
    if "patches" in wanted:
        visual = frozen_bifrost().vision_language_model.visual
        for split in COUNTS:
            fill(split, "patches", (64, 192), lambda x, _: encode(visual, to_pixels(x)))
    if "own" in wanted:
        branch = frozen_bifrost("branch")
        fill("train", "own", (64, 192), lambda _, scenes: unmask(branch, *padded_prompts([s["caption"] for s in scenes]), OWN_ITERATIONS))


if __name__ == "__main__":
    main()
