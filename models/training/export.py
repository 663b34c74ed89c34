"""Stage `export`: everything trained so far -> models/mini in the layouts of the real checkpoints, bf16 safetensors.

A part that is not trained yet is written with its random start, so that the files always fit together.
"""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from .bifrost import PATCHES, TEXT, VISION, Bifrost
from .captioner import VOCAB
from .common import MINI, WORK, held, load_state, setup, to_pixels, write
from .controlnet import CONFIG as CONTROLNET
from .data import load
from .detector import Detector, write_config
from .flux import Painter
from .generator import SCHEDULER, TRANSFORMER, clip_config, t5_config
from .tokenizers import TRAINED, tokenizer
from .vae import CONFIG as VAE, build, trained
from .vocabulary import held_out, words

DIFFUSERS = "0.42.1"


def put_json(path: Path, value) -> None:
    write(path, lambda p: p.write_text(json.dumps(value, indent=2) + "\n"))


def put_weights(path: Path, state: dict, keep_float: tuple[str, ...] = ()) -> None:
    """bf16, except counters and what is named in keep_float."""
    out = {k: (v.contiguous() if not v.is_floating_point() or k.endswith(keep_float or ("\0",)) else v.to(torch.bfloat16).contiguous()).clone()
           for k, v in state.items()}
    write(path, lambda p: save_file(out, p, metadata={"format": "pt"}))
    print(f"{path.parent.name}/{path.name}: {sum(v.numel() for v in out.values()) / 1e6:.2f} M, {os.path.getsize(path) / 1e6:.2f} MB")


def export_flux(painter: Painter) -> None:
    root = MINI / "flux"
    put_json(root / "model_index.json", {
        "_class_name": "FluxPipeline", "_diffusers_version": DIFFUSERS,
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
        "text_encoder_2": ["transformers", "T5EncoderModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
        "tokenizer_2": ["transformers", "T5TokenizerFast"], "transformer": ["diffusers", "FluxTransformer2DModel"],
        "vae": ["diffusers", "AutoencoderKL"]})
    put_json(root / "scheduler" / "scheduler_config.json", {**SCHEDULER, "_diffusers_version": DIFFUSERS})
    put_json(root / "transformer" / "config.json", {"_class_name": "FluxTransformer2DModel", "_diffusers_version": DIFFUSERS, **TRANSFORMER})
    generator = painter.generator
    put_weights(root / "transformer" / "diffusion_pytorch_model.safetensors", generator.transformer.state_dict())
    clip = {"architectures": ["CLIPTextModel"], **clip_config().to_dict(), "torch_dtype": "bfloat16"}
    put_json(root / "text_encoder" / "config.json", clip)
    put_weights(root / "text_encoder" / "model.safetensors",
                {f"text_model.{k.removeprefix('text_model.')}": v for k, v in generator.text_encoder.state_dict().items()})
    t5 = {"architectures": ["T5EncoderModel"], **t5_config().to_dict(), "torch_dtype": "bfloat16"}
    put_json(root / "text_encoder_2" / "config.json", t5)
    put_weights(root / "text_encoder_2" / "model.safetensors",
                {k: v for k, v in generator.text_encoder_2.state_dict().items() if k != "encoder.embed_tokens.weight"})


def export_vae(vae) -> None:
    root = MINI / "flux" / "vae"
    numbers = {"scaling_factor": vae.config.scaling_factor, "shift_factor": vae.config.shift_factor}
    put_json(root / "config.json", {"_class_name": "AutoencoderKL", "_diffusers_version": DIFFUSERS, **VAE, **numbers})
    put_weights(root / "diffusion_pytorch_model.safetensors", vae.state_dict())


def export_bifrost(model: Bifrost, painter: Painter) -> None:
    root, t = MINI / "bifrost", tokenizer("qwen")
    token = t.convert_tokens_to_ids
    text = {k: v for k, v in TEXT.items() if k not in ("mrope_section", "rope_theta")}
    put_json(root / "config.json", {
        "architectures": ["MultiModalityCausalLM"], "model_type": "qwen2_5_vl", **text,
        "vocab_size": VOCAB, "hidden_act": "silu", "rope_theta": TEXT["rope_theta"], "max_position_embeddings": 4096,
        "rope_scaling": {"type": "mrope", "mrope_section": TEXT["mrope_section"]}, "tie_word_embeddings": False,
        "attention_dropout": 0.0, "use_sliding_window": False, "torch_dtype": "bfloat16",
        "bos_token_id": token("<|endoftext|>"), "eos_token_id": token("<|im_end|>"), "pad_token_id": token("<|endoftext|>"),
        "vision_start_token_id": token("<|vision_start|>"), "vision_end_token_id": token("<|vision_end|>"),
        "image_token_id": token("<|image_pad|>"),
        "vision_config": {**VISION, "in_chans": VISION["in_channels"], "spatial_patch_size": VISION["patch_size"],
                          "model_type": "qwen2_5_vl", "tokens_per_second": 2},
        "num_visual_gen_tokens": PATCHES, "t2i_resolution": 128, "add_vision_branch": True, "vision_denoising_type": "mar",
        "vision_head_type": "linear", "vision_pos_emb_type": "learnable_pos_emb", "max_seq_length": 128})
    put_json(root / "preprocessor_config.json", {
        "image_processor_type": "Qwen2VLImageProcessor", "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "patch_size": VISION["patch_size"],
        "temporal_patch_size": VISION["temporal_patch_size"], "merge_size": VISION["spatial_merge_size"],
        "min_pixels": 128 * 128, "max_pixels": 128 * 128})
    put_json(root / "generation_config.json", {"eos_token_id": [token("<|im_end|>"), token("<|endoftext|>")], "pad_token_id": token("<|endoftext|>"), "do_sample": False})
    put_weights(root / "model.safetensors", model.state_dict())
    put_json(root / "flux_controlnet" / "config.json", {**CONTROLNET, "_diffusers_version": DIFFUSERS})
    put_weights(root / "flux_controlnet" / "diffusion_pytorch_model.safetensors", painter.controlnet.state_dict())


def export_preview() -> None:
    """Least squares: VAE latents (as FLUX sees them) per latent pixel, patch latents per patch -> mean RGB in 0..1."""
    images, _ = load("test")
    maps = {}
    for name, kind, cell in (("latent_rgb", "latents", 8), ("patch_rgb", "patches", 16)):
        path = WORK / f"test-{kind}.npy"
        if not path.exists():
            maps[name] = {"weight": [[0.0] * (16 if cell == 8 else TEXT["hidden_size"])] * 3, "bias": [0.5] * 3}
            continue
        z = held(np.load(path).astype(np.float32))
        x = to_pixels(images[:len(z)]).add(1).div(2)
        y = torch.nn.functional.avg_pool2d(x, cell).flatten(2).transpose(1, 2).reshape(-1, 3)
        z = (z.flatten(2).transpose(1, 2) if cell == 8 else z).reshape(len(y), -1)
        z1 = torch.cat([z, torch.ones(len(z), 1)], 1).double()
        ridge = 1e-3 * len(z) * torch.eye(z1.shape[1]).double()
        solution = torch.linalg.solve(z1.T @ z1 + ridge, z1.T @ y.double()).T
        print(name, "mean absolute error", (z1 @ solution.T - y).abs().mean().item())
        maps[name] = {"weight": [[round(v, 6) for v in row] for row in solution[:, :-1].tolist()], "bias": [round(v, 6) for v in solution[:, -1].tolist()]}
    write(MINI / "preview.json", lambda p: p.write_text(json.dumps(maps) + "\n"))


def export_detector() -> None:
    model, state = Detector(), load_state("detector")
    if state:
        model.load_state_dict(state["model"])
    write_config(MINI / "detector" / "config.json", threshold=(state or {}).get("threshold", 0.5))
    put_weights(MINI / "detector" / "model.safetensors", model.folded())


def main() -> None:
    setup()
    painter, bifrost = Painter(), Bifrost(VOCAB)
    state = load_state("distil") or load_state("flux")
    if state:
        painter.load_state_dict(state["model"])
    state = load_state("branch") or load_state("captioner")
    if state:
        bifrost.load_state_dict(state["model"])
    export_vae(trained() if load_state("vae") else build())
    export_flux(painter)
    export_bifrost(bifrost, painter)
    export_detector()
    export_preview()
    if TRAINED.exists():  # otherwise training went on from models/mini, with its tokenizers
        shutil.copytree(TRAINED, MINI, dirs_exist_ok=True)
    put_json(MINI / "held-out.json", held_out())
    write(MINI / "words.json", lambda p: p.write_text(json.dumps(words(), indent=1) + "\n"))
    print(f"all weights: {sum(p.stat().st_size for p in MINI.rglob('*.safetensors')) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
