"""Stage `captioner`: visual encoder and text branch learn by answering about pictures; both are frozen afterwards.

Throw-away linear heads also ask each patch latent for its 16x16 pixels (a captioner alone is free to forget what a
patch looks like, while the latent ControlNet needs it; Qwen2.5-VL's latents carry it by scale) and for the object and
colour it lies on: a word per picture is a thin signal, and captions alone took the encoder nowhere in a CPU's minutes.
The text branch sees the generation prompts too, as plain language modelling.
"""

import os

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .bifrost import Bifrost, PATCHES, TEXT, encode
from .common import DEVICE, Budget, Optimizer, autocast, load_state, save_state, setup, to_pixels
from .data import load
from .tokenizers import DESCRIBE, SYSTEM, generation_prompt, tokenizer, written
from .vocabulary import CLASSES, COLOR_NAMES, FIXED_COLOR, NUMBERS, OBJECTS

MINUTES = float(os.environ.get("MINUTES", "10"))
BATCH = int(os.environ.get("BATCH", "32"))
VOCAB = 768
SIDE = 8


def ask(rng, scene) -> tuple[str, str]:
    """A question and its answer; mostly the caption itself."""
    kind = rng.random()
    boxes = scene["boxes"]
    if kind < 0.7:
        return DESCRIBE, scene["caption"]
    cls, color = boxes[int(rng.integers(len(boxes)))][:2]
    name = CLASSES[cls]
    same = [box for box in boxes if box[0] == cls]
    if kind < 0.8 and color >= 0 and name not in FIXED_COLOR:
        return f"What color is the {name}?", COLOR_NAMES[color]
    if kind < 0.9:
        return f"How many {OBJECTS[name][1]} are there?", NUMBERS[len(same)]
    other = CLASSES[int(rng.integers(len(CLASSES)))] if rng.random() < 0.5 else name
    return f"Is there {'an' if other[0] in 'aeiou' else 'a'} {other}?", "yes" if any(CLASSES[b[0]] == other for b in boxes) else "no"


def conversation(questions: list[str], answers: list[str] | None = None):
    """ids, validity, labels, the index of the first image token; padded on the right (answers) for one batch."""
    t = tokenizer("qwen")
    encode_text = lambda text: t(text, add_special_tokens=False)["input_ids"]
    before = encode_text(f"{SYSTEM}<|im_start|>user\n<|vision_start|>")
    pad = t.convert_tokens_to_ids("<|image_pad|>")
    rows, labels = [], []
    for i, question in enumerate(questions):
        asked = encode_text(f"<|vision_end|>{question}<|im_end|>\n<|im_start|>assistant\n")
        answer = encode_text(f"{answers[i]}<|im_end|>") if answers else []
        rows.append(before + [pad] * PATCHES + asked + answer)
        labels.append([-100] * (len(before) + PATCHES + len(asked)) + answer)
    longest = max(map(len, rows))
    ids = torch.tensor([r + [t.pad_token_id] * (longest - len(r)) for r in rows])
    valid = torch.tensor([[1] * len(r) + [0] * (longest - len(r)) for r in rows]).bool()
    return ids, valid, torch.tensor([r + [-100] * (longest - len(r)) for r in labels]), len(before)


def mrope(start: int, length: int) -> torch.Tensor:
    """Positions [3, length]: text, then an 8x8 picture at `start`, then text from start + 8 on."""
    text = torch.arange(length)
    positions = text.repeat(3, 1)
    unit = torch.arange(SIDE)
    positions[0, start:start + PATCHES] = start
    positions[1, start:start + PATCHES] = start + unit.repeat_interleave(SIDE)
    positions[2, start:start + PATCHES] = start + unit.repeat(SIDE)
    positions[:, start + PATCHES:] = torch.arange(length - start - PATCHES) + start + SIDE
    return positions


def understand(model: Bifrost, latents, ids, valid, start):
    """Logits over the whole conversation with the patch latents in place of the image tokens."""
    lm = model.vision_language_model
    embeds = lm.model.embed_tokens(ids)
    embeds = torch.cat([embeds[:, :start], latents.to(embeds.dtype), embeds[:, start + PATCHES:]], dim=1)
    positions = mrope(start, ids.shape[1])[:, None].expand(-1, ids.shape[0], -1)
    hidden, _ = lm.model.text(embeds, positions, valid)
    return lm.lm_head(lm.model.norm(hidden))


@torch.no_grad()
def answer(model, latents, questions: list[str], limit: int = 24) -> list[str]:
    t = tokenizer("qwen")
    replies = []
    for latent, question in zip(latents, questions):
        ids, _, _, start = conversation([question])
        out = []
        while len(out) < limit:
            valid = torch.ones_like(ids, dtype=torch.bool)
            token = int(understand(model, latent[None], ids, valid, start)[0, -1].argmax())
            if token == t.eos_token_id:
                break
            out.append(token)
            ids = torch.cat([ids, torch.tensor([[token]])], dim=1)
        replies.append(t.decode(out))
    return replies


def exact_captions(model, latents, scenes) -> tuple[int, list[str]]:
    """How many descriptions are the scene's caption word for word, the opening ("a photo of") aside."""
    def bare(c):
        for opening in ("a photo of ", "a picture of ", "an image of "):
            c = c.replace(opening, "")
        return c.strip().rstrip(".")

    replies = answer(model, latents, [DESCRIBE] * len(latents))
    return sum(bare(r) == bare(s["caption"]) for r, s in zip(replies, scenes)), replies


def padded_prompts(captions: list[str]):
    """Generation prompts, padded on the left as the authors do: ids, validity."""
    t = tokenizer("qwen")
    rows = t([generation_prompt(c) for c in captions], add_special_tokens=False)["input_ids"]
    longest = max(map(len, rows))
    ids = torch.tensor([[t.pad_token_id] * (longest - len(r)) + r for r in rows])
    valid = torch.tensor([[0] * (longest - len(r)) + [1] * len(r) for r in rows]).bool()
    return ids, valid


def text_loss(model, captions):
    ids, valid = padded_prompts(captions)
    lm = model.vision_language_model
    positions = (valid.long().cumsum(-1) - 1).clamp(min=0).expand(3, -1, -1)
    hidden, _ = lm.model.text(lm.model.embed_tokens(ids), positions, valid)
    logits = lm.lm_head(lm.model.norm(hidden[:, :-1]))
    labels = ids[:, 1:].masked_fill(~valid[:, :-1], -100)
    return F.cross_entropy(logits.flatten(0, 1).float(), labels.flatten())


def pixel_targets(x):
    return x.unfold(2, 16, 16).unfold(3, 16, 16).permute(0, 2, 3, 1, 4, 5).flatten(1, 2).flatten(2)


def patch_labels(scenes) -> tuple[torch.Tensor, torch.Tensor]:
    """Per patch the object it lies on (one past the last: none) and its colour; -100 at edges, natural colours and nothing."""
    place = torch.arange(SIDE, device="cpu") * 16 + 8.0
    objects = torch.full((len(scenes), SIDE, SIDE), len(CLASSES), device="cpu")
    colors = torch.full((len(scenes), SIDE, SIDE), -100, device="cpu")
    for i, scene in enumerate(scenes):
        for cls, color, x, y, size in scene["boxes"]:
            away = torch.maximum((place[None] - x).abs(), (place[:, None] - y).abs()) / size
            objects[i][(away < 0.6) & (objects[i] == len(CLASSES))] = -100
            objects[i][away < 0.36] = cls
            colors[i][away < 0.36] = color if color >= 0 else -100
    return objects.flatten(1).to(DEVICE), colors.flatten(1).to(DEVICE)


class Heads(nn.Module):
    """The throw-away heads: what only training asks of a patch latent."""

    def __init__(self):
        super().__init__()
        width = TEXT["hidden_size"]
        self.pixels, self.objects, self.colors = nn.Linear(width, 768), nn.Linear(width, len(CLASSES) + 1), nn.Linear(width, len(COLOR_NAMES))

    def losses(self, latents, x, scenes):
        """(pixel MSE, cross entropy of objects, of colours)"""
        objects, colors = patch_labels(scenes)
        entropy = lambda head, labels: F.cross_entropy(head(latents).flatten(0, 1).float(), labels.flatten(), ignore_index=-100)
        return F.mse_loss(self.pixels(latents).float(), pixel_targets(x)), entropy(self.objects, objects), entropy(self.colors, colors)


def main() -> None:
    setup(2)
    images, scenes = load("train")
    test_images, test_scenes = load("test")
    model, heads = Bifrost(VOCAB), Heads()
    state = load_state("captioner")
    if state:
        model.load_state_dict(state["model"])
    if state and "heads" in state:  # a state that came from models/mini has none, and no optimizer
        heads.load_state_dict(state["heads"])
    trained = [(n, p) for n, p in model.named_parameters() if "vision_branch" not in n and n.startswith("vision_language_model")]
    optimizer = Optimizer([*trained, *((f"embed {n}", p) for n, p in heads.named_parameters())], 1e-3)
    if state and "optimizer" in state:
        optimizer.load_state_dict(state["optimizer"])
    done = (state or {}).get("steps", 0)
    rng = np.random.default_rng([2, done])
    budget = Budget("captioner", MINUTES, float(os.environ.get("RATE", "1.2e-3")))

    def keep():
        save_state("captioner", model=model.state_dict(), heads=heads.state_dict(), optimizer=optimizer.state_dict(), steps=done + budget.step)
        with torch.no_grad(), autocast():
            latents = encode(model.vision_language_model.visual, to_pixels(test_images[:48]))
            right, replies = exact_captions(model, latents, test_scenes)
            shown = test_scenes[:48]
            error, *_ = heads.losses(latents, to_pixels(test_images[:48]), shown)
            labels = patch_labels(shown)[0]
            sure = (labels >= 0) & (labels < len(CLASSES))
            named = (heads.objects(latents).argmax(-1) == labels)[sure].float().mean()
        print(f"[captioner] exact captions {right}/48, patches named {named.item():.3f}, pixel mse {error.item():.4f}, latent std {latents.float().std().item():.2f}", replies[:4], flush=True)

    for step in budget:
        batch = np.sort(rng.integers(0, len(images), BATCH))
        x = to_pixels(images[batch])
        questions, answers = zip(*(ask(rng, scenes[i]) for i in batch))
        ids, valid, labels, start = conversation(list(questions), list(answers))
        with autocast():
            latents = encode(model.vision_language_model.visual, x)
            logits = understand(model, latents, ids, valid, start)
            looks, named, colored = heads.losses(latents, x, [scenes[i] for i in batch])
            words = text_loss(model, [written(rng, scenes[i]["caption"]) for i in rng.integers(0, len(images), BATCH // 2)])
        spoken = F.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())
        size = (latents.float().square().mean() - 1).square()
        loss = spoken + 8 * looks + 0.5 * named + 0.25 * colored + 0.3 * words + 0.1 * size
        budget.rate(optimizer)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in trained], 1.0)
        optimizer.step()
        if step % 50 == 0:
            budget.say(f"answer {spoken.item():.3f} objects {named.item():.3f} colours {colored.item():.3f} pixels {looks.item():.4f} text {words.item():.3f}")
        if step and step % 300 == 0:
            keep()
    keep()


if __name__ == "__main__":
    main()
