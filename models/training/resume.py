"""Stage `resume`: the committed weights -> .work, for a machine that has no .work: every stage then goes on from them.

Optimizer states and the captioner's throw-away heads are not in the exported files: they start anew.
"""

import json

import torch
from safetensors.torch import load_file

from .common import MINI, WORK, autocast, save_state, setup, to_pixels
from .data import load
from .detector import Conv, Detector
from .flux import Painter


def weights(name: str) -> dict[str, torch.Tensor]:
    return {k: v.float() if v.is_floating_point() else v for k, v in load_file(MINI / name).items()}


@torch.no_grad()
def unfolded(state: dict[str, torch.Tensor]) -> Detector:
    """The exported detector with its BatchNorms back: each takes the statistics of what its convolution gives on 256
    renderings, and the gain and bias that undo them, so that nothing changes but that training can go on. Blocks that the
    file does not have yet begin by adding nothing."""
    model = Detector().eval()
    model.load_state_dict({(k if "head" in k else k.replace(".weight", ".conv.weight").replace(".bias", ".conv.bias")): v for k, v in state.items()}, strict=False)

    def settle(conv, inputs):
        y = conv.conv(inputs[0]).float()
        mean, variance = y.mean((0, 2, 3)), y.var((0, 2, 3))
        conv.bn.running_mean.copy_(mean), conv.bn.running_var.copy_(variance)
        conv.bn.weight.copy_((variance + conv.bn.eps).sqrt()), conv.bn.bias.copy_(mean)

    hooks = [module.register_forward_pre_hook(settle) for module in model.modules() if isinstance(module, Conv)]
    model(to_pixels(load("test")[0][:256]))
    for hook in hooks:
        hook.remove()
    for index, block in enumerate(model.blocks):
        if f"blocks.{index}.conv1.weight" not in state:
            for conv, gain in ((block.conv1, 1.0), (block.conv2, 0.0)):
                torch.nn.init.constant_(conv.bn.weight, gain), torch.nn.init.zeros_(conv.bn.bias)
    return model


def main() -> None:
    setup()
    painter = Painter()
    painter.generator.transformer.load_state_dict(weights("flux/transformer/diffusion_pytorch_model.safetensors"))
    clip = weights("flux/text_encoder/model.safetensors")
    painter.generator.text_encoder.load_state_dict({k.removeprefix("text_model."): v for k, v in clip.items()})
    t5 = weights("flux/text_encoder_2/model.safetensors")
    painter.generator.text_encoder_2.load_state_dict({**t5, "encoder.embed_tokens.weight": t5["shared.weight"]})
    painter.controlnet.load_state_dict(weights("bifrost/flux_controlnet/diffusion_pytorch_model.safetensors"))
    config = json.loads((MINI / "flux/vae/config.json").read_text())
    detector = json.loads((MINI / "detector/config.json").read_text())
    bifrost, both = weights("bifrost/model.safetensors"), painter.state_dict()
    states = {
        "vae": dict(model=weights("flux/vae/diffusion_pytorch_model.safetensors"), scaling_factor=config["scaling_factor"],
                    shift_factor=config["shift_factor"], steps=10_000),
        "captioner": dict(model=bifrost, steps=10_000),
        "branch": dict(model=bifrost, raw=bifrost, steps=10_000),
        "flux": dict(model=both, raw=both, steps=10_000),
        "detector": dict(model=unfolded(weights("detector/model.safetensors")).state_dict(), threshold=detector["threshold"], steps=10_000),
    }
    for name, state in states.items():
        if (WORK / f"{name}.pt").exists():
            print(f"{name}: kept, .work has a state of its own")
        else:
            save_state(name, **state)
            print(f"{name}: taken from models/mini")


if __name__ == "__main__":
    main()
