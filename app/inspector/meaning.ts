/** What a tensor means, by its name in the checkpoint's and the schedulers' terms; its shape has to agree. */
import type { Translate } from "@/app/i18n/translate";
import type { Grid, TensorSummary } from "./worker/contract";

export type Meaning =
  | { readonly kind: "patches"; readonly grid: Grid; readonly dims: number }
  | { readonly kind: "mask"; readonly grid: Grid }
  | { readonly kind: "latents"; readonly channels: number; readonly width: number; readonly height: number }
  | { readonly kind: "image"; readonly width: number; readonly height: number }
  | { readonly kind: "tokens"; readonly count: number; readonly dims: number }
  /** What a text encoder says of the whole prompt. */
  | { readonly kind: "pooled"; readonly count: number }
  | { readonly kind: "residuals"; readonly blocks: number }
  /** `count` of a single row of numbers. */
  | { readonly kind: "vector"; readonly count: number }
  | { readonly kind: "plain" };

/** A longer row of numbers than this is a line too thin to be seen. */
const longestRow = 32;
/** And of more numbers than this no picture of a pixel each is drawn. */
const mostWrapped = 2 ** 22;

const product = (dims: readonly number[]) => dims.reduce((all, dim) => all * dim, 1);

/** The grid that a node names, if it holds that many; else a square one. */
function gridFor(count: number, named: Grid | null): Grid | null {
  if (named && named.rows * named.columns === count) return named;
  const side = Math.round(Math.sqrt(count));
  return side * side === count && count > 0 ? { rows: side, columns: side } : null;
}

export function meaningOf({ name, dims, dtype }: TensorSummary, named: Grid | null): Meaning {
  const last = dims.at(-1) ?? 1;
  switch (name) {
    case "patch_latents":
    case "control_latents": {
      const grid = dims.length >= 2 ? gridFor(product(dims.slice(0, -1)), named) : null;
      return grid ? { kind: "patches", grid, dims: last } : { kind: "plain" };
    }
    case "mask":
    case "first_mask": {
      const grid = gridFor(product(dims), named);
      return grid ? { kind: "mask", grid } : { kind: "plain" };
    }
    case "latents":
    case "denoised":
      return dims.length === 4 && dims[0] === 1 ? { kind: "latents", channels: dims[1]!, height: dims[2]!, width: dims[3]! } : { kind: "plain" };
    case "image":
      return dims.length === 3 && /^(U8|uint8)$/.test(dtype) && (last === 3 || last === 4) ? { kind: "image", height: dims[0]!, width: dims[1]! } : { kind: "plain" };
    case "prompt_embeds":
      return dims.length === 3 && dims[0] === 1 ? { kind: "tokens", count: dims[1]!, dims: last } : { kind: "plain" };
    case "pooled_prompt_embeds":
      return { kind: "pooled", count: product(dims) };
    case "residual_norms":
      return { kind: "residuals", blocks: product(dims) };
    default:
      return product(dims) === last && last > longestRow && last <= mostWrapped ? { kind: "vector", count: last } : { kind: "plain" };
  }
}

/** What people look at first: the tensor the node is about comes before its masks and norms. */
const order: readonly Meaning["kind"][] = ["image", "patches", "latents", "tokens", "pooled", "vector", "plain", "mask", "residuals"];

export function byInterest<T extends { readonly meaning: Meaning }>(tensors: readonly T[]): T[] {
  return [...tensors].sort((a, b) => order.indexOf(a.meaning.kind) - order.indexOf(b.meaning.kind));
}

const titled = ["patch_latents", "control_latents", "latents", "denoised", "residual_norms", "mask", "first_mask", "image", "prompt_embeds", "pooled_prompt_embeds", "attention"] as const;

/** What people call it; tensors of other names are called by them. */
export function tensorTitle(name: string, t: Translate): string {
  const known = titled.find((title) => title === name);
  return known ? t(`inspector.tensors.${known}`) : name;
}
