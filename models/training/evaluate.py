"""What the exported files do, beyond prompt following (`npm run bifrost -- eval`): python -m models.training.evaluate [--kinds ...]

captions: what Describe Image says of fresh single-object and counting scenes; figure2: rebuilding from few latents;
detector: the detector itself on the 1,000 held-out renderings; samples: the model card's grid.
"""

import argparse
import json

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from .bifrost import encode
from .captioner import answer
from .common import MINI, WORK, autocast, grid, setup, to_pixels
from .data import load
from .scenes import Group, Scene, random_group, render
from .tokenizers import DESCRIBE
from .detector import Detector, accuracy
from .sample import Road
from .vocabulary import CLASSES, NUMBERS, OBJECTS, article, held_out


class Folded(Detector):
    """The exported detector: the same network with BatchNorm already inside the convolutions."""

    def __init__(self, folder=MINI / "detector"):
        super().__init__()
        for module in self.modules():
            if hasattr(module, "bn"):
                module.bn = nn.Identity()
        state = load_file(folder / "model.safetensors")
        rename = lambda k: k if k.startswith(("class", "color")) else k.replace(".weight", ".conv.weight").replace(".bias", ".conv.bias")
        self.load_state_dict({rename(k): v.float() for k, v in state.items()})
        self.threshold = json.loads((folder / "config.json").read_text())["threshold"]
        self.eval()


def described(road, count=256) -> None:
    """Describe Image on fresh scenes: names and colours of single objects, counts, and names again where every colour is
    one that training never showed the object in."""
    rng, unseen = np.random.default_rng(99), held_out()["colors"]
    unseen_group = lambda: Group(*unseen[int(rng.integers(len(unseen)))])
    several = lambda: random_group(rng, 0, int(rng.integers(2, 5)))
    for kind, groups in (("names", lambda: random_group(rng, 0.5)), ("counts", several), ("names in held-out colours", unseen_group)):
        scenes = []
        while len(scenes) < count:
            group = groups()
            scenes.append(Scene(group.phrase(rng, True), [group], None, None))
        pictures = to_pixels(np.stack([render(scene, rng) for scene in scenes]))
        with torch.no_grad(), autocast():
            latents = torch.cat([encode(road.bifrost.vision_language_model.visual, part) for part in pictures.split(32)])
            replies = answer(road.bifrost, latents, [DESCRIBE] * count)
        named, colored, counted = [], [], []
        for scene, reply in zip(scenes, replies):
            group, words = scene.groups[0], f" {reply} "
            named.append(any(f" {noun} " in words for noun in (group.name, OBJECTS[group.name][1])))
            counted.append(named[-1] and f" {NUMBERS[group.count]} " in words)
            if group.color:
                colored.append(f" {group.color} {group.name} " in words)
        for what, right in ((kind, counted if kind == "counts" else named), *((("colours", colored),) if kind == "names" else ())):
            print(f"described, {what}: {sum(right)} of {len(right)} = {np.mean(right):.3f}", flush=True)


def psnr(x, y) -> float:
    """Mean over pictures in -1..1, in dB."""
    return (-10 * (x.clamp(-1, 1) - y).div(2).square().mean((1, 2, 3)).log10()).mean().item()


def ssim(x, y) -> float:
    """Mean structural similarity (Wang et al. 2004): Gaussian window of 11, sigma 1.5, per channel, pictures in -1..1."""
    taps = torch.exp(-torch.arange(-5, 6).float().square() / (2 * 1.5**2))
    window = torch.outer(taps, taps) / taps.sum() ** 2
    blur = lambda t: F.conv2d(t.flatten(0, 1)[:, None], window[None, None])
    x, y = x.clamp(-1, 1).add(1).div(2), y.add(1).div(2)
    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    return ((2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean().item()


@torch.no_grad()
def figure2(road, count=128) -> None:
    """The paper's Figure 2 for mini: a picture rebuilt without text from 4, 16, 64 patch latents; the autoencoder above it."""
    images, _ = load("test")
    x = to_pixels(images[:count])
    with autocast():
        latents = torch.cat([encode(road.bifrost.vision_language_model.visual, part) for part in x.split(32)]).float()
        best = torch.cat([road.vae.decode(road.vae.encode(part).latent_dist.mean).sample for part in x.split(16)]).float()
    rows = [x[:16]]
    for cell in (4, 2, 1):
        tokens = F.avg_pool2d(latents.transpose(1, 2).unflatten(2, (8, 8)), cell).repeat_interleave(cell, 2).repeat_interleave(cell, 3).flatten(2).transpose(1, 2)
        y = torch.cat([road.rebuilt(part, range(start, start + len(part))) for start, part in zip(range(0, count, 32), tokens.split(32))])
        rows.append(y[:16])
        print(f"rebuilt from {64 // cell**2} latents: PSNR {psnr(y, x):.2f} dB, SSIM {ssim(y, x):.3f}", flush=True)
    print(f"autoencoder alone: PSNR {psnr(best, x):.2f} dB, SSIM {ssim(best, x):.3f}")
    grid(rows, WORK / "figure2.png", columns=16)


def samples(road) -> None:
    """32 prompts, the kinds in turn, every one but the single objects a held-out combination; seeds 0 to 31, nothing picked."""
    out = held_out()
    spread = lambda items, count: [items[i * len(items) // count] for i in range(count)]
    kinds = [
        [f"a photo of {article(n)} {n}" for n in spread(CLASSES, 7)],
        [f"a photo of {article(a)} {a} and {article(b)} {b}" for a, b in spread(out["pairs"], 7)],
        [f"a photo of {NUMBERS[k]} {OBJECTS[n][1]}" for n, k in spread(out["counts"], 6)],
        [f"a photo of {article(c)} {c} {n}" for n, c in spread(out["colors"], 6)],
        [f"a photo of {article(n)} {n} {r} a {'house' if n != 'house' else 'tree'}" for n, r in spread(out["positions"], 6)],
    ]
    prompts = [kind[i] for i in range(7) for kind in kinds if i < len(kind)]
    pictures = road.pictures(prompts, range(len(prompts)))
    grid([pictures], MINI / "samples.png")
    print("\n".join(f"seed {seed}: {prompt}" for seed, prompt in enumerate(prompts)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinds", nargs="+", choices=["captions", "figure2", "detector", "samples"], default=["captions", "figure2", "detector", "samples"])
    a = parser.parse_args()
    setup()
    road = Road()
    if "captions" in a.kinds:
        described(road)
    if "figure2" in a.kinds:
        figure2(road)
    if "detector" in a.kinds:
        eye = Folded()
        images, scenes = load("test")
        scores = accuracy(eye, images, scenes, eye.threshold)
        print("detector on", len(images), "held-out renderings:", {k: round(v, 3) for k, v in scores.items()}, flush=True)
    if "samples" in a.kinds:
        samples(road)


if __name__ == "__main__":
    main()
