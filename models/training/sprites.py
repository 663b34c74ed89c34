"""Sprites: Fluent emoji rasterised once to RGBA, and recoloured on request with their shading kept."""

import colorsys
import functools
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from .vocabulary import CLASSES, COLORS, FIXED_COLOR, OBJECTS

ROOT = Path(__file__).resolve().parents[2]
WORK = Path(__file__).resolve().parent / ".work"
ICONS = ROOT / "node_modules" / "@iconify-json" / "fluent-emoji" / "icons.json"
SIZE = 128


@functools.cache
def rasterise() -> dict[str, np.ndarray]:
    """All sprites as [128, 128, 4] uint8, cropped to their ink and centred on a square."""
    store = WORK / "sprites.npz"
    if store.exists():
        return dict(np.load(store))
    import resvg_py

    icons = json.loads(ICONS.read_text())
    sprites = {}
    for name in CLASSES:
        body = icons["icons"][OBJECTS[name][0]]["body"]
        side = icons.get("width", 32)
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{body}</svg>'
        image = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=256, height=256)))).convert("RGBA")
        image = image.crop(image.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox())
        edge = max(image.size)
        square = Image.new("RGBA", (edge, edge))
        square.paste(image, ((edge - image.width) // 2, (edge - image.height) // 2))
        sprites[name] = np.asarray(square.resize((SIZE, SIZE), Image.LANCZOS))
    WORK.mkdir(exist_ok=True)
    np.savez_compressed(store, **sprites)
    return sprites


def hsl(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """rgb [..., 3] in 0..1 -> hue in degrees, chroma-based saturation (0..1), lightness."""
    high, low = rgb.max(-1), rgb.min(-1)
    chroma, light = high - low, (high + low) / 2
    safe = np.where(chroma == 0, 1, chroma)
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    hue = np.where(high == r, ((g - b) / safe) % 6, np.where(high == g, (b - r) / safe + 2, (r - g) / safe + 4)) * 60
    return hue, chroma, light


def from_hsl(hue: float, sat: np.ndarray, light: np.ndarray) -> np.ndarray:
    chroma = (1 - np.abs(2 * light - 1)) * sat
    base = np.array(colorsys.hsv_to_rgb(hue / 360, 1, 1))
    return (light - chroma / 2)[..., None] + chroma[..., None] * base


@functools.cache
def sprite(name: str, color: str | None) -> np.ndarray:
    """RGBA float 0..1. The coloured part is the dominant hue where it covers enough of the object, else all of it."""
    rgba = rasterise()[name].astype(np.float32) / 255
    if color is None or name in FIXED_COLOR:
        return rgba
    rgb, alpha = rgba[..., :3], rgba[..., 3]
    hue, chroma, light = hsl(rgb)
    ink = alpha > 0.3
    weight = np.where(ink, chroma, 0)
    histogram, _ = np.histogram(hue, bins=36, range=(0, 360), weights=weight)
    smooth = histogram + np.roll(histogram, 1) + np.roll(histogram, -1)
    dominant = smooth.argmax() * 10 + 5
    distance = np.abs((hue - dominant + 180) % 360 - 180)
    part = np.clip((65 - distance) / 20, 0, 1) * np.clip((chroma - 0.10) / 0.12, 0, 1)
    if (part * ink).sum() < 0.45 * ink.sum():
        part = np.ones_like(part)  # mostly grey or many-coloured: tint the whole object
    chosen = ink & (part > 0.5)
    low, high = np.percentile(light[chosen], [4, 96])
    shade = np.clip((light - low) / max(high - low, 0.15), 0, 1)
    target_hue, sat, dark, bright = COLORS[color]
    mapped = from_hsl(target_hue, np.full_like(light, sat), dark + (bright - dark) * shade)
    part = part[..., None]
    return np.concatenate([rgb * (1 - part) + np.clip(mapped, 0, 1) * part, rgba[..., 3:]], -1)


@functools.lru_cache(maxsize=200_000)
def scaled(name: str, color: str | None, size: int) -> tuple[np.ndarray, np.ndarray]:
    """(premultiplied rgb, alpha) at a pixel size; premultiplied so that edges stay clean when resampled."""
    rgba = sprite(name, color)
    premultiplied = np.concatenate([rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]], -1)
    if size != SIZE:
        planes = [Image.fromarray(np.ascontiguousarray(premultiplied[..., c])).resize((size, size), Image.BOX if SIZE % size == 0 else Image.LANCZOS) for c in range(4)]
        premultiplied = np.clip(np.stack([np.asarray(p) for p in planes], -1), 0, 1)
    premultiplied = premultiplied.astype(np.float16)
    return premultiplied[..., :3], premultiplied[..., 3:]


@functools.cache
def mean_color(name: str, color: str | None) -> np.ndarray:
    rgba = sprite(name, color)
    return (rgba[..., :3] * rgba[..., 3:]).sum((0, 1)) / rgba[..., 3].sum()
