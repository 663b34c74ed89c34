"""The whole pipeline of models/mini by diffusers and Transformers: prompt to patch latents to picture.

Writes fixtures/mini-pipeline.safetensors: patch latents and picture of each case, the cases as metadata, and the sha256 of
every weight file it was made with, which server/parity/mini-pipeline.test.ts holds against models/mini. Noise and unmasking
order are those of torch.Generator, which the product draws too.

    python models/reference/mini_pipeline.py    (mini_fixtures.py makes all fixtures of models/mini)
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, FluxTransformer2DModel
from diffusers.pipelines.flux.pipeline_flux import FluxPipeline, calculate_shift
from latent_controlnet import LatentControlNet
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import (
    CLIPTextModel,
    PreTrainedTokenizerFast,
    Qwen2_5_VLTextConfig,
    Qwen2_5_VLTextModel,
    T5EncoderModel,
)
from visual_branch import VisualBranch

MINI = Path(__file__).parents[1] / "mini"
FIXTURE = Path(__file__).parent / "fixtures" / "mini-pipeline.safetensors"
HEAD = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nGenerate an image of "
TAIL = "<|im_end|>\n<|im_start|>assistant\n<|vision_start|>"

CASES = [
    {"prompt": "a photo of a car", "iterations": 16, "unmaskGuidance": 1, "seed": 42, "steps": 28, "guidance": 3.5, "strength": 0.7},
    {"prompt": "a photo of a red apple and a blue bowl", "iterations": 10, "unmaskGuidance": 2.5, "seed": 7, "steps": 12, "guidance": 2, "strength": 1},
]


def loaded(model: nn.Module, weights: dict[str, Tensor]) -> nn.Module:
    model.load_state_dict({k: v.float() for k, v in weights.items()}, strict=True)
    return model.eval()


def below(weights: dict[str, Tensor], prefix: str, wanted) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix) and wanted(k)}


class Mini:
    def __init__(self) -> None:
        flux, bifrost = MINI / "flux", MINI / "bifrost"
        self.t5 = T5EncoderModel.from_pretrained(flux / "text_encoder_2", dtype=torch.float32).eval()
        self.clip = CLIPTextModel.from_pretrained(flux / "text_encoder", dtype=torch.float32).eval()
        self.transformer = FluxTransformer2DModel.from_pretrained(flux / "transformer", torch_dtype=torch.float32).eval()
        self.vae = AutoencoderKL.from_pretrained(flux / "vae", torch_dtype=torch.float32).eval()
        self.scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(flux / "scheduler")
        self.tokenizers = {name: PreTrainedTokenizerFast.from_pretrained(folder) for name, folder in
                           (("t5", flux / "tokenizer_2"), ("clip", flux / "tokenizer"), ("qwen", bifrost))}

        config = json.loads((bifrost / "config.json").read_text())
        rope = {"rope_type": "default", "rope_theta": config["rope_theta"], "mrope_section": config["rope_scaling"]["mrope_section"]}
        sizes = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "rms_norm_eps")
        text = Qwen2_5_VLTextModel(Qwen2_5_VLTextConfig(rope_parameters=rope, **{size: config[size] for size in sizes}))
        weights = load_file(bifrost / "model.safetensors")
        language = "vision_language_model.model."
        loaded(text, below(weights, language, lambda name: "vision_branch" not in name))
        outside = below(weights, "", lambda name: name.startswith(("mask_token", "learnable_pos_emb", "vision_head")))
        self.branch = loaded(VisualBranch(text, weights["learnable_pos_emb"].shape[1]), below(weights, language, lambda name: "vision_branch" in name) | outside)

        control = json.loads((bifrost / "flux_controlnet" / "config.json").read_text())
        weights = load_file(bifrost / "flux_controlnet" / "diffusion_pytorch_model.safetensors")
        model = LatentControlNet.of(weights["controlnet_x_embedder.weight"].shape[1], control.get("resampling_factor", 2),
                                    **{k: v for k, v in control.items() if not k.startswith("_") and k not in ("cond_channels", "resampling_factor")})
        self.controlnet = loaded(model, weights)

    def patch_latents(self, prompt: str, iterations: int, guidance: float, seed: int) -> Tensor:
        """MAR: in each iteration all are predicted and a few kept, those at the end of a random order first."""
        tokenizer, count = self.tokenizers["qwen"], self.branch.learnable_pos_emb.shape[1]
        ids = [torch.tensor([tokenizer(HEAD + text + TAIL).input_ids]) for text in (prompt, "")]
        latents, mask = torch.zeros(1, count, self.branch.config.hidden_size), torch.ones(1, count)
        order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
        masked = count
        for index in range(iterations):
            prediction = self.branch(ids[0], latents, mask)
            if guidance > 1:
                unconditional = self.branch(ids[1], latents, mask)
                prediction = unconditional + guidance * (prediction - unconditional)
            left = 0 if index == iterations - 1 else max(1, min(masked - 1, math.floor(count * math.cos(math.pi / 2 * (index + 1) / iterations))))
            now = order[left:masked]
            latents[:, now], mask[:, now], masked = prediction[:, now], 0, left
        return latents

    def picture(self, prompt: str, patches: Tensor, steps: int, guidance: float, strength: float, seed: int) -> Tensor:
        ids = {}
        for name in ("t5", "clip"):
            tokenizer = self.tokenizers[name]
            ids[name] = tokenizer(prompt, padding="max_length", truncation=True, max_length=tokenizer.model_max_length, return_tensors="pt").input_ids
        text, pooled = self.t5(ids["t5"]).last_hidden_state, self.clip(ids["clip"]).pooler_output

        channels = self.transformer.config.in_channels // 4
        side = int(patches.shape[1] ** 0.5 * {0.5: 1, 1: 2, 2: 4}[self.factor()])
        latents = torch.randn(1, channels, side, side, generator=torch.Generator().manual_seed(seed))
        latents = FluxPipeline._pack_latents(latents, 1, channels, side, side)
        places = dict(txt_ids=torch.zeros(text.shape[1], 3), img_ids=FluxPipeline._prepare_latent_image_ids(1, side // 2, side // 2, "cpu", torch.float32))
        scheduler, config = self.scheduler, self.scheduler.config
        mu = calculate_shift(latents.shape[1], config.base_image_seq_len, config.max_image_seq_len, config.base_shift, config.max_shift)
        scheduler.set_timesteps(sigmas=np.linspace(1.0, 1 / steps, steps), mu=mu)
        for t in scheduler.timesteps:
            given = dict(hidden_states=latents, encoder_hidden_states=text, pooled_projections=pooled, timestep=t.expand(1) / 1000, **places)
            weight = torch.tensor([float(guidance)])
            double, single = self.controlnet(controlnet_cond=patches, conditioning_scale=strength, return_dict=False,
                                             guidance=weight if self.controlnet.config.guidance_embeds else None, **given)
            velocity = self.transformer(guidance=weight if self.transformer.config.guidance_embeds else None, controlnet_block_samples=double,
                                        controlnet_single_block_samples=single, **given).sample
            latents = scheduler.step(velocity, t, latents, return_dict=False)[0]
        latents = FluxPipeline._unpack_latents(latents, side * 8, side * 8, 8)
        vae = self.vae.config
        image = self.vae.decode(latents / vae.scaling_factor + vae.shift_factor).sample
        return ((image[0].permute(1, 2, 0) / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)

    def factor(self) -> float:
        return json.loads((MINI / "bifrost" / "flux_controlnet" / "config.json").read_text()).get("resampling_factor", 2)


def weight_hashes() -> dict[str, str]:
    files = sorted(path for part in ("flux", "bifrost") for path in (MINI / part).rglob("*.safetensors"))
    return {path.relative_to(MINI).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    mini, tensors = Mini(), {}
    for index, case in enumerate(CASES):
        patches = mini.patch_latents(case["prompt"], case["iterations"], case["unmaskGuidance"], case["seed"])
        picture = mini.picture(case["prompt"], patches, case["steps"], case["guidance"], case["strength"], case["seed"])
        tensors |= {f"patch_latents.{index}": patches, f"image.{index}": picture}
    save_file({k: v.contiguous() for k, v in tensors.items()}, FIXTURE, {"cases": json.dumps(CASES), "weights": json.dumps(weight_hashes())})
    print(f"{FIXTURE.name}: {FIXTURE.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
