"""Stage `distil`: classifier-free guidance becomes a number the network is told, as in FLUX.1-dev.

Teacher: the frozen average of stage `flux`, run with and without the caption; the student learns
v_uncond + g (v_cond - v_uncond) in one forward for g in 1..5. The ControlNet takes part on both sides.
"""

import os

import numpy as np
import torch

from .cache import frozen_bifrost
from .common import Average, Budget, Optimizer, WORK, autocast, load_state, save_state, setup
from .flux import BATCH, Batches, Painter, painter, pictures
from .generator import random_sigma
from .vae import trained

MINUTES = float(os.environ.get("MINUTES", "6"))


def main() -> None:
    setup(5)
    vae, teacher, model = trained(), painter("flux"), Painter()
    state = load_state("distil")
    model.load_state_dict((state or load_state("flux"))["model"])
    average = Average(model, 0.99)
    average.step = 100
    optimizer = Optimizer(model.named_parameters(), 1e-3)
    done = (state or {}).get("steps", 0)
    torch.manual_seed(5 + done)
    batches = Batches([5, done], own_share=0.5)
    budget = Budget("distil", MINUTES, float(os.environ.get("RATE", "5e-4")), warmup=20)
    losses = []

    def keep():
        save_state("distil", model=average.shadow, steps=done + budget.step)
        show = Painter()
        show.load_state_dict(average.shadow)
        pictures(show.eval().requires_grad_(False), vae, WORK / "distil.png", frozen_bifrost("branch"), true_guidance=None)

    model.eval()  # the ControlNet's BatchNorm keeps the statistics of stage `flux`
    for step in budget:
        x0, captions, tokens, scale = batches.take(BATCH, drop=0)
        noise, sigma = torch.randn_like(x0), random_sigma(BATCH)
        x = torch.lerp(x0, noise, sigma[:, None, None])
        g = 1 + 4 * torch.rand(BATCH)
        with autocast():
            with torch.no_grad():
                text, pooled = teacher.generator.encode_text(captions + [""] * BATCH)
                twice = lambda t: torch.cat([t, t])
                cond, uncond = teacher.velocity(twice(x), twice(sigma), text, pooled, torch.ones(2 * BATCH), twice(tokens), twice(scale)).float().chunk(2)
            v = model.velocity(x, sigma, *model.generator.encode_text(captions), g, tokens, scale)
        target = uncond + g[:, None, None] * (cond - uncond)
        loss = (v.float() - target).square().mean()
        budget.rate(optimizer)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        losses.append(loss.item())
        if step % 50 == 0:
            budget.say(f"loss {np.mean(losses[-50:]):.4f}")
    keep()


if __name__ == "__main__":
    main()
