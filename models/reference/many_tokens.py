"""Token ids of 500 awkward strings by Transformers: the three tokenizers of models/mini, and one with T5's character map.

Strings are put together at random from many scripts, emoji, accents composed and not, white space of all kinds, special
tokens and stray code points; every fortieth is of 400 tokens and more. Read by models/tokenizers/many-tokens.test.ts.

    python models/reference/many_tokens.py
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from token_fixtures import FIXTURES, MINI, SYSTEM, TAIL, clip_tokenizer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

LENGTH = 512  # T5's and the generation prompt's here; CLIP has the checkpoint's own
CHARSMAP = FIXTURES / "tokenizer-charsmap"

PIECES = [
    *"a photo of three red teddy bears on the left, two blue cars above an orange bench; it's 42 o'clock! isn't that 3.14% #nice @home?".split(),
    "café", "naïve", "Zürich", "Ångström", "señor", "İstanbul", "straße", "ΟΔΥΣΣΕΥΣ", "ǅ", "ﬁligree", "ﬃ", "½", "①②③", "ＦＵＬＬ", "ｶﾞ", "Å", "ḱ̈", "x²", "№", "…", "—", "“quoted”", "‘s",
    "狗和猫", "花园里。", "東京タワー", "カタカナ", "ひらがな", "서울", "한국어", "مرحبا", "שלום", "नमस्ते", "สวัสดี", "Привет", "Γειά", "გამარჯობა", "ሰላም", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𠮷野家",
    "🦊", "🧑‍🚀", "👩🏽‍🎨", "🇮🇸", "❤️", "1️⃣", "🏳️‍🌈", "👨‍👩‍👧‍👦", "🤷🏿‍♂️", "☃", "\u200d", "\u200b", "\ufeff", "\u00ad", "\u2060", "\u061c", "\u0344",
    "<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|startoftext|>", "</s>", "<pad>", "<|vision_start|>", "<unk>", "<|image_pad|>", "snake_case", "camelCase", "kebab-case", "...", "?!", "''", "don't", "WE'LL", "they'VE", "I'm",
]
SPACES = [" ", " ", " ", " ", "", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2009", "   \n\n", ", ", "\u2028"]


def strings() -> list[str]:
    chance = random.Random(500)

    def piece() -> str:
        kind = chance.random()
        if kind < 0.06:  # any character, of any plane
            while True:
                character = chr(chance.choice([chance.randrange(0x20, 0x3000), chance.randrange(0x3000, 0xD800), chance.randrange(0xE000, 0x20000)]))
                if unicodedata.category(character) not in ("Cs", "Cn"):
                    return character
        word = chance.choice(PIECES)
        return unicodedata.normalize("NFD", word) if kind > 0.92 else word.upper() if kind > 0.86 else word

    made = []
    for number in range(500):
        count = 170 if number % 40 == 39 else chance.randint(1, 14)
        made.append("".join(piece() + chance.choice(SPACES) for _ in range(count)))
    return made


def charsmap_tokenizer() -> Tokenizer:
    """T5's layout with a character map of some twenty rules, compiled by SentencePiece."""
    rules = [("ﬁ", "fi"), ("ﬃ", "ffi"), ("e\u0301", "\u00e9"), ("o\u0308", "\u00f6"), ("A\u0300", "\u00c0"), ("\u3000", " "), ("\t", " "), ("\n", " "), ("\r", " "), ("\u00a0", " "), ("\u2028", " "), ("\u00ad", ""),
             ("½", "1/2"), ("①", "1"), ("②", "2"), ("Ａ", "A"), ("Ｆ", "F"), ("Ｕ", "U"), ("Ｌ", "L"), ("ｶ", "カ"), ("ｶﾞ", "ガ"), ("…", "..."), ("№", "No"), ("\u200b", " "), ("\ufeff", "")]
    with tempfile.TemporaryDirectory() as folder:
        table, corpus, prefix = Path(folder) / "rules.tsv", Path(folder) / "corpus.txt", str(Path(folder) / "model")
        table.write_text("".join(f"{' '.join(f'{ord(c):X}' for c in a)}\t{' '.join(f'{ord(c):X}' for c in b)}\n" for a, b in rules))
        corpus.write_text("\n".join(line.replace("\n", " ") for line in strings() if len(line) < 400) + "\n")
        sentencepiece.SentencePieceTrainer.train(input=str(corpus), model_prefix=prefix, vocab_size=420, model_type="unigram", normalization_rule_tsv=str(table),
                                                 pad_id=0, eos_id=1, unk_id=2, bos_id=-1, character_coverage=0.98, num_threads=1, minloglevel=2)
        processor = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model")
        vocabulary = [(processor.id_to_piece(i), processor.get_score(i)) for i in range(len(processor))]
        charsmap = character_map(Path(f"{prefix}.model").read_bytes())
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=2, byte_fallback=False))
    tokenizer.normalizer = normalizers.Precompiled(charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")])
    return tokenizer


def character_map(model: bytes) -> bytes:
    """ModelProto.normalizer_spec.precompiled_charsmap."""
    def fields(data: bytes):
        at = 0
        def number() -> int:
            nonlocal at
            value = shift = 0
            while True:
                byte, at = data[at], at + 1
                value, shift = value | (byte & 127) << shift, shift + 7
                if byte < 128:
                    return value
        while at < len(data):
            key = number()
            size = {0: 0, 1: 8, 5: 4}.get(key & 7)
            if key & 7 == 0:
                number()
                continue
            size = number() if size is None else size
            yield key >> 3, data[at:at + size]
            at += size
    spec = next(value for field, value in fields(model) if field == 3)
    return next(value for field, value in fields(spec) if field == 2)


def main() -> None:
    prompts = strings()
    CHARSMAP.mkdir(exist_ok=True)
    charsmap = PreTrainedTokenizerFast(tokenizer_object=charsmap_tokenizer(), eos_token="</s>", pad_token="<pad>", unk_token="<unk>", model_max_length=LENGTH)
    charsmap.save_pretrained(CHARSMAP)
    t5, qwen, clip = PreTrainedTokenizerFast.from_pretrained(MINI / "flux" / "tokenizer_2"), PreTrainedTokenizerFast.from_pretrained(MINI / "bifrost"), clip_tokenizer(MINI / "flux" / "tokenizer")
    tail = qwen(TAIL).input_ids

    def generation(prompt: str) -> list[int]:
        return qwen(f"{SYSTEM}<|im_start|>user\nGenerate an image of {prompt}{TAIL}", truncation=True, max_length=LENGTH).input_ids[: -len(tail)] + tail

    cases = [{
        "prompt": prompt,
        "t5": t5(prompt, truncation=True, max_length=LENGTH).input_ids,
        "clip": clip(prompt, truncation=True, max_length=clip.model_max_length).input_ids,
        "qwen": generation(prompt),
        # Without the template that appends it: the end token is this program's to add.
        "charsmap": charsmap(prompt, truncation=True, max_length=LENGTH - 1).input_ids + [charsmap.eos_token_id],
    } for prompt in prompts]
    path = FIXTURES / "tokens-many.json"
    made_with = {file.relative_to(MINI).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(MINI.rglob("tokenizer.json"))}
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), ensure_ascii=True) for case in cases)
    path.write_text(f'{{"tokenizers": {json.dumps(made_with)}, "cases": [\n{lines}\n]}}\n')
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB; longest of 400 tokens and more: {sum(len(case['qwen']) >= 400 for case in cases)}")


if __name__ == "__main__":
    main()
