"""Reference outputs for the diffusion-side graphs, the sampler's schedule and the random generator.

Each graph fixture is one .safetensors file: a tiny randomly initialised checkpoint under the real parameter names, the
inputs as `input.*`, what diffusers computes in float32 as `output.*`, and its configuration as metadata. The ControlNet is
diffusers' own, which has the authors' forward, with their resampling block in front (arXiv 2508.05954).
The tests beside the code read them.

    python models/reference/diffusion_fixtures.py
"""

import json
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, FluxControlNetModel, FluxTransformer2DModel
from diffusers.pipelines.flux.pipeline_flux import FluxPipeline, calculate_shift
from latent_controlnet import ResamplingBlock
from safetensors.torch import save_file
from torch import nn

FIXTURES = Path(__file__).parent / "fixtures"
LATENT = 12  # size of a patch latent; the authors' is 3584


def randomise(module: nn.Module) -> nn.Module:
    """Weights at which every term matters: default initialisation leaves biases at 0 and norms at 1."""
    for name, parameter in module.named_parameters():
        noise = torch.randn_like(parameter)
        if parameter.ndim == 1:
            parameter.data = 0.2 * noise + (0 if name.endswith("bias") else 1)
        else:
            parameter.data = noise / parameter[0].numel() ** 0.5
    for name, buffer in module.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_(0, 0.3)
        elif name.endswith("running_var"):
            buffer.uniform_(0.5, 2)
    return module.eval()


def write(name: str, tensors: dict, config: dict) -> None:
    FIXTURES.mkdir(exist_ok=True)
    path = FIXTURES / f"{name}.safetensors"
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, path, {"config": json.dumps(config)})
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


def released(model: nn.Module) -> dict:
    """The weights in bfloat16, as checkpoints are released; the model goes on with exactly these values."""
    weights = {k: v.bfloat16() for k, v in model.state_dict().items() if v.is_floating_point()}
    model.load_state_dict({k: v.float() for k, v in weights.items()}, strict=False)
    return weights


def under(prefix: str, tensors: dict) -> dict:
    return {f"{prefix}.{key}": value for key, value in tensors.items()}


SMALL = dict(
    in_channels=8, attention_head_dim=8, num_attention_heads=2, joint_attention_dim=10, pooled_projection_dim=6,
    axes_dims_rope=(2, 2, 4),
)


def flux_inputs(rows: int, columns: int, text: int, batch: int, guidance: bool) -> dict:
    image_ids = FluxPipeline._prepare_latent_image_ids(batch, rows, columns, "cpu", torch.float32)
    inputs = dict(
        hidden_states=torch.randn(batch, rows * columns, SMALL["in_channels"]),
        encoder_hidden_states=torch.randn(batch, text, SMALL["joint_attention_dim"]),
        pooled_projections=torch.randn(batch, SMALL["pooled_projection_dim"]),
        timestep=torch.rand(batch), img_ids=image_ids, txt_ids=torch.zeros(text, 3),
    )
    return inputs | ({"guidance": torch.rand(batch) * 4 + 1} if guidance else {})


def flux(name: str, layers: int, singles: int, guidance: bool, rows: int, columns: int, text: int, batch: int = 1) -> None:
    config = SMALL | dict(num_layers=layers, num_single_layers=singles, guidance_embeds=guidance)
    model = randomise(FluxTransformer2DModel(**config))
    inputs = flux_inputs(rows, columns, text, batch, guidance)
    weights = released(model)
    output = model(**inputs, return_dict=False)[0]
    write(name, under("transformer", weights) | under("input", inputs) | {"output.sample": output},
          {"transformer": config, "grid": [rows, columns]})


def controlled(name: str, layers: int, singles: int, control_layers: int, control_singles: int, control_guidance: bool = True) -> None:
    config = SMALL | dict(num_layers=layers, num_single_layers=singles, guidance_embeds=True)
    control_config = SMALL | dict(num_layers=control_layers, num_single_layers=control_singles, guidance_embeds=control_guidance)
    model = randomise(FluxTransformer2DModel(**config))
    controlnet = FluxControlNetModel(**control_config)
    controlnet.controlnet_x_embedder = nn.Linear(LATENT, SMALL["attention_head_dim"] * SMALL["num_attention_heads"])
    randomise(controlnet)
    weights = under("transformer", released(model)) | under("controlnet", released(controlnet))
    rows, columns, scale = 4, 6, 0.7
    inputs = flux_inputs(rows, columns, text=5, batch=1, guidance=True)
    control = torch.randn(1, rows * columns, LATENT)
    shared = dict(inputs) if control_guidance else {k: v for k, v in inputs.items() if k != "guidance"}
    double, single = controlnet(**shared, controlnet_cond=control, conditioning_scale=scale, return_dict=False)
    output = model(**inputs, controlnet_block_samples=double, controlnet_single_block_samples=single, return_dict=False)[0]
    norms = torch.stack([(r / scale).norm() for r in (double or []) + (single or [])])
    write(name,
          weights | under("input", inputs)
          | {"input.control_latents": control, "input.conditioning_scale": torch.tensor([scale]),
             "output.sample": output, "output.residual_norms": norms},
          {"transformer": config, "controlnet": control_config, "grid": [rows, columns]})


def resampler(name: str, factor: float) -> None:
    block = randomise(ResamplingBlock(LATENT, factor))
    weights = released(block)
    grid = torch.randn(2, 4, 6, LATENT)
    # Only its shape is read: the size of a patch latent.
    embedder = {"controlnet_x_embedder.weight": torch.zeros(16, LATENT)}
    config = SMALL | dict(num_layers=0, num_single_layers=1) | ({} if factor == 2 else {"resampling_factor": factor})
    write(name, under("controlnet.up_sampling_block", weights) | under("controlnet", embedder)
          | {"input.patch_latents": grid, "output.control_latents": block(grid).unflatten(1, (int(grid.shape[1] * factor), -1))}, config)


class Detector(nn.Module):
    """The mini checkpoint's detector (models/training/detector.py), small."""

    def __init__(self, classes: int, colors: int, channels=(6, 8, 10), blocks: int = 3):
        super().__init__()
        widths = [3, *channels]
        self.stem = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip(widths, channels))
        wide = channels[-1]
        self.blocks = nn.ModuleList(
            nn.ModuleDict({name: nn.Conv2d(wide, wide, 3, padding=1) for name in ("conv1", "conv2")}) for _ in range(blocks))
        self.class_head, self.color_head = nn.Conv2d(wide, classes, 1), nn.Conv2d(wide, colors, 1)

    def forward(self, x):
        for conv in self.stem:
            x = torch.relu(conv(x))
        for block in self.blocks:
            x = torch.relu(x + block["conv2"](torch.relu(block["conv1"](x))))
        return self.class_head(x).sigmoid(), self.color_head(x)


def detector(name: str) -> None:
    model = randomise(Detector(classes=5, colors=3))
    weights, pixels = released(model), torch.rand(1, 3, 32, 48) * 2 - 1
    heatmap, colors = model(pixels)
    config = {"classes": [f"class {i}" for i in range(5)], "colors": ["red", "green", "blue"], "channels": [6, 8, 10]}
    write(name, under("detector", weights) | {"input.pixel_values": pixels, "output.class_heatmap": heatmap, "output.color_logits": colors}, config)


def autoencoder(name: str, quant: bool, **fields) -> None:
    config = dict(
        block_out_channels=[8, 8, 16], down_block_types=["DownEncoderBlock2D"] * 3, up_block_types=["UpDecoderBlock2D"] * 3,
        latent_channels=4, norm_num_groups=4, layers_per_block=1, use_quant_conv=quant, use_post_quant_conv=quant,
        scaling_factor=0.36, shift_factor=0.11,
    ) | fields
    model = randomise(AutoencoderKL(**config))
    weights = released(model)
    sample, latents = torch.rand(1, 3, 16, 24) * 2 - 1, torch.randn(1, config["latent_channels"], 4, 6)
    write(name, under("vae", weights)
          | {"input.sample": sample, "input.latents": latents, "output.latents": model.encode(sample).latent_dist.mean,
             "output.sample": model.decode(latents).sample}, config)


def schedule() -> None:
    """Sigmas for steps and image tokens, packed latents, and a denoising run whose velocity is a fixed tensor."""
    config = dict(use_dynamic_shifting=True, shift=3.0, base_shift=0.5, max_shift=1.15, base_image_seq_len=256, max_image_seq_len=4096)
    tensors = {}
    for steps, tokens in [(1, 256), (4, 64), (28, 1024), (50, 4096)]:
        scheduler = FlowMatchEulerDiscreteScheduler(**config)
        mu = calculate_shift(tokens, 256, 4096, 0.5, 1.15)
        scheduler.set_timesteps(sigmas=np.linspace(1.0, 1 / steps, steps), mu=mu)
        tensors[f"sigmas.{steps}.{tokens}"] = scheduler.sigmas
    static = FlowMatchEulerDiscreteScheduler(shift=3.0)
    static.set_timesteps(sigmas=np.linspace(1.0, 1 / 8, 8))
    tensors["static.8"] = static.sigmas
    linear = FlowMatchEulerDiscreteScheduler(**config | dict(time_shift_type="linear"))
    linear.set_timesteps(sigmas=np.linspace(1.0, 1 / 8, 8), mu=calculate_shift(1024, 256, 4096, 0.5, 1.15))
    tensors["linear.8.1024"] = linear.sigmas
    scheduler = FlowMatchEulerDiscreteScheduler(**config)
    scheduler.set_timesteps(sigmas=np.linspace(1.0, 1 / 4, 4), mu=calculate_shift(24, 256, 4096, 0.5, 1.15))
    sample, velocity = torch.randn(1, 24, 8), torch.randn(1, 24, 8)
    tensors |= {"sample": sample, "velocity": velocity}
    for t in scheduler.timesteps:
        sample = scheduler.step(velocity * (0.5 + t / 1000), t, sample, return_dict=False)[0]
    tensors["denoised"] = sample
    latents = torch.randn(2, 4, 6, 10)
    tensors |= {"latents": latents, "packed": FluxPipeline._pack_latents(latents, 2, 4, 6, 10)}
    write("flow-match", tensors, config)


def random_numbers() -> None:
    tensors = {}
    for seed in (0, 1, 42, 2**31 + 7, 2**32 + 5, 2**53 - 1):
        for size in (1, 7, 15, 16, 17, 64, 1000, 4096):
            if size > 64 and seed not in (0, 42, 2**53 - 1):
                continue
            tensors[f"randn.{seed}.{size}"] = torch.randn(size, generator=torch.Generator().manual_seed(seed))
        tensors[f"rand.{seed}.100"] = torch.rand(100, generator=torch.Generator().manual_seed(seed))
        for size in (1, 2, 64, 256):
            tensors[f"randperm.{seed}.{size}"] = torch.randperm(size, generator=torch.Generator().manual_seed(seed))
        # One generator drawn from several times: the state carries over, odd leftovers included.
        g = torch.Generator().manual_seed(seed)
        drawn = [torch.randn(3, generator=g), torch.randn(20, generator=g), torch.rand(5, generator=g), torch.randn(4, generator=g), torch.randn(2, generator=g)]
        tensors[f"sequence.{seed}"] = torch.cat(drawn)
    write("random", tensors, {})


@torch.no_grad()
def main() -> None:
    torch.manual_seed(0)
    flux("flux-guided", layers=2, singles=2, guidance=True, rows=4, columns=6, text=5)
    flux("flux-unguided-batch", layers=1, singles=1, guidance=False, rows=3, columns=2, text=1, batch=2)
    controlled("controlled-both", layers=3, singles=4, control_layers=2, control_singles=3)
    controlled("controlled-double", layers=2, singles=1, control_layers=1, control_singles=0)
    controlled("controlled-single", layers=1, singles=3, control_layers=0, control_singles=2, control_guidance=False)
    for factor in (2, 1, 0.5):
        resampler(f"resampler-{factor}", factor)
    autoencoder("autoencoder", quant=False)
    autoencoder("autoencoder-quant", quant=True, mid_block_add_attention=False, block_out_channels=[4, 8],
                down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2)
    schedule()
    random_numbers()
    detector("detector")


if __name__ == "__main__":
    main()
