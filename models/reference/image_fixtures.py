"""Images through Pillow's bicubic filter and Transformers' Qwen2-VL image processor. Read by the tests of models/images.

One .safetensors file: `image.*` uint8 [H, W, C], `resized.{name}.{W}x{H}` by Pillow, and `pixel_values` of `image.still`.

    python models/reference/image_fixtures.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

FIXTURES = Path(__file__).parent / "fixtures"


def main() -> None:
    rng = np.random.default_rng(5)
    # Noise overshoots the byte range at every edge; the ramp shows a shift of half a pixel.
    noise = rng.integers(0, 256, (19, 23, 3), dtype=np.uint8)
    y, x = np.mgrid[0:40, 0:56]
    ramp = np.stack([x * 4, y * 6, (x + y) % 2 * 255], -1).astype(np.uint8)
    still = rng.integers(0, 256, (16, 24, 3), dtype=np.uint8)
    tensors = {"image.noise": noise, "image.ramp": ramp, "image.still": still}
    for name, sizes in {"noise": [(8, 8), (46, 57), (23, 7), (31, 19), (1, 1)], "ramp": [(28, 28), (13, 9)]}.items():
        for width, height in sizes:
            resized = Image.fromarray(tensors[f"image.{name}"]).resize((width, height), Image.Resampling.BICUBIC)
            tensors[f"resized.{name}.{width}x{height}"] = np.asarray(resized)

    config = {"patch_size": 4, "temporal_patch_size": 2, "merge_size": 2}
    processor = Qwen2VLImageProcessorPil(**config, do_resize=False)
    tensors["pixel_values"] = np.asarray(processor(Image.fromarray(still), return_tensors="np")["pixel_values"])
    config |= {"image_mean": list(processor.image_mean), "image_std": list(processor.image_std)}
    save_file(tensors, FIXTURES / "images.safetensors", metadata={"config": json.dumps(config)})


if __name__ == "__main__":
    main()
