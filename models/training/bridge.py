"""Stage `bridge`: the paper's ablation of what joins the language model to FLUX, its own encoder's patch latents or VAE
latents, both at the same small budget. `KIND=patches` or `KIND=vae` writes .work/bridge-<kind>, a checkpoint to score:

CHECKPOINT_DIR=models/training/.work/bridge-vae npm run bifrost -- eval --seeds 1

Both begin alike. Frozen, as in the paper: the shipped text branch, FLUX and its text encoders. New: the visual branch, a
copy of the text branch, and the ControlNet, a copy of FLUX's first blocks. A token of VAE latents (2x2 of them, 64
numbers) is repeated three times to the width of a patch latent, so that both train the very same networks; scenes, masks
and noise are the same as well. Needs the stages `data`, `resume` and `cache`. It does not touch models/mini.
"""

import os
import shutil

import numpy as np
import torch

from .bifrost import PATCHES, TEXT
from .branch import DROP, random_mask
from .cache import frozen_bifrost, latents, pack, patches
from .captioner import padded_prompts
from .common import MINI, WORK, Average, Budget, Optimizer, autocast, held, load_state, save_state, setup
from .data import load
from .export import put_weights
from .flux import Painter, damaged, painter, predicted
from .generator import random_sigma
from .tokenizers import written

KIND = os.environ.get("KIND", "patches")
STEPS = int(os.environ.get("STEPS", "300"))
BATCH = int(os.environ.get("BATCH", "48"))


class Bridge:
    """Scenes as (VAE latents, what the branch predicts of them, captions); the same at the same step for both kinds."""

    def __init__(self):
        self.packed, self.patches, (_, self.scenes) = latents("train"), patches("train"), load("train")
        self.count = min(len(self.packed), len(self.patches))

    def take(self, stage: int, step: int):
        torch.manual_seed(1_000_000 * stage + step)
        rng = np.random.default_rng([7, stage, step])
        index = np.sort(rng.integers(0, self.count, BATCH))
        x0 = pack(held(self.packed[index].astype(np.float32)))
        return rng, x0, tokens_of(x0, self.patches[index]), [written(rng, self.scenes[i]["caption"]) for i in index]

    def unseen(self, count: int):
        x0 = pack(held(latents("test")[:count].astype(np.float32)))
        return tokens_of(x0, patches("test")[:count]), [scene["caption"] for scene in load("test")[1][:count]]


def tokens_of(x0: torch.Tensor, patch_latents: np.ndarray) -> torch.Tensor:
    """What the branch predicts and the ControlNet reads: [B, 64, 192]."""
    return held(patch_latents.astype(np.float32)) if KIND == "patches" else x0.repeat(1, 1, TEXT["hidden_size"] // x0.shape[2])


def learn(name: str, model: torch.nn.Module, rate: float, loss_of) -> None:
    """STEPS steps on the parameters that are not frozen; goes on after a stop as if there had been none. The model ends as
    the average of its weights."""
    optimizer, average = Optimizer(model.named_parameters(), rate), Average(model, 0.98)
    budget = Budget(f"bridge {KIND}, {name}", 0, rate, warmup=20)
    budget.steps = STEPS
    if state := load_state(f"bridge-{KIND}-{name}"):
        model.load_state_dict(state["raw"]), optimizer.load_state_dict(state["optimizer"])
        average.shadow, average.step, budget.step = state["model"], state["steps"], state["steps"]

    def keep():
        save_state(f"bridge-{KIND}-{name}", model=average.shadow, raw=model.state_dict(), optimizer=optimizer.state_dict(), steps=budget.step)

    losses = []
    for step in budget:
        if step % 50 == 0:
            keep()
        loss = loss_of(step)
        budget.rate(optimizer)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        average.update(model)
        losses.append(loss.item())
        budget.say(f"loss {np.mean(losses[-50:]):.4f}")
    keep()
    model.load_state_dict(average.shadow)
    model.eval().requires_grad_(False)


def branch(bridge: Bridge):
    model = frozen_bifrost("branch")
    model.start_branch()
    with torch.no_grad():
        for fresh in (model.mask_token, model.learnable_pos_emb, model.vision_head.weight):
            fresh.normal_(std=0.02)
        model.vision_head.bias.zero_()
    for parameter in model.branch_parameters():
        parameter.requires_grad_(True)

    def loss_of(step: int) -> torch.Tensor:
        rng, _, tokens, captions = bridge.take(1, step)
        captions = ["" if rng.random() < DROP else caption for caption in captions]
        with autocast():
            ids, valid = padded_prompts(captions)
            with torch.no_grad():
                cache = model.prefix(ids, valid)
            seen = torch.where(random_mask(rng, BATCH)[..., None], model.mask_token, tokens)
            return (model.predict(seen, cache, valid).float() - tokens).square().mean()

    learn("branch", model, 2e-3, loss_of)
    with torch.no_grad(), autocast():
        tokens, captions = bridge.unseen(128)
        ids, valid = padded_prompts(captions)
        guess = model.predict(model.mask_token.expand(len(tokens), PATCHES, -1), model.prefix(ids, valid), valid).float()
    print(f"[bridge] {KIND}: fully masked mse {(guess - tokens).square().mean():.4f} of variance {tokens.var():.4f} on 128 held-out scenes", flush=True)
    return model


def controlnet(bridge: Bridge, imagined) -> Painter:
    model, shipped = Painter(), painter("flux")
    model.generator.load_state_dict(shipped.generator.state_dict())
    model.controlnet.copy_from(model.generator.transformer)
    model.generator.eval().requires_grad_(False)

    def loss_of(step: int) -> torch.Tensor:
        rng, x0, tokens, captions = bridge.take(2, step)
        tokens = damaged(rng, tokens)
        own = rng.random(BATCH) < 0.5
        tokens[held(own)] = predicted(imagined, [captions[i] for i in np.flatnonzero(own)])
        scale = held(rng.uniform(0.6, 1.0, BATCH)).float()
        noise, sigma = torch.randn_like(x0), random_sigma(BATCH)
        x = torch.lerp(x0, noise, sigma[:, None, None])
        with autocast():
            with torch.no_grad():
                text, pooled = model.generator.encode_text(["" if rng.random() < DROP else caption for caption in captions])
            v = model.velocity(x, sigma, text, pooled, 1 + 4 * torch.rand(BATCH), tokens, scale)
        return (v.float() - (noise - x0)).square().mean()

    model.controlnet.train()
    learn("controlnet", model, 1.5e-3, loss_of)
    return model


def main() -> None:
    if KIND not in ("patches", "vae"):
        raise SystemExit(f"KIND={KIND}: the bridge is made of `patches` or of `vae` latents.")
    setup(7)
    bridge = Bridge()
    imagined = branch(bridge)
    painted = controlnet(bridge, imagined)
    folder = WORK / f"bridge-{KIND}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("*.onnx", "*.md", "*.png"))
    put_weights(folder / "bifrost" / "model.safetensors", imagined.state_dict())
    put_weights(folder / "bifrost" / "flux_controlnet" / "diffusion_pytorch_model.safetensors", painted.controlnet.state_dict())


if __name__ == "__main__":
    main()
