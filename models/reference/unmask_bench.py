"""One unmasking iteration of the visual generation branch in PyTorch, timed in two ways for `npm run bench -- unmask`.

`authors`: padded text and all image positions through every layer, both branches at every position blended by mask,
the guidance halves as one batch; as the authors' script does (arXiv 2508.05954). `prefix`: image positions alone,
over the text's keys and values, which were computed before. Written for this comparison, over a checkpoint's own
parameter names, in float32.

    python models/reference/unmask_bench.py job.json

The job names weights, config and inputs. Then one JSON line in, {"way": "authors", "halves": 2}, and one out,
{"seconds": 0.1}, until the input ends. With "out": path, the prediction is written there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

BRANCHES = ("", "vision_branch_")
PLACES = ("vision_language_model.model", "model.language_model", "model")


class Branch:
    def __init__(self, weights: dict[str, Tensor], config: dict, text_length: int) -> None:
        self.w = {name: tensor.float() for name, tensor in weights.items() if ".visual." not in name}
        self.place = next(place for place in PLACES if f"{place}.layers.0.input_layernorm.weight" in self.w)
        self.layers, self.eps, self.theta = config["num_hidden_layers"], config["rms_norm_eps"], config["rope_theta"]
        self.head_dim = config["head_dim"]
        self.grouped = config["num_attention_heads"] != config["num_key_value_heads"]
        self.text_length = text_length
        self.image_tokens = self.w["learnable_pos_emb"].shape[1]

    def linear(self, name: str, x: Tensor) -> Tensor:
        return F.linear(x, self.w[f"{name}.weight"], self.w.get(f"{name}.bias"))

    def norm(self, name: str, x: Tensor) -> Tensor:
        return F.rms_norm(x, x.shape[-1:], self.w[f"{name}.weight"], self.eps)

    def mlp(self, name: str, x: Tensor) -> Tensor:
        return self.linear(f"{name}.down_proj", F.silu(self.linear(f"{name}.gate_proj", x)) * self.linear(f"{name}.up_proj", x))

    def split(self, x: Tensor) -> Tensor:  # [B, S, heads * d] -> [B, heads, S, d]
        return x.unflatten(-1, (-1, self.head_dim)).transpose(1, 2)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, **options) -> Tensor:
        return F.scaled_dot_product_attention(q, k, v, enable_gqa=self.grouped, **options).transpose(1, 2).flatten(2)

    def rotation(self, positions: Tensor) -> tuple[Tensor, Tensor]:  # [B, S] -> [B, 1, S, d]
        frequencies = self.theta ** (-torch.arange(0, self.head_dim, 2) / self.head_dim)
        angles = (positions[:, None, :, None] * frequencies).repeat(1, 1, 1, 2)
        return angles.cos(), angles.sin()

    @staticmethod
    def rotate(x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
        first, second = x.chunk(2, dim=-1)
        return x * rotation[0] + torch.cat([-second, first], dim=-1) * rotation[1]

    def image(self, latents: Tensor, mask: Tensor) -> Tensor:
        return torch.where(mask[..., None] > 0, self.w["mask_token"], latents) + self.w["learnable_pos_emb"]

    def predict(self, x: Tensor) -> Tensor:
        return self.linear("vision_head", self.norm(f"{self.place}.vision_branch_norm", x))

    # The authors' way.

    def padded(self, prompts: list[Tensor]) -> dict[str, Tensor | tuple[Tensor, Tensor]]:
        """Ids, mask and rotation of a batch: what the authors' script makes once, before its iterations."""
        text, image = self.text_length, self.image_tokens
        ids = torch.stack([F.pad(prompt[0], (text - prompt.shape[1], 0)) for prompt in prompts])
        real = torch.stack([torch.arange(text) >= text - prompt.shape[1] for prompt in prompts])
        positions = F.pad((real.cumsum(1) - 1).clamp(min=0), (0, image))
        visible = torch.ones(text + image, text + image).tril().bool()
        visible[text:] = True
        visible = (visible & F.pad(real, (0, image), value=True)[:, None]) | torch.eye(text + image).bool()
        return {"ids": ids, "visible": visible[:, None], "rotation": self.rotation(positions)}

    def authors(self, ids: Tensor, visible: Tensor, rotation: tuple[Tensor, Tensor], latents: Tensor, mask: Tensor) -> Tensor:
        image = self.image(latents, mask).expand(len(ids), -1, -1)
        x = torch.cat([F.embedding(ids, self.w[f"{self.place}.embed_tokens.weight"]), image], dim=1)
        is_image = (torch.arange(x.shape[1]) >= self.text_length)[None, :, None]

        def both(of) -> Tensor:
            text, visual = (of(branch) for branch in BRANCHES)
            return torch.where(is_image, visual, text)

        for index in range(self.layers):
            at = f"{self.place}.layers.{index}"
            h = both(lambda b: self.norm(f"{at}.{b}input_layernorm", x))
            q, k, v = (self.split(both(lambda b: self.linear(f"{at}.self_attn.{b}{kind}_proj", h))) for kind in "qkv")
            h = self.attend(self.rotate(q, rotation), self.rotate(k, rotation), v, attn_mask=visible)
            x = x + both(lambda b: self.linear(f"{at}.self_attn.{b}o_proj", h))
            h = both(lambda b: self.norm(f"{at}.{b}post_attention_layernorm", x))
            x = x + both(lambda b: self.mlp(f"{at}.{b}mlp", h))
        return self.predict(x[:, self.text_length :])

    # Ours.

    def text_states(self, ids: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Every layer's keys and values of a prompt, unpadded."""
        rotation = self.rotation(torch.arange(ids.shape[1])[None])
        x = F.embedding(ids, self.w[f"{self.place}.embed_tokens.weight"])
        states = []
        for index in range(self.layers):
            at = f"{self.place}.layers.{index}"
            h = self.norm(f"{at}.input_layernorm", x)
            q, k, v = (self.split(self.linear(f"{at}.self_attn.{kind}_proj", h)) for kind in "qkv")
            k = self.rotate(k, rotation)
            states.append((k, v))
            x = x + self.linear(f"{at}.self_attn.o_proj", self.attend(self.rotate(q, rotation), k, v, is_causal=True))
            x = x + self.mlp(f"{at}.mlp", self.norm(f"{at}.post_attention_layernorm", x))
        return states

    def over_prefix(self, states: list[tuple[Tensor, Tensor]], latents: Tensor, mask: Tensor) -> Tensor:
        x = self.image(latents, mask)
        for index, (text_k, text_v) in enumerate(states):
            at = f"{self.place}.layers.{index}"
            h = self.norm(f"{at}.vision_branch_input_layernorm", x)
            q, k, v = (self.split(self.linear(f"{at}.self_attn.vision_branch_{kind}_proj", h)) for kind in "qkv")
            h = self.attend(q, torch.cat([text_k, k], dim=2), torch.cat([text_v, v], dim=2))
            x = x + self.linear(f"{at}.self_attn.vision_branch_o_proj", h)
            x = x + self.mlp(f"{at}.vision_branch_mlp", self.norm(f"{at}.vision_branch_post_attention_layernorm", x))
        return self.predict(x)


@torch.inference_mode()
def main(job: dict) -> None:
    torch.set_num_threads(job["threads"])
    weights = {name: tensor for file in job["weights"] for name, tensor in load_file(file).items()}
    branch = Branch(weights, job["config"], job["textLength"])
    inputs = load_file(job["inputs"])
    latents, mask = inputs["patch_latents"], inputs["mask"]
    prompts = [inputs["input_ids.0"], inputs["input_ids.1"]]
    padded = {halves: branch.padded(prompts[:halves]) for halves in (1, 2)}
    states = [branch.text_states(prompt) for prompt in prompts]
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        halves = request["halves"]
        begun = perf_counter()
        if request["way"] == "authors":
            prediction = branch.authors(**padded[halves], latents=latents, mask=mask)
        else:
            prediction = torch.cat([branch.over_prefix(prefix, latents, mask) for prefix in states[:halves]])
        seconds = perf_counter() - begun
        if request.get("out"):
            save_file({"prediction": prediction.contiguous()}, request["out"])
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
