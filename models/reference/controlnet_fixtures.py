"""Reference outputs for plain FLUX ControlNets (InstantX's kind), one without and one with modes, by diffusers.

    python models/reference/controlnet_fixtures.py
"""

import torch
from diffusers import FluxControlNetModel
from diffusion_fixtures import SMALL, flux_inputs, randomise, released, under, write


def plain(name: str, modes: int | None, batch: int) -> None:
    config = SMALL | dict(num_layers=2, num_single_layers=1, guidance_embeds=True, num_mode=modes)
    controlnet = randomise(FluxControlNetModel(**config))
    weights = released(controlnet)
    rows, columns = 4, 6
    inputs = flux_inputs(rows, columns, text=5, batch=batch, guidance=True)
    extra = {"controlnet_cond": torch.randn(batch, rows * columns, SMALL["in_channels"])}
    if modes:
        extra["controlnet_mode"] = torch.arange(batch).reshape(batch, 1) + 1
    double, single = controlnet(**inputs, **extra, return_dict=False)
    outputs = {f"controlnet_block_samples.{i}": value for i, value in enumerate(double)}
    outputs |= {f"controlnet_single_block_samples.{i}": value for i, value in enumerate(single)}
    write(name, under("controlnet", weights) | under("input", inputs | extra) | under("output", outputs), {"controlnet": config, "grid": [rows, columns]})


@torch.no_grad()
def main() -> None:
    torch.manual_seed(0)
    plain("controlnet-plain", modes=None, batch=1)
    plain("controlnet-union", modes=4, batch=2)


if __name__ == "__main__":
    main()
