/** PyTorch pickles, which are never opened: reading one runs code chosen by whoever made the file. */
import { extname } from "node:path";
import { said } from "../said";
import { CheckpointError } from "./checkpoint-error";

const pickles = new Set([".bin", ".pt", ".pth", ".ckpt", ".pkl"]);

/** Throws a CheckpointError for a file named as a pickle. */
export function refusePickle(file: string): void {
  if (pickles.has(extname(file).toLowerCase())) throw pickleError(file);
}

export function pickleError(file: string): CheckpointError {
  return new CheckpointError(
    said("{file} is a PyTorch pickle. Loading a pickle runs code stored in it, so it is never opened here. Download the .safetensors version of this checkpoint, or convert it with Hugging Face's convert tool.", { file }),
  );
}

/** Whether a file begins as torch.save's do: a ZIP's first entry or, before PyTorch 1.6, a pickle of protocol 2 and up. */
export function beginsAsPickle([a = 0, b = 0, c, d]: Uint8Array): boolean {
  return (a === 0x50 && b === 0x4b && c === 3 && d === 4) || (a === 0x80 && b >= 2 && b <= 5);
}
