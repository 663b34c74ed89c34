"""Pictures that a test of Describe Image looks at: every object once, half of them in a colour drawn at random. Rendered
anew, so no stage has seen any of them.

    python -m models.training.described_scenes

writes models/reference/fixtures/described-scenes.webp (128 px tiles, eight a row, lossless) and .json (the object of
each tile). The objects' shapes are Microsoft's Fluent Emoji, MIT licence.
"""

import json

import numpy as np
from PIL import Image

from .common import HERE, write
from .scenes import SIDE, Group, Scene, pick, render
from .vocabulary import CLASSES, COLOR_NAMES, FIXED_COLOR, OBJECTS

FOLDER = HERE.parent / "reference" / "fixtures"
SEED = 404  # any number; no stage of training starts from it


def main() -> None:
    rng = np.random.default_rng(SEED)
    colored = lambda name: name not in FIXED_COLOR and rng.random() < 0.5
    groups = [Group(name, pick(rng, COLOR_NAMES) if colored(name) else None) for name in CLASSES]
    pictures = [render(Scene(group.phrase(rng, True), [group], None, None), rng) for group in groups]
    sheet = Image.new("RGB", (8 * SIDE, -(-len(pictures) // 8) * SIDE))
    for i, picture in enumerate(pictures):
        sheet.paste(Image.fromarray(picture), (i % 8 * SIDE, i // 8 * SIDE))
    write(FOLDER / "described-scenes.webp", lambda p: sheet.save(p, format="WEBP", lossless=True, method=6))
    scenes = [{"object": g.name, "color": g.color, "plural": OBJECTS[g.name][1]} for g in groups]
    write(FOLDER / "described-scenes.json", lambda p: p.write_text("[\n" + ",\n".join(f"  {json.dumps(s)}" for s in scenes) + "\n]\n"))


if __name__ == "__main__":
    main()
