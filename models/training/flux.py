"""Stage `flux`: rectified flow on VAE latents. FLUX, T5, CLIP and the latent ControlNet learn together from scratch.

The paper freezes a pretrained FLUX and trains the ControlNet on it. Here nothing is pretrained, and one joint
stage is the better use of few CPU minutes: a part of the pictures has no ControlNet (FLUX works from text alone),
the others have it at a scale around the 0.7 it is used with. The ControlNet sees true patch latents, blurred
and noised ones, and the branch's own predictions where the stage `branch` has run: cached by `ONLY=own`, or made as they are needed.
COMPILE=1 compiles the step: four minutes once, a quarter off every step (measured on one core, batch 48).
"""

import os

import numpy as np
import torch
from torch import nn

from .bifrost import unmask
from .cache import frozen_bifrost, latents, own_predictions, pack, patches, unpack
from .captioner import padded_prompts
from .common import Average, Budget, Optimizer, Picker, WORK, autocast, grid, held, load_state, save_state, seeded_noise, setup
from .controlnet import LatentControlNet
from .data import load
from .generator import Generator, random_sigma, sample
from .tokenizers import written
from .vae import trained

MINUTES = float(os.environ.get("MINUTES", "30"))
BATCH = int(os.environ.get("BATCH", "48"))
WITHOUT_CONTROL = float(os.environ.get("WITHOUT_CONTROL", "0.15"))
PROMPTS = ["a photo of a dog", "a photo of a cat", "a photo of an apple", "a photo of a red bus", "a photo of a blue bird",
           "a photo of two cats", "a photo of a banana and a clock", "a photo of a tree left of a house",
           "a photo of a pizza", "a photo of a bicycle", "a photo of a green chair", "a photo of an umbrella on the beach",
           "a photo of three balloons", "a purple elephant at night", "a photo of a star above a heart", "a photo of four donuts"]


class Painter(nn.Module):
    """FLUX with its ControlNet: what this stage trains and the next ones load."""

    def __init__(self):
        super().__init__()
        self.generator = Generator()
        self.controlnet = LatentControlNet()
        self.controlnet.copy_from(self.generator.transformer)

    def velocity(self, x, sigma, text, pooled, guidance, control, scale):
        residuals = self.controlnet(x, control, sigma, text, pooled, guidance, scale)
        return self.generator.velocity(x, sigma, text, pooled, guidance, *residuals)

    def control(self, tokens, scale=0.7):
        """For generator.sample: the ControlNet bound to patch latents and a scale."""
        return lambda x, sigma, text, pooled, guidance: self.controlnet(x, tokens, sigma, text, pooled, guidance, scale)


def painter(name: str) -> Painter:
    model = Painter()
    model.load_state_dict(load_state(name)["model"])
    return model.eval().requires_grad_(False)


def damaged(rng, tokens):
    """True patch latents made as soft as predicted ones: neighbours mixed in, noise added, differently per picture.

    Some are averaged to a 4x4 or 2x2 grid, for rebuilding a picture from 16 or 4 latents (the paper's Figure 2)."""
    b, n, d = tokens.shape
    picture = tokens.transpose(1, 2).unflatten(2, (8, 8)).clone()
    fewer = rng.random(b)
    for cell, few in ((2, fewer < 0.08), (4, fewer > 0.94)):
        few = held(few)
        pooled = torch.nn.functional.avg_pool2d(picture[few], cell)
        picture[few] = pooled.repeat_interleave(cell, 2).repeat_interleave(cell, 3)
    tokens = picture.flatten(2).transpose(1, 2)
    blur = torch.nn.functional.avg_pool2d(torch.nn.functional.pad(picture, (1, 1, 1, 1), mode="replicate"), 3, 1)
    amount = held(rng.uniform(0, 0.5, b) * (rng.random(b) < 0.5)).float().view(b, 1, 1)
    noise = held(rng.uniform(0, 0.4, b)).float().view(b, 1, 1)
    return torch.lerp(tokens, blur.flatten(2).transpose(1, 2), amount) + noise * torch.randn_like(tokens)


@torch.no_grad()
def predicted(branch, captions, iterations=2):
    ids, valid = padded_prompts(captions)
    with autocast():
        return unmask(branch, ids, valid, iterations).float()


class Batches:
    """Batches of (x0, captions, patch latents, ControlNet scale), the same for every stage that trains on them."""

    def __init__(self, seed, own_share: float, branch=None):
        self.branch = branch  # predicts what the cache does not hold
        self.rng = np.random.default_rng(seed)
        self.packed, self.patches = np.asarray(latents("train")), patches("train")  # 8 KB and 24 KB a scene
        _, self.scenes = load("train")
        self.own = own_predictions()
        self.picker = Picker(self.scenes, min(len(self.packed), len(self.patches)), float(os.environ.get("SINGLE", "0")))
        self.own_share = own_share

    def take(self, size, drop=0.12):
        rng = self.rng
        index = self.picker.take(rng, size)
        x0 = pack(held(self.packed[index].astype(np.float32)))
        truth = [written(rng, self.scenes[i]["caption"]) for i in index]
        tokens = damaged(rng, held(self.patches[index].astype(np.float32)))
        scale = held(rng.uniform(0.6, 1.0, size)).float()
        without = held(rng.random(size) < WITHOUT_CONTROL)
        self.own = own_predictions() if self.own is None else self.own  # may be finished while this stage runs
        own = rng.random(size) < self.own_share
        if self.own is not None:
            tokens[held(own)] = held(self.own[index[own]].astype(np.float32))
        elif self.branch is not None and own.any():
            tokens[held(own)] = predicted(self.branch, [truth[i] for i in np.flatnonzero(own)])
        captions = [c if rng.random() >= drop else "" for c in truth]
        return x0, captions, tokens, scale.masked_fill(without, 0.0)


def decode(vae, tokens):
    z = unpack(tokens.float(), 16) / vae.config.scaling_factor + vae.config.shift_factor
    with torch.no_grad(), autocast():
        return torch.cat([vae.decode(part).sample for part in z.split(16)]).float()


def pictures(model: Painter, vae, path, branch=None, true_guidance=3.0, seed=0):
    """Text alone; then with true patch latents of held-out scenes, or with the branch's for the same prompts."""
    noise = seeded_noise(seed, 16, 64, 64)
    with autocast():
        plain = sample(model.generator, PROMPTS, noise, steps=14, guidance=1.0 if true_guidance else 3.5, true_guidance=true_guidance)
        if branch is not None:
            captions, tokens = PROMPTS, predicted(branch, PROMPTS, 16)
        else:
            captions = [s["caption"] for s in load("test")[1][:16]]
            tokens = held(patches("test")[:16].astype(np.float32))
        steered = sample(model.generator, captions, noise, steps=14, guidance=1.0 if true_guidance else 3.5, control=model.control(tokens))
    grid([decode(vae, plain), decode(vae, steered)], path)


def main() -> None:
    setup(4)
    vae, model = trained(), Painter()
    state = load_state("flux")
    if state:
        model.load_state_dict(state["raw"])
    average = Average(model, 0.995)
    if state:
        average.shadow, average.step = {k: v.clone() for k, v in state["model"].items()}, 10_000
    optimizer = Optimizer(model.named_parameters(), 1e-3)
    if state and "optimizer" in state:
        optimizer.load_state_dict(state["optimizer"])
    done = (state or {}).get("steps", 0)
    torch.manual_seed(4 + done)
    branch = frozen_bifrost("branch") if load_state("branch") else None
    batches = Batches([4, done], own_share=0.5, branch=branch)
    velocity = torch.compile(model.velocity, dynamic=False) if os.environ.get("COMPILE") else model.velocity
    budget = Budget("flux", MINUTES, float(os.environ.get("RATE", "2e-3")), warmup=30, floor=float(os.environ.get("FLOOR", "0.1")))
    losses = {"text": [], "control": []}

    def keep():
        current = {k: v.clone() for k, v in model.state_dict().items()}
        save_state("flux", model=average.shadow, raw=current, optimizer=optimizer.state_dict(), steps=done + budget.step)
        model.load_state_dict(average.shadow)
        model.eval()
        pictures(model, vae, WORK / "flux.png", branch)
        model.train()
        model.load_state_dict(current)

    model.train()
    for step in budget:
        x0, captions, tokens, scale = batches.take(BATCH)
        noise, sigma = torch.randn_like(x0), random_sigma(BATCH)
        x = torch.lerp(x0, noise, sigma[:, None, None])
        with autocast():
            text, pooled = model.generator.encode_text(captions)
            # The guidance number means nothing before distillation; any value teaches the embedding to be neutral.
            v = velocity(x, sigma, text, pooled, 1 + 4 * torch.rand(BATCH), tokens, scale)
        each = (v.float() - (noise - x0)).square().mean((1, 2))
        budget.rate(optimizer)
        optimizer.zero_grad(set_to_none=True)
        each.mean().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        losses["text"].extend(each[scale == 0].tolist()), losses["control"].extend(each[scale > 0].tolist())
        if step % 50 == 0:
            budget.say(" ".join(f"{k} {np.mean(v[-1600:] or [0]):.4f}" for k, v in losses.items()))
        if step and step % 400 == 0:
            keep()
    keep()


if __name__ == "__main__":
    main()
