"""Scenes: a caption and the picture that follows from it.

The visual generation branch learns a conditional mean, so the layout is a function of the caption
(centre for one object, slots in order of mention, grids for counts) with a little jitter only.
"""

import dataclasses
import zlib

import numpy as np

from .sprites import mean_color, scaled
from .vocabulary import (BACKGROUNDS, CLASSES, COLOR_NAMES, FIXED_COLOR, FLAT_BACKGROUNDS, NUMBERS, OBJECTS,
                         RELATIONS, SIZES, article, held_out_color, held_out_count, held_out_pair, held_out_place)

SIDE = 128


@dataclasses.dataclass
class Group:
    name: str
    color: str | None = None
    count: int = 1
    size: str | None = None

    def phrase(self, rng, numerals: bool) -> str:
        noun = self.name if self.count == 1 else OBJECTS[self.name][1]
        words = [word for word in (self.size, self.color) if word] + [noun]
        if self.count > 1:
            return " ".join([NUMBERS[self.count], *words])
        if self.name in ("skis", "scissors"):
            return " ".join(["a pair of", *words] if numerals else words)
        return " ".join([article(words[0]), *words])


@dataclasses.dataclass
class Scene:
    caption: str
    groups: list[Group]
    relation: str | None
    background: str | None
    # Filled by render(): class index, colour index (-1: natural), centre x, y and size in pixels per object.
    boxes: list[tuple[int, int, float, float, float]] = dataclasses.field(default_factory=list)


def pick(rng: np.random.Generator, items):
    return items[int(rng.integers(len(items)))]


def random_group(rng, color_share: float, count: int = 1, avoid: str | None = None) -> Group:
    name = pick(rng, CLASSES)
    while name == avoid:
        name = pick(rng, CLASSES)
    colored = name not in FIXED_COLOR and rng.random() < color_share
    return Group(name, pick(rng, COLOR_NAMES) if colored else None, count, pick(rng, list(SIZES)) if rng.random() < 0.07 else None)


def unseen(groups: list[Group], relation: str | None) -> bool:
    """Whether the scene shows a combination that is held out of training."""
    return (any(held_out_count(g.name, g.count) or (g.color and held_out_color(g.name, g.color)) for g in groups)
            or len(groups) > 1 and held_out_pair(groups[0].name, groups[1].name)
            or bool(relation) and held_out_place(groups[0].name, relation))


def random_scene(rng: np.random.Generator) -> Scene:
    """A scene with no held-out combination."""
    while True:
        scene = any_scene(rng)
        if not unseen(scene.groups, scene.relation):
            return scene


def any_scene(rng: np.random.Generator) -> Scene:
    kind = rng.random()
    relation = background = None
    numerals = rng.random() < 0.5
    if kind < 0.18:
        groups = [random_group(rng, 0)]
    elif kind < 0.35:
        groups = [random_group(rng, 1)]
    elif kind < 0.52:
        groups = [random_group(rng, 0.25, int(rng.integers(2, 5)))]
    elif kind < 0.76:
        first = random_group(rng, 0.5)
        groups = [first, random_group(rng, 0.5, avoid=first.name)]
    elif kind < 0.92:
        first = random_group(rng, 0.3)
        groups = [first, random_group(rng, 0.3, avoid=first.name)]
        relation = pick(rng, list(RELATIONS))
    else:
        first = random_group(rng, 0.4, int(rng.integers(1, 4)))
        groups = [first, random_group(rng, 0.4, int(rng.integers(1, 4)), avoid=first.name)]
    if rng.random() < 0.22:
        background = pick(rng, list(BACKGROUNDS))
    elif rng.random() < 0.06:
        background = pick(rng, list(FLAT_BACKGROUNDS))
    return Scene(caption_of(rng, groups, relation, background, numerals), groups, relation, background)


def caption_of(rng, groups, relation, background, numerals) -> str:
    phrases = [group.phrase(rng, numerals) for group in groups]
    text = f" {relation} ".join(phrases) if relation else " and ".join(phrases)
    if background in FLAT_BACKGROUNDS:
        text += f" on {article(background)} {background} background"
    elif background:
        text += f" {background}"
    style = rng.random()
    if style < 0.62:
        return f"a photo of {text}"
    if style < 0.72:
        return f"a picture of {text}"
    if style < 0.78:
        return f"an image of {text}"
    return text


def slots(scene: Scene) -> list[tuple[float, float, float]]:
    """Centre x, y and size of every object, in the order of mention."""
    def grid(count, x, y, room):  # objects of one group inside a square of side `room`
        if count == 1:
            return [(x, y, room * 0.92)]
        if count == 2:
            return [(x - room / 4, y, room * 0.47), (x + room / 4, y, room * 0.47)]
        if count == 3:
            return [(x, y - room / 4, room * 0.46), (x - room / 4, y + room / 4, room * 0.46), (x + room / 4, y + room / 4, room * 0.46)]
        return [(x + dx * room / 4, y + dy * room / 4, room * 0.46) for dy in (-1, 1) for dx in (-1, 1)]

    if len(scene.groups) == 1:
        count = scene.groups[0].count
        return grid(count, 64, 64, 100) if count == 1 else grid(count, 64, 64, 118)
    side = RELATIONS.get(scene.relation, "left")
    centres = {"left": [(33, 64), (95, 64)], "right": [(95, 64), (33, 64)],
               "above": [(64, 33), (64, 95)], "below": [(64, 95), (64, 33)]}[side]
    return [slot for group, (x, y) in zip(scene.groups, centres) for slot in grid(group.count, x, y, 60)]


def default_background(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Without a place in the caption the colour still follows from it: a pastel opposite the first object's hue."""
    first = scene.groups[0]
    tint = mean_color(first.name, first.color)
    seed = zlib.crc32(first.name.encode()) % 7
    pastels = np.array([(176, 214, 244), (250, 222, 170), (190, 230, 190), (246, 200, 206), (214, 202, 244),
                        (178, 226, 226), (234, 226, 214)], np.float32) / 255
    order = np.roll(np.arange(7), -seed)[:4]
    best = max(order, key=lambda i: np.abs(pastels[i] - tint).sum())
    return pastels[best], pastels[best] * np.array([0.90, 0.90, 0.92], np.float32)


def render(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    if scene.background in BACKGROUNDS:
        kind, upper, lower = BACKGROUNDS[scene.background]
        upper, lower = np.array(upper, np.float32) / 255, np.array(lower, np.float32) / 255
    elif scene.background:
        kind, upper = "flat", np.array(FLAT_BACKGROUNDS[scene.background], np.float32) / 255
        lower = upper
    else:
        kind, (upper, lower) = "bands", default_background(scene)
    shift = rng.normal(0, 0.01, 3).astype(np.float32)
    horizon = 84 + rng.normal(0, 1)
    rows = np.arange(SIDE, dtype=np.float32)[:, None]
    mix = np.clip(rows - horizon + 0.5, 0, 1) if kind == "bands" else np.zeros_like(rows)
    canvas = (upper * (1 - mix) + lower * mix + shift)[:, None, :].repeat(SIDE, 1).astype(np.float32)
    if scene.background == "in space":
        points = np.random.default_rng(7).integers(2, SIDE - 2, (40, 2))
        canvas[points[:, 0], points[:, 1]] = 0.85
    scene.boxes = []
    everyone = [group for group in scene.groups for _ in range(group.count)]
    zoom = float(np.exp(rng.normal(0, 0.03)))
    for group, (x, y, room) in zip(everyone, slots(scene)):
        size = int(np.clip(round(room * zoom * SIZES.get(group.size, 1) / 2) * 2, 14, 116))
        x, y = x + rng.normal(0, 1), y + rng.normal(0, 1)
        left, top = int(np.clip(x - size / 2, 0, SIDE - size)), int(np.clip(y - size / 2, 0, SIDE - size))
        rgb, alpha = scaled(group.name, group.color, size)
        window = canvas[top:top + size, left:left + size]
        window *= 1 - alpha.astype(np.float32)
        window += rgb
        color = COLOR_NAMES.index(group.color) if group.color else -1
        scene.boxes.append((CLASSES.index(group.name), color, left + size / 2, top + size / 2, float(size)))
    return (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)
