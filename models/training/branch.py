"""Stage `branch`: masked patch prediction. The visual encoder is frozen.

The paper's text branch is a pretrained Qwen2.5-VL and stays frozen. Ours has seen a few thousand captions: its keys
do not yet tell the branch which object is meant (measured: the branch learnt layout and background, no object).
So the text branch goes on learning here at first, from the branch's loss and from captioning cached patch latents.
TEXT=frozen leaves it as it is, as the paper does, and takes half the time per step.
"""

import math
import os

import numpy as np
import torch
import torch.nn.functional as F

from .bifrost import PATCHES
from .cache import frozen_bifrost, patches
from .captioner import ask, conversation, padded_prompts, understand
from .common import Average, Budget, Optimizer, Picker, autocast, held, load_state, save_state, setup
from .data import load
from .tokenizers import written

MINUTES = float(os.environ.get("MINUTES", "8"))
BATCH = int(os.environ.get("BATCH", "48"))
SPOKEN = BATCH // 4  # pictures of a batch that are also asked about
FROZEN_TEXT = os.environ.get("TEXT") == "frozen"
DROP = 0.1  # share of empty captions, for guidance


def random_mask(rng, batch: int) -> torch.Tensor:
    """MAR's truncated normal around 1 (never under 0.7), and everything masked in six cases of ten."""
    ratio = np.clip(1 - np.abs(rng.normal(0, 0.25, batch)), 0.7, 1.0)
    ratio[rng.random(batch) < 0.6] = 1.0
    # The last iterations of unmasking see almost everything.
    late = rng.random(batch) < 0.06
    ratio[late] = rng.uniform(0.02, 0.7, late.sum())
    count = held(np.maximum(1, np.ceil(ratio * PATCHES))).long()
    ranks = held(rng.random((batch, PATCHES))).argsort(-1).argsort(-1)
    return ranks < count[:, None]


def losses(model, rng, latents, captions, scenes):
    """(mean square error of the patches, cross entropy of answers about the first few)."""
    ids, valid = padded_prompts(captions)
    mask = random_mask(rng, len(captions))[..., None]
    with autocast():
        with torch.set_grad_enabled(not FROZEN_TEXT):
            cache = model.prefix(ids, valid)
        tokens = torch.where(mask, model.mask_token, latents)
        predicted = model.predict(tokens, cache, valid)
        if FROZEN_TEXT:
            return (predicted.float() - latents).square().mean(), latents.new_zeros(())
        questions, answers = zip(*(ask(rng, scene) for scene in scenes))
        spoken, shown, labels, start = conversation(list(questions), list(answers))
        logits = understand(model, latents[:len(scenes)], spoken, shown, start)
    words = F.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())
    # As in the authors' code the loss is over all patches; known ones are easy and cost little.
    return (predicted.float() - latents).square().mean(), words


def main() -> None:
    setup(3)
    train, (_, scenes) = patches("train"), load("train")
    test, (_, test_scenes) = patches("test"), load("test")
    model = frozen_bifrost()
    state = load_state("branch")
    if state:
        branch = {n for n, p in model.named_parameters() if any(p is q for q in model.branch_parameters())}
        # What is frozen is the average, which is what is kept.
        model.load_state_dict({n: state["raw" if n in branch or not FROZEN_TEXT else "model"][n] for n in state["model"]})
    else:
        model.start_branch()
    ours = {id(p) for p in model.branch_parameters()}
    parameters = [p.requires_grad_(True) for n, p in model.named_parameters() if id(p) in ours or not FROZEN_TEXT and ".visual." not in n]
    optimizer = Optimizer(model.named_parameters(), 1e-3)
    average = Average(model, 0.995)
    if state and "optimizer" in state and len(state["optimizer"]["0"]["state"]) == len(optimizer.parts[0].param_groups[0]["params"]):
        optimizer.load_state_dict(state["optimizer"])
    if state:
        average.shadow, average.step = {k: v.clone().float() for k, v in state["model"].items()}, 1000
    done = (state or {}).get("steps", 0)
    rng = np.random.default_rng([3, done])
    budget = Budget("branch", MINUTES, float(os.environ.get("RATE", "2e-3")))

    def keep():
        current = {k: v.clone() for k, v in model.state_dict().items()}
        model.load_state_dict(average.shadow)
        save_state("branch", model=model.state_dict(), raw=current, optimizer=optimizer.state_dict(), steps=done + budget.step)
        with torch.no_grad():
            z = held(test[:128].astype(np.float32))
            ids, valid = padded_prompts([s["caption"] for s in test_scenes[:128]])
            with autocast():
                cache = model.prefix(ids, valid)
                p = model.predict(model.mask_token.expand(128, PATCHES, -1), cache, valid).float()
            print(f"[branch] fully masked mse {(p - z).square().mean():.4f} of variance {z.var():.4f}", flush=True)
        model.load_state_dict(current)

    picker = Picker(scenes, len(train), float(os.environ.get("SINGLE", "0")))
    for step in budget:
        index = picker.take(rng, BATCH)
        latents = held(train[index].astype(np.float32))
        captions = ["" if rng.random() < DROP else written(rng, scenes[i]["caption"]) for i in index]
        patch_loss, words = losses(model, rng, latents, captions, [scenes[i] for i in index[:SPOKEN]])
        loss = patch_loss + 0.1 * words
        budget.rate(optimizer)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        average.update(model)
        assert math.isfinite(loss.item())
        if step % 50 == 0:
            budget.say(f"mse {patch_loss.item():.4f} answers {words.item():.3f}")
        if step and step % 300 == 0:
            keep()
    keep()


if __name__ == "__main__":
    main()
