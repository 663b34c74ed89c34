"""Stage `detector`: the project's own object and colour detector, independent of the generator's networks.

It sees every combination, held-out ones too: it judges pictures and is not judged by words.
Plain convolutions: three strided ones (128 px -> 16x16), residual blocks, two 1x1 heads. BatchNorm helps training
and is folded into the convolutions on export.
"""

import json
import os

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .common import Budget, DEVICE, WORK, autocast, held, load_state, save_state, setup, to_pixels, write
from .data import load
from .scenes import any_scene, render
from .vae import trained
from .vocabulary import CLASSES, COLOR_NAMES

CHANNELS = [32, 64, 128]
BLOCKS = 5
CELL = 8  # pixels per heat-map cell
MINUTES = float(os.environ.get("MINUTES", "8"))
BATCH = int(os.environ.get("BATCH", "32"))


class Conv(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(inputs, outputs, 3, stride, 1), nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.bn(self.conv(x))

    def folded(self, name: str) -> dict[str, torch.Tensor]:
        gain = self.bn.weight / (self.bn.running_var + self.bn.eps).sqrt()
        return {f"{name}.weight": self.conv.weight * gain.view(-1, 1, 1, 1),
                f"{name}.bias": (self.conv.bias - self.bn.running_mean) * gain + self.bn.bias}


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.conv2 = Conv(channels, channels), Conv(channels, channels)

    def forward(self, x):
        return F.relu(x + self.conv2(F.relu(self.conv1(x))))


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [3, *CHANNELS]
        self.stem = nn.ModuleList(Conv(a, b, 2) for a, b in zip(widths, widths[1:]))
        self.blocks = nn.ModuleList(Block(CHANNELS[-1]) for _ in range(BLOCKS))
        self.class_head = nn.Conv2d(CHANNELS[-1], len(CLASSES), 1)
        self.color_head = nn.Conv2d(CHANNELS[-1], len(COLOR_NAMES), 1)
        nn.init.constant_(self.class_head.bias, -5.0)

    def forward(self, x):
        for conv in self.stem:
            x = F.relu(conv(x))
        for block in self.blocks:
            x = block(x)
        return self.class_head(x), self.color_head(x)

    def folded(self) -> dict[str, torch.Tensor]:
        """Exported names: stem.N, blocks.N.conv1, blocks.N.conv2, class_head, color_head; weight and bias each."""
        out = {}
        for i, conv in enumerate(self.stem):
            out |= conv.folded(f"stem.{i}")
        for i, block in enumerate(self.blocks):
            out |= block.conv1.folded(f"blocks.{i}.conv1") | block.conv2.folded(f"blocks.{i}.conv2")
        for head in ("class_head", "color_head"):
            out |= {f"{head}.{k}": v for k, v in getattr(self, head).state_dict().items()}
        return {k: v.detach() for k, v in out.items()}


def write_config(path, threshold: float) -> None:
    write(path, lambda p: p.write_text(json.dumps({
        "classes": CLASSES, "colors": COLOR_NAMES, "channels": CHANNELS, "num_blocks": BLOCKS, "image_size": 128,
        "stride": CELL, "threshold": threshold}, indent=1) + "\n"))


def targets(scenes):
    """Heat maps with a small Gaussian at every object's centre, and the colour (or -1) of each centre cell."""
    side = 128 // CELL
    heat = torch.zeros(len(scenes), len(CLASSES), side, side, device="cpu")
    color = torch.full((len(scenes), side, side), -1, dtype=torch.long, device="cpu")
    cells = torch.arange(side, device="cpu").float()
    for i, scene in enumerate(scenes):
        for cls, hue, x, y, size in scene["boxes"]:
            cx, cy = min(int(x / CELL), side - 1), min(int(y / CELL), side - 1)
            spread = 0.5 + size / 128
            blob = torch.exp(-((cells[None] - cx) ** 2 + (cells[:, None] - cy) ** 2) / (2 * spread**2))
            heat[i, cls] = torch.maximum(heat[i, cls], blob)
            color[i, cy, cx] = hue
    return heat.to(DEVICE), color.to(DEVICE)


def focal(logits, heat):
    """CenterNet's penalty-reduced focal loss."""
    p = torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4)
    centre = heat.eq(1).float()
    loss = centre * (1 - p).square() * p.log() + (1 - centre) * (1 - heat) ** 4 * p.square() * (1 - p).log()
    return -loss.sum() / centre.sum().clamp(min=1)


def augment(rng, x, vae):
    """Make crisp renderings look generated: autoencoder round trip, blur, noise, brightness, coarse colours."""
    if rng.random() < 0.4:
        with torch.no_grad(), autocast():
            z = vae.encode(x[:6]).latent_dist.mean
            x = torch.cat([vae.decode(z + torch.randn_like(z) * rng.uniform(0, 0.35) / vae.config.scaling_factor).sample.float(), x[6:]])
    if rng.random() < 0.4:
        size = int(rng.integers(44, 112))
        x = F.interpolate(F.interpolate(x, size=size, mode="area"), size=128, mode="bilinear", align_corners=False)
    if rng.random() < 0.4:
        x = x + torch.randn_like(x) * rng.uniform(0, 0.12)
    if rng.random() < 0.3:
        levels = rng.uniform(8, 40)
        x = (x * levels).round() / levels
    gain = held(rng.normal(1, 0.08, (len(x), 1, 1, 1))).float()
    shift = held(rng.normal(0, 0.06, (len(x), 3, 1, 1))).float()
    return (x * gain + shift).clamp(-1, 1)


@torch.no_grad()
def detect(model, x, threshold: float):
    """Per picture: (class, colour, score, x, y), peaks of the heat maps that are the largest of their 3x3 cells."""
    heat, hues = (t.float().cpu() for t in model(x))
    score = heat.sigmoid()
    peak = (score == F.max_pool2d(score, 3, 1, 1)) & (score >= threshold)
    found = []
    for i in range(len(x)):
        items = [(int(c), int(hues[i, :, r, q].argmax()), float(score[i, c, r, q]), (int(q) + 0.5) * CELL, (int(r) + 0.5) * CELL)
                 for c, r, q in peak[i].nonzero()]
        found.append(sorted(items, key=lambda item: -item[2]))
    return found


def accuracy(model, images, scenes, threshold: float) -> dict[str, float]:
    """Shares of held-out scenes: the exact multiset of classes found; of coloured objects: the right colour."""
    exact = right = total = recalled = objects = 0
    for start in range(0, len(images), 64):
        with autocast():
            found = detect(model, to_pixels(images[start:start + 64]), threshold)
        for items, scene in zip(found, scenes[start:start + 64]):
            want = sorted(box[0] for box in scene["boxes"])
            exact += sorted(item[0] for item in items) == want
            for cls, hue, x, y, _ in scene["boxes"]:
                near = [item for item in items if item[0] == cls and abs(item[3] - x) < 14 and abs(item[4] - y) < 14]
                objects += 1
                recalled += bool(near)
                if hue >= 0 and near:
                    total += 1
                    right += near[0][1] == hue
    return {"exact scenes": exact / len(images), "recall": recalled / objects, "colour": right / max(total, 1)}


def main() -> None:
    setup(6)
    images, scenes = load("train")
    test, test_scenes = load("test")
    vae = trained()
    model = Detector().to(memory_format=torch.channels_last)
    state = load_state("detector")
    if state:
        model.load_state_dict(state["model"])
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02, fused=True)
    done = (state or {}).get("steps", 0)
    rng = np.random.default_rng([6, done])
    budget = Budget("detector", MINUTES, float(os.environ.get("RATE", "2e-3")))

    def keep():
        model.eval()
        scores = {t: accuracy(model, test[:300], test_scenes[:300], t) for t in (0.25, 0.3, 0.35, 0.4, 0.5)}
        best = max(scores, key=lambda t: scores[t]["exact scenes"])
        print(f"[detector] threshold {best}", {k: round(v, 3) for k, v in scores[best].items()}, flush=True)
        save_state("detector", model=model.state_dict(), threshold=best, steps=done + budget.step)
        model.train()

    model.train()
    for step in budget:
        index = np.sort(rng.integers(0, len(images), BATCH // 2))
        fresh = [any_scene(rng) for _ in range(BATCH // 2)]
        pixels = np.stack([render(scene, rng) for scene in fresh] + [images[i] for i in index])
        shown = [{"boxes": scene.boxes} for scene in fresh] + [scenes[i] for i in index]
        order = rng.permutation(len(shown))
        x = augment(rng, to_pixels(pixels[order]), vae).contiguous(memory_format=torch.channels_last)
        heat, color = targets([shown[i] for i in order])
        with autocast():
            logits, hues = model(x)
        loss = focal(logits.float(), heat)
        chosen = color >= 0
        hue_loss = F.cross_entropy(hues.float().permute(0, 2, 3, 1)[chosen], color[chosen]) if chosen.any() else 0.0
        budget.rate(optimizer)
        optimizer.zero_grad(set_to_none=True)
        (loss + 0.5 * hue_loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        if step % 50 == 0:
            budget.say(f"heat {loss.item():.3f} colour {float(hue_loss):.3f}")
        if step and step % 400 == 0:
            keep()
    keep()


if __name__ == "__main__":
    main()
