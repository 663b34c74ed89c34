"""Reference logits for questions about an image: Transformers' Qwen2_5_VLForConditionalGeneration, prompt and answer.

Read by models/architectures/qwen-language.test.ts. Fixtures are laid out as in language_fixtures.py.

    python models/reference/conversation_fixtures.py
"""

from __future__ import annotations

import torch
from language_fixtures import randomise, rope, write
from transformers import DynamicCache, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

IMAGE = 30  # the image token's id
STEPS = 3


def conversation(name: str, grid: tuple[int, int], before: int, after: int, dtype: torch.dtype, tied: bool, **text) -> None:
    """A prompt with an image of `grid` patches between `before` and `after` text tokens, then three answer tokens."""
    config = Qwen2_5_VLConfig(
        text_config=dict(vocab_size=32, rms_norm_eps=1e-6, max_position_embeddings=64, bos_token_id=0, eos_token_id=1, **text),
        vision_config=dict(depth=2, hidden_size=16, intermediate_size=24, num_heads=2, out_hidden_size=text["hidden_size"], patch_size=2,
                           temporal_patch_size=2, spatial_merge_size=2, window_size=8, fullatt_block_indexes=[1], hidden_act="silu"),
        image_token_id=IMAGE, video_token_id=31, vision_start_token_id=28, vision_end_token_id=29, tie_word_embeddings=tied)
    model = Qwen2_5_VLForConditionalGeneration._from_config(config, attn_implementation="eager").eval()
    randomise(model)
    if tied:
        model.tie_weights()
    for parameter in model.parameters():  # not the buffers: rotary frequencies stay exact
        parameter.data = parameter.data.to(dtype).float()

    image = grid[0] * grid[1] // 4
    ids = torch.cat([torch.randint(2, 28, (before,)), torch.full((image,), IMAGE), torch.randint(2, 28, (after,))])[None]
    pixels = torch.randn(grid[0] * grid[1], 3 * 2 * 2 * 2)
    image_grid = torch.tensor([[1, *grid]])
    kinds = (ids == IMAGE).int()
    positions, _ = model.model.get_rope_index(ids, kinds, image_grid_thw=image_grid)
    patches = model.model.visual(pixels, image_grid).pooler_output

    cache = DynamicCache(config=config.text_config)
    step = model(input_ids=ids, pixel_values=pixels, image_grid_thw=image_grid, mm_token_type_ids=kinds, past_key_values=cache, use_cache=True)
    outputs, answer = {"logits.0": step.logits[:, -1].float(), "positions": positions[:, 0]}, []
    for index in range(1, STEPS + 1):
        answer.append(int(torch.randint(2, 28, ())))
        step = model(input_ids=torch.tensor([[answer[-1]]]), past_key_values=cache, use_cache=True)
        outputs[f"logits.{index}"] = step.logits[:, -1].float()
    for index, layer in enumerate(cache.layers):
        outputs |= {f"key.{index}": layer.keys, f"value.{index}": layer.values}

    stored = {k: v.to(dtype) for k, v in model.state_dict().items() if not k.startswith("model.visual.") and not (tied and k == "lm_head.weight")}
    inputs = {"input_ids": ids, "answer_ids": torch.tensor(answer), "patch_latents": patches[None], "grid": torch.tensor(grid) // 2}
    write(name, config.to_dict(), stored, inputs, outputs)


@torch.no_grad()
def main() -> None:
    torch.manual_seed(3)
    torch.set_num_threads(1)
    conversation("conversation-grouped", (4, 6), before=5, after=7, dtype=torch.bfloat16, tied=False,
                 hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, rope_parameters=rope(1e6, 1, 1, 2))
    conversation("conversation-tied", (6, 4), before=3, after=2, dtype=torch.float16, tied=True,
                 hidden_size=24, intermediate_size=28, num_hidden_layers=3, num_attention_heads=3, num_key_value_heads=1, rope_parameters=rope(1e4, 2, 1, 1))


if __name__ == "__main__":
    main()
