"""The whole road in PyTorch, from the exported files of models/mini only:
prompt -> patch latents (unmasking) -> latent ControlNet + FLUX -> autoencoder -> picture.

python -m models.training.sample "a photo of a dog" --seeds 0 1 2 --out dog.png
"""

import argparse
import json

import torch
from diffusers import AutoencoderKL, FluxTransformer2DModel
from safetensors.torch import load_file
from transformers import CLIPTextModel, T5EncoderModel

from .bifrost import Bifrost, unmask
from .cache import unpack
from .captioner import padded_prompts
from .common import MINI, autocast, grid, seeded_noise, setup
from .controlnet import LatentControlNet
from .generator import Generator, sample


class Road:
    def __init__(self, folder=MINI):
        flux = folder / "flux"
        self.generator = Generator()
        self.generator.transformer = FluxTransformer2DModel.from_pretrained(flux / "transformer", torch_dtype=torch.float32)
        self.generator.text_encoder = CLIPTextModel.from_pretrained(flux / "text_encoder", torch_dtype=torch.float32)
        self.generator.text_encoder_2 = T5EncoderModel.from_pretrained(flux / "text_encoder_2", torch_dtype=torch.float32)
        self.vae = AutoencoderKL.from_pretrained(flux / "vae", torch_dtype=torch.float32)
        vocab = json.loads((folder / "bifrost" / "config.json").read_text())["vocab_size"]
        self.bifrost, self.controlnet = Bifrost(vocab), LatentControlNet()
        for module, path in ((self.bifrost, "model.safetensors"), (self.controlnet, "flux_controlnet/diffusion_pytorch_model.safetensors")):
            module.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(folder / "bifrost" / path).items()})
        for module in (self.generator, self.vae, self.bifrost, self.controlnet):
            module.eval().requires_grad_(False)

    @torch.no_grad()
    def patches(self, captions, seeds, iterations=4):
        ids, valid = padded_prompts(captions)
        generator = torch.Generator("cpu").manual_seed(seeds[0])
        with autocast():
            return unmask(self.bifrost, ids, valid, iterations, generator).float()

    @torch.no_grad()
    def decode(self, x):
        """FLUX's packed tokens [B, 64, 64] -> pictures [B, 3, 128, 128] in -1..1."""
        z = unpack(x.float(), 16) / self.vae.config.scaling_factor + self.vae.config.shift_factor
        with autocast():
            return torch.cat([self.vae.decode(part).sample for part in z.split(16)]).float()

    @torch.no_grad()
    def rebuilt(self, tokens, seeds, steps=8, guidance=3.5, scale=1.0):
        """Pictures from patch latents [B, 64, D] and the empty prompt."""
        noise = torch.stack([seeded_noise(seed, 64, 64) for seed in seeds])
        control = lambda x, sigma, text, pooled, number: self.controlnet(x, tokens, sigma, text, pooled, number, scale)
        with autocast():
            return self.decode(sample(self.generator, [""] * len(tokens), noise, steps, guidance, control))

    @torch.no_grad()
    def pictures(self, captions, seeds, steps=8, guidance=3.5, scale=0.7, iterations=4):
        """One picture per (caption, seed) pair: [B, 3, 128, 128] in -1..1."""
        noise = torch.stack([seeded_noise(seed, 64, 64) for seed in seeds])
        control = None
        if scale:
            tokens = self.patches(captions, seeds, iterations)
            control = lambda x, sigma, text, pooled, number: self.controlnet(x, tokens, sigma, text, pooled, number, scale)
        with autocast():
            return self.decode(sample(self.generator, captions, noise, steps, guidance, control))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("prompts", nargs="+")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--scale", type=float, default=0.7)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--guidance", type=float, default=3.5)
    parser.add_argument("--out", default="sample.png")
    a = parser.parse_args()
    setup()
    pairs = [(p, s) for p in a.prompts for s in a.seeds]
    images = Road().pictures([p for p, _ in pairs], [s for _, s in pairs], a.steps, a.guidance, a.scale)
    from pathlib import Path
    grid([images], Path(a.out), columns=len(a.seeds))


if __name__ == "__main__":
    main()
