"""What the latent inspector computes, by NumPy and SciPy. Read by the tests of app/inspector.

One .safetensors file: `frame.{i}.patches` [1, 16, 24] with `frame.{i}.mask` [1, 16], `latents.{i}` [1, 4, 6, 5],
`attention` [2, 3, 4, 9], `image.a` and `image.b` uint8 [8, 6, 3], `half` float16 with every kind of value, `bfloat` the
float32 values of `bfloat.bits`; and what should come out, under `expected.`: among it the bytes of .npy files.

    python models/reference/inspector_fixtures.py
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.spatial.distance import cdist, cosine
from scipy.stats import describe

FIXTURES = Path(__file__).parent / "fixtures"


def main() -> None:
    rng = np.random.default_rng(11)
    frames, masks = patches(rng)
    latents = [(rng.standard_normal((1, 4, 6, 5)) * [[[[1]], [[3]], [[0.2]], [[1.5]]]] + 0.5).astype(np.float32) for _ in range(3)]
    attention = rng.dirichlet(np.ones(9), (2, 3, 4)).astype(np.float32)
    image = rng.integers(0, 256, (8, 6, 3), dtype=np.uint8)
    tensors = {
        **{f"frame.{i}.patches": frame for i, frame in enumerate(frames)},
        **{f"frame.{i}.mask": mask for i, mask in enumerate(masks)},
        **{f"latents.{i}": one for i, one in enumerate(latents)},
        "attention": attention,
        "image.a": image,
        "image.b": np.clip(image.astype(int) + rng.integers(-9, 10, image.shape), 0, 255).astype(np.uint8),
        "half": np.array([0, -0.0, 1, -2.5, 65504, 6e-8, -6.1e-5, np.inf, -np.inf, np.nan, 1 / 3], np.float16),
        "bfloat.bits": np.array([0x3F80, 0xC020, 0x7F80, 0x0001, 0x4049], np.uint16),
        "counts": np.array([[-(2**40), 3], [0, 2**52 + 1]], np.int64),
        "known": np.array([True, False, True]),
    }
    tensors["expected.half"] = tensors["half"].astype(np.float32)
    tensors["expected.bfloat"] = (tensors["bfloat.bits"].astype(np.uint32) << 16).view(np.float32)
    for name in ("half", "known", "counts", "latents.0", "image.a"):
        tensors[f"expected.npy.{name}"] = saved(tensors[name])
    tensors["expected.npy.bfloat.bits"] = saved(tensors["expected.bfloat"])
    tensors |= {f"expected.{name}": value for name, value in expected(frames, masks, latents, attention, tensors).items()}
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, FIXTURES / "inspector.safetensors")


def patches(rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Four iterations of unmasking. Three directions are stronger than the rest, as in real patches; masked ones are zero."""
    directions = rng.standard_normal((16, 24)) @ np.diag([9, 5, 3, *[0.4] * 21]) @ np.linalg.qr(rng.standard_normal((24, 24)))[0] + rng.standard_normal(24)
    order = rng.permutation(16)
    frames, masks = [], []
    for known in (3, 7, 12, 16):
        mask = np.ones((1, 16), np.float32)
        mask[0, order[:known]] = 0
        drift = directions + 0.3 * rng.standard_normal((16, 24))
        frames.append((drift * (1 - mask[0])[:, None]).astype(np.float32)[None])
        masks.append(mask)
    return frames, masks


def expected(frames, masks, latents, attention, tensors) -> dict[str, np.ndarray]:
    last, before = frames[3][0].astype(float), frames[2][0].astype(float)
    known = np.concatenate([frame[0][mask[0] == 0] for frame, mask in zip(frames, masks)]).astype(float)
    places = np.concatenate([one[0].reshape(4, -1).T for one in latents]).astype(float)
    now, earlier = latents[1][0].astype(float), latents[0][0].astype(float)
    one, other = tensors["image.a"].astype(float), tensors["image.b"].astype(float)
    unmasked = np.stack([mask[0] for mask in masks]) == 0
    return {
        **components("patch", known),
        **components("latent", places),
        "patch-norms": np.linalg.norm(last, axis=1),
        "patch-change": np.linalg.norm(last - before, axis=1),
        "patch-similarity": 1 - cdist(last[5:6], last, "cosine")[0],
        "unmask-order": unmasked.argmax(0) + 1.0,
        "latent-norms": np.linalg.norm(now, axis=0),
        "latent-change": np.linalg.norm(now - earlier, axis=0),
        "attention-slice": attention[1, :, 2, 1:7].astype(float).mean(0),
        "statistics": statistics(now),
        "statistics.image": statistics(one),
        "histogram": np.histogram(now, 16)[0].astype(float),
        "histogram.image": np.histogram(one, 256)[0].astype(float),
        "histogram.constant": np.histogram(np.full(7, 3.0), 10)[0].astype(float),
        "difference.image": difference(one, other, 255),
        "difference.latents": difference(now, earlier, now.max() - now.min()),
    }


def saved(array: np.ndarray) -> np.ndarray:
    file = io.BytesIO()
    np.save(file, array)
    return np.frombuffer(file.getvalue(), np.uint8)


def components(kind: str, rows: np.ndarray) -> dict[str, np.ndarray]:
    """The first three right singular vectors of the centred rows, and the share of the variance they hold."""
    centred = rows - rows.mean(0)
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    return {f"{kind}-components": directions[:3], f"{kind}-explained": np.array([(singular[:3] ** 2).sum() / (singular**2).sum()])}


def statistics(values: np.ndarray) -> np.ndarray:
    summary = describe(values, axis=None, ddof=0)
    return np.array([summary.nobs, *summary.minmax, summary.mean, np.sqrt(summary.variance)], float)


def difference(a: np.ndarray, b: np.ndarray, data_range: float) -> np.ndarray:
    apart = np.abs(a - b)
    return np.array([apart.max(), apart.mean(), 10 * np.log10(data_range**2 / (apart**2).mean()), 1 - cosine(a.ravel(), b.ravel())])


if __name__ == "__main__":
    main()
