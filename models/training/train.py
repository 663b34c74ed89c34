"""One command per stage: python -m models.training.train <stage>. See STAGES for their order; `resume` only on a new
machine, `bridge` for an ablation only."""

import importlib
import sys

STAGES = ["data", "resume", "tokenizers", "vae", "captioner", "cache", "branch", "flux", "distil", "detector", "export", "bridge"]

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in STAGES:
        sys.exit(f"usage: python -m models.training.train <{'|'.join(STAGES)}>")
    importlib.import_module(f"models.training.{sys.argv[1]}").main()
