"""Parity bundles: random tiny components with what diffusers and Transformers make of random inputs.

Each is a folder as `npm run bifrost -- models parity` takes it (models/README.md). Configs, sizes, masks and stored types
are drawn at random from the bundle's number, so that any amount of them can be made:

    python models/reference/bundles.py                      the committed ones, in fixtures/bundles
    python models/reference/bundles.py --count 50 --out DIR [--only flux-transformer]
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import shutil
from pathlib import Path

import torch
from bundles_of_diffusers import autoencoder_decoder, autoencoder_encoder, flux_controlnet, flux_transformer
from bundles_of_transformers import clip_text, qwen_text, qwen_vision, t5_encoder, visual_branch
from drawing import Drawing, Drawn
from safetensors.torch import save_file

ARCHITECTURES = {
    "flux-transformer": flux_transformer, "flux-controlnet": flux_controlnet, "t5-encoder": t5_encoder, "clip-text": clip_text,
    "qwen-vision": qwen_vision, "qwen-text": qwen_text, "visual-branch": visual_branch,
    "autoencoder-encoder": autoencoder_encoder, "autoencoder-decoder": autoencoder_decoder,
}
COMMITTED = Path(__file__).parent / "fixtures" / "bundles"


def write(folder: Path, architecture: str, drawn: Drawn) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "component.json").write_text(json.dumps({"architecture": architecture, "tolerance": 2e-4}) + "\n")
    if drawn.tensors is None:
        copy.deepcopy(drawn.model).to(drawn.dtype).save_pretrained(folder, safe_serialization=True)
    else:
        (folder / "config.json").write_text(json.dumps(drawn.config, indent=1) + "\n")
        save_file({k: v.to(drawn.dtype).clone() for k, v in drawn.tensors.items()}, folder / "model.safetensors")
    for extra in ("generation_config.json", "README.md"):
        (folder / extra).unlink(missing_ok=True)
    for name, tensors in (("inputs", drawn.inputs), ("outputs", drawn.outputs)):
        save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, folder / f"{name}.safetensors")


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--out", type=Path, default=COMMITTED)
    parser.add_argument("--only", choices=ARCHITECTURES)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for architecture, draw in ARCHITECTURES.items():
        if options.only not in (None, architecture):
            continue
        for number in range(options.first, options.first + options.count):
            torch.manual_seed(number)
            write(options.out / f"{architecture}-{number}", architecture, draw(Drawing(random.Random(f"{architecture} {number}"), number)))
    size = sum(file.stat().st_size for file in options.out.rglob("*") if file.is_file())
    print(f"{options.out}: {size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
