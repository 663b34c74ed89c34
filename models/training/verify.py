"""Checks of our own arithmetic against transformers: the batched visual encoder equals the library's."""

import torch

from .bifrost import encode, patchify, visual_encoder


def main() -> None:
    torch.manual_seed(0)
    visual = visual_encoder().eval()
    x = torch.randn(3, 3, 128, 128)
    with torch.no_grad():
        ours = encode(visual, x)
        grid = torch.tensor([[1, 16, 16]] * 3)
        theirs = visual(patchify(x).flatten(0, 1), grid_thw=grid).pooler_output.unflatten(0, (3, 64))
    print("visual encoder: largest difference", (ours - theirs).abs().max().item(), "of", theirs.abs().max().item())
    assert torch.allclose(ours, theirs, atol=1e-4)


if __name__ == "__main__":
    main()
