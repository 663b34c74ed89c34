"""Stage `data`: render the training and held-out scenes to .work (never committed). Same seed, same bytes."""

import json
import multiprocessing
import os
import sys

import numpy as np
from tqdm import tqdm

from .common import SEED, WORK, grid, setup, to_pixels
from .scenes import random_scene, render

COUNTS = {"train": 40_000, "test": 1_000}


def scene_rng(split: str, index: int) -> np.random.Generator:
    return np.random.default_rng([SEED, {"train": 0, "test": 1}[split], index])


def rendered(which: tuple[str, int]) -> tuple[np.ndarray, str]:
    rng = scene_rng(*which)
    scene = random_scene(rng)
    return render(scene, rng), json.dumps({"caption": scene.caption, "boxes": scene.boxes})


def build(split: str, count: int) -> None:
    WORK.mkdir(exist_ok=True)
    pixels, notes = WORK / f"{split}-images.tmp.npy", WORK / f"{split}-scenes.tmp.jsonl"
    images = np.lib.format.open_memmap(pixels, "w+", np.uint8, (count, 128, 128, 3))
    with open(notes, "w") as lines, multiprocessing.get_context("spawn").Pool() as pool:
        made = pool.imap(rendered, ((split, index) for index in range(count)), chunksize=64)
        for index, (image, note) in enumerate(tqdm(made, desc=split, total=count, mininterval=5)):
            images[index] = image
            lines.write(note + "\n")
    images.flush()
    os.replace(pixels, WORK / f"{split}-images.npy"), os.replace(notes, WORK / f"{split}-scenes.jsonl")


def load(split: str) -> tuple[np.ndarray, list[dict]]:
    images = np.load(WORK / f"{split}-images.npy", mmap_mode="r")
    return images, [json.loads(line) for line in open(WORK / f"{split}-scenes.jsonl")]


def main() -> None:
    setup()
    for split, count in COUNTS.items():
        build(split, count if len(sys.argv) < 3 else min(count, int(sys.argv[2])))
    images, scenes = load("test")
    grid([to_pixels(images[:64])], WORK / "data.png")
    print("\n".join(scene["caption"] for scene in scenes[:64]))


if __name__ == "__main__":
    main()
