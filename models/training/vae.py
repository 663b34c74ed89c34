"""Stage `vae`: the autoencoder. L1, MSE and gradient loss for sharp edges, a tiny KL; random crops, then whole pictures.

DECODER=1 trains the decoder alone: latents stay what they are, and with them whatever has learnt on them."""

import os

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

from .common import Budget, autocast, grid, load_state, save_state, setup, to_pixels, WORK
from .data import load

# One normalisation group: with few channels per group the norm wipes out flat colours (measured: half the L1 at step 150).
CONFIG = dict(
    in_channels=3, out_channels=3, latent_channels=16, sample_size=128, layers_per_block=1, norm_num_groups=1,
    block_out_channels=[16, 32, 64, 96],
    down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
    act_fn="silu", mid_block_add_attention=True, use_quant_conv=False, use_post_quant_conv=False, force_upcast=False,
)
MINUTES = float(os.environ.get("MINUTES", "17"))
BATCH = int(os.environ.get("BATCH", "12"))
KL_WEIGHT = 1e-4


def build() -> AutoencoderKL:
    vae = AutoencoderKL(**CONFIG, scaling_factor=1.0, shift_factor=0.0)
    # Residual branches start at zero and the rest keeps its variance: half the loss of the default start at step 100.
    with torch.no_grad():
        for name, module in vae.named_modules():
            if name.endswith((".conv2", "to_out.0")):
                module.weight.zero_(), module.bias.zero_()
            elif isinstance(module, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(module.weight, nonlinearity="linear"), module.bias.zero_()
    return vae


def trained() -> AutoencoderKL:
    """The trained autoencoder, with its measured scale and shift in the config."""
    state = load_state("vae")
    vae = build()
    vae.load_state_dict(state["model"])
    vae.register_to_config(scaling_factor=state["scaling_factor"], shift_factor=state["shift_factor"])
    return vae.eval().requires_grad_(False)


def gradient_loss(prediction, target):
    loss = 0
    for axis in (2, 3):
        loss = loss + (prediction.diff(dim=axis) - target.diff(dim=axis)).abs().mean()
    return loss


@torch.no_grad()
def measure(vae, images: np.ndarray) -> tuple[float, float, float]:
    """(scale, shift, reconstruction PSNR) over whole held-out pictures."""
    means, error = [], 0.0
    for start in range(0, len(images), 32):
        x = to_pixels(images[start:start + 32])
        with autocast():
            mean = vae.encode(x).latent_dist.mean
            y = vae.decode(mean).sample
        means.append(mean.float())
        error += (y.float().clamp(-1, 1) - x).div(2).square().mean(dim=(1, 2, 3)).sum().item()
    z = torch.cat(means)
    return 1 / z.std().item(), z.mean().item(), -10 * np.log10(error / len(images))


def main() -> None:
    setup()
    images, _ = load("train")
    test, _ = load("test")
    vae = build()
    state = load_state("vae")
    if state:
        vae.load_state_dict(state["model"])
    decoder_only = bool(os.environ.get("DECODER"))
    vae.encoder.requires_grad_(not decoder_only)
    optimizer = torch.optim.AdamW([p for p in vae.parameters() if p.requires_grad], lr=2e-3, betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
    done = (state or {}).get("steps", 0)
    rng = np.random.default_rng(1 + done)
    budget = Budget("vae", MINUTES, float(os.environ.get("RATE", "1.5e-3")))

    def keep():
        scale, shift, psnr = measure(vae, test[:128])
        if decoder_only:
            scale, shift = state["scaling_factor"], state["shift_factor"]
        save_state("vae", model=vae.state_dict(), scaling_factor=scale, shift_factor=shift,
                   steps=done + budget.step)
        print(f"[vae] scale {scale:.4f} shift {shift:.4f} psnr {psnr:.2f} dB", flush=True)
        with torch.no_grad(), autocast():
            x = to_pixels(test[:24])
            y = vae.decode(vae.encode(x).latent_dist.mean).sample
        grid([x, y], WORK / "vae.png")

    for step in budget:
        # Crops first: many parts of objects a step. Then whole pictures, whose norms (one group) see what they will see.
        whole = done + budget.step > 2500
        batch = np.sort(rng.integers(0, len(images), BATCH // 3 if whole else BATCH))
        x = to_pixels(images[batch])
        if not whole:
            # A different crop per picture, so that one step sees many parts of objects.
            offsets = rng.integers(0, 65, (len(batch), 2))
            x = torch.stack([p[:, t:t + 64, l:l + 64] for p, (t, l) in zip(x, offsets)])
        x = x.contiguous()
        with autocast():
            posterior = vae.encode(x).latent_dist
            y = vae.decode(posterior.sample()).sample.float()
        mean, logvar = posterior.mean.float(), posterior.logvar.float()
        kl = 0.5 * (mean.square() + logvar.exp() - 1 - logvar).mean()
        l1 = (y - x).abs().mean()
        loss = l1 + 4 * F.mse_loss(y, x) + 0.5 * gradient_loss(y, x) + KL_WEIGHT * kl
        budget.rate(optimizer)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 0:
            budget.say(f"l1 {l1.item():.4f} kl {kl.item():.2f} lr {optimizer.param_groups[0]['lr']:.1e}")
        if step and step % 1000 == 0:
            keep()
    keep()


if __name__ == "__main__":
    main()
