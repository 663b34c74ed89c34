"""Stage `tokenizers`: three tokenizers in the kinds the real checkpoints use, learnt from our captions.

Qwen: byte-level BPE with chat tokens. CLIP: lower-case BPE with </w>. T5: unigram.
"""

import collections
import functools
import json
import math

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from .common import MINI, WORK
from .data import load

LENGTH = 24  # model_max_length of the two FLUX tokenizers
QWEN_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>"]
QWEN_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
              r"|\s+(?!\S)|\s+")
CLIP_SPLIT = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
DESCRIBE = "Describe this image."
CHAT_TEMPLATE = (
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}" + SYSTEM
    + "{% endif %}<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}<|im_end|>\n"
    "{% else %}{% for content in message['content'] %}{% if content['type'] == 'image' or 'image' in content %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}"
    "<|im_end|>\n{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def corpus() -> list[str]:
    _, scenes = load("train")
    captions = [scene["caption"] for scene in scenes]
    return captions + [c.capitalize() for c in captions[::7]] + [c + "." for c in captions[::11]]


def train_qwen(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN_SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(vocab_size=700, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    template = ["system\nYou are a helpful assistant.", "user\nGenerate an image of a photo of", "assistant\n", DESCRIBE]
    tokenizer.train_from_iterator(texts + template * 2000, trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in QWEN_SPECIAL])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>",
                                   model_max_length=4096, padding_side="left", clean_up_tokenization_spaces=False)
    fast.chat_template = CHAT_TEMPLATE
    return fast, "Qwen2Tokenizer"


def train_clip(texts):
    tokenizer = Tokenizer(models.BPE(unk_token="<|endoftext|>", continuing_subword_prefix="", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(CLIP_SPLIT), "removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=900, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    special = ["<|startoftext|>", "<|endoftext|>"]
    # As in CLIP: every byte stands in the vocabulary both inside and at the end of a word, or an unseen word's end would
    # become <|endoftext|> in mid-prompt; and <|endoftext|> has the highest id, so that "argmax of the ids" and "first
    # eos" are the same position.
    trained = json.loads(tokenizer.to_str())["model"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in trained["merges"]]
    tokens = [*alphabet, *(byte + "</w>" for byte in alphabet), *("".join(merge) for merge in merges), *special]
    vocab = {token: i for i, token in enumerate(dict.fromkeys(tokens))}
    tokenizer.model = models.BPE(vocab=vocab, merges=merges, unk_token="<|endoftext|>", continuing_subword_prefix="", end_of_word_suffix="</w>")
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    start, end = (tokenizer.token_to_id(t) for t in special)
    tokenizer.post_processor = processors.RobertaProcessing(("<|endoftext|>", end), ("<|startoftext|>", start), False, False)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|startoftext|>", eos_token="<|endoftext|>",
                                   unk_token="<|endoftext|>", pad_token="<|endoftext|>", model_max_length=LENGTH)
    return fast, "CLIPTokenizer"


def train_t5(texts):
    """Whole words scored by frequency, letters below them: unigram training on so few words cuts them to pieces."""
    counts = collections.Counter("▁" + word for text in texts for word in text.split(" "))
    total = sum(counts.values())
    letters = list("▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'-")
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(piece, math.log(count / total)) for piece, count in sorted(counts.items()) if count >= 20 and "." not in piece]
    pieces += [(letter, -14.0) for letter in letters if letter not in counts]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in ("<pad>", "</s>", "<unk>")])
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 1)])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="</s>", unk_token="<unk>", pad_token="<pad>", model_max_length=LENGTH)
    return fast, "T5Tokenizer"


# Relative to the checkpoint; what `train` writes is copied there by the stage `export`, with the weights it belongs to.
PLACES = {"qwen": "bifrost", "clip": "flux/tokenizer", "t5": "flux/tokenizer_2"}
TRAINED = WORK / "tokenizers"


def main() -> None:
    texts = corpus()
    for name, make in (("qwen", train_qwen), ("clip", train_clip), ("t5", train_t5)):
        fast, kind = make(texts)
        folder = TRAINED / PLACES[name]
        folder.mkdir(parents=True, exist_ok=True)
        fast.save_pretrained(folder)
        path = folder / "tokenizer_config.json"
        config = json.loads(path.read_text())
        config["tokenizer_class"] = kind
        config.pop("backend", None), config.pop("is_local", None)
        if name == "qwen":
            config["chat_template"] = CHAT_TEMPLATE
            (folder / "chat_template.jinja").unlink(missing_ok=True)
        config["added_tokens_decoder"] = {
            str(i): {"content": t.content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
            for i, t in sorted(fast.added_tokens_decoder.items())}
        path.write_text(json.dumps(config, indent=2) + "\n")
        if name == "clip":
            model = json.loads((folder / "tokenizer.json").read_text())["model"]
            vocab = {**model["vocab"], **{t.content: i for i, t in fast.added_tokens_decoder.items()}}
            (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
            merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
            (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
        lengths = [len(fast(t)["input_ids"]) for t in texts[:4000]]
        print(name, "vocabulary", len(fast), "longest", max(lengths), "mean", np.mean(lengths), fast.tokenize("a photo of three red teddy bears"))


@functools.cache
def tokenizer(name: str) -> PreTrainedTokenizerFast:
    folder = (TRAINED if (TRAINED / PLACES[name]).exists() else MINI) / PLACES[name]
    return PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **{
        k: v for k, v in json.loads((folder / "tokenizer_config.json").read_text()).items()
        if k in ("eos_token", "bos_token", "unk_token", "pad_token", "model_max_length", "padding_side", "chat_template")})


def generation_prompt(caption: str) -> str:
    """The text part of image generation, as the authors build it."""
    return f"{SYSTEM}<|im_start|>user\nGenerate an image of {caption}<|im_end|>\n<|im_start|>assistant\n<|vision_start|>"


def written(rng: np.random.Generator, caption: str) -> str:
    """People write captions with a capital or a full stop at times."""
    if rng.random() < 0.12:
        caption = caption[0].upper() + caption[1:]
    return caption + "." if rng.random() < 0.08 else caption
