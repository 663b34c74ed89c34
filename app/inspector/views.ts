/** The ways to look at a tensor, by what it means: what each is called, what it computes, and what is asked of the worker. */
import { formatValue } from "@/app/ui/quantity";
import type { Meaning } from "./meaning";
import type { Raster, TensorRef, View } from "./worker/contract";

/** Params of views that somebody chose. */
export interface ViewOptions {
  /** The patch that others are compared with. */
  readonly patch: number;
  readonly dimension: number;
  readonly channel: number;
  /** Channel tiles: each on a scale of its own. */
  readonly perChannel: boolean;
}

export const firstOptions: ViewOptions = { patch: 0, dimension: 0, channel: 0, perChannel: false };

export interface ViewContext {
  readonly meaning: Meaning;
  readonly of: TensorRef;
  /** The same tensor a step before; null at the first step, of outputs, and where that step was not kept. */
  readonly before: TensorRef | null;
  /** Some steps' tensors were not kept. */
  readonly thinned: boolean;
  /** The same tensor at all steps (a sample of them when there are many). */
  readonly timeline: readonly TensorRef[];
  /** Which patches are known: at this step, and at all. */
  readonly mask: TensorRef | null;
  readonly masks: Extract<View, { kind: "unmask-order" }>["masks"];
  /** Of the sampler and the unmasker, whose steps can be computed again with their attention written out. */
  readonly probes: { readonly decode: boolean; readonly attention: boolean };
}

export interface ViewChoice {
  readonly id: string;
  readonly title: string;
  /** What it computes, in a line. */
  readonly computes: string;
  readonly draws:
    | { readonly by: "worker"; readonly view: View }
    /** Computed by the engine for this step, when asked for. */
    | { readonly by: "decoding" }
    | { readonly by: "attention" }
    | { readonly by: "tokens" }
    | { readonly by: "bars" }
    /** Nothing to draw here: a reason in words. */
    | { readonly by: "words"; readonly words: string };
  /** A click chooses a patch. */
  readonly picks?: "patch";
  readonly option?: "dimension" | "channel" | "perChannel";
}

const words = (id: string, title: string, computes: string, text: string): ViewChoice => ({ id, title, computes, draws: { by: "words", words: text } });
const drawn = (id: string, title: string, computes: string, view: View, more: Pick<ViewChoice, "picks" | "option"> = {}): ViewChoice => ({ id, title, computes, draws: { by: "worker", view }, ...more });

/** Why a change cannot be drawn. */
const noChange = (thinned: boolean) => (thinned ? "There is no step before this one to compare with, or its tensors were not kept." : "There is no step before this one to compare with.");

function patchViews({ of, before, thinned, timeline, mask, masks, probes }: ViewContext, { grid, dims }: Extract<Meaning, { kind: "patches" }>, options: ViewOptions): ViewChoice[] {
  // Chosen on another grid, perhaps.
  const patch = Math.min(options.patch, grid.rows * grid.columns - 1);
  const dimension = Math.min(options.dimension, dims - 1);
  const patches = { of, grid, ...(mask && { mask }) };
  const place = `row ${Math.floor(patch / grid.columns) + 1}, column ${(patch % grid.columns) + 1}`;
  const choices: ViewChoice[] = [
    drawn("components", "Components", "The first three principal components of the patches as red, green and blue; one basis for all steps.", { kind: "patch-components", timeline, ...patches }, { picks: "patch" }),
    drawn("norms", "Norms", "‖patch‖₂, the length of each patch's embedding.", { kind: "patch-norms", ...patches }, { picks: "patch" }),
    drawn("similarity", "Similarity", `Cosine of each patch to the one at ${place}. Click another.`, { kind: "patch-similarity", patch, ...patches }, { picks: "patch" }),
    drawn("dimension", "One dimension", `Dimension ${dimension} of ${dims} of every patch.`, { kind: "patch-dimension", dimension, ...patches }, { picks: "patch", option: "dimension" }),
    drawn("heatmap", "All dimensions", "A row per patch, a column per dimension.", { kind: "patch-heatmap", ...patches }, { option: "dimension" }),
  ];
  if (timeline.length > 1) {
    const change = "‖patch − the same patch a step before‖₂.";
    choices.push(before ? drawn("change", "Change", change, { kind: "patch-change", before, ...patches }, { picks: "patch" }) : words("change", "Change", change, noChange(thinned)));
  }
  if (masks.length > 0) choices.push(drawn("order", "Order", thinned ? "The first kept iteration at which each patch was known; blank where it is not known yet. Not all iterations were kept." : "The iteration at which each patch was unmasked; blank where it is not known yet.", { kind: "unmask-order", masks, grid }, { picks: "patch" }));
  if (probes.attention) choices.push({ id: "attention", title: "Attention", computes: "What the chosen patch attends to: softmax(QKᵀ/√d), averaged over heads and the chosen layers. Click another patch.", draws: { by: "attention" }, picks: "patch" });
  return choices;
}

function latentViews({ of, before, thinned, timeline, probes }: ViewContext, { channels }: Extract<Meaning, { kind: "latents" }>, { channel: chosen, perChannel }: ViewOptions): ViewChoice[] {
  const channel = Math.min(chosen, channels - 1);
  const choices: ViewChoice[] = [
    drawn("components", "Components", "The first three principal components over the channels as red, green and blue; one basis for all steps.", { kind: "latent-components", of, timeline }),
    drawn("channels", "All channels", perChannel ? "Every channel on a scale of its own." : "Every channel, all on one scale.", { kind: "latent-channels", of, scale: perChannel ? "per-channel" : "shared" }, { option: "perChannel" }),
    drawn("channel", "One channel", `Channel ${channel} of ${channels}.`, { kind: "latent-channel", of, channel }, { option: "channel" }),
    drawn("norms", "Norms", "‖channels‖₂ at each place.", { kind: "latent-norms", of }),
  ];
  if (timeline.length > 1) {
    const change = "‖channels − those of the step before‖₂ at each place.";
    choices.push(before ? drawn("change", "Change", change, { kind: "latent-change", of, before }) : words("change", "Change", change, noChange(thinned)));
  }
  if (probes.decode) choices.push({ id: "decoded", title: "Decoded", computes: "The picture the sampler expected at this step: x0 through the VAE decoder.", draws: { by: "decoding" } });
  if (probes.attention) choices.push({ id: "attention", title: "Attention", computes: "Where a word acts: how much each place attends to the chosen tokens, averaged over heads and the chosen blocks.", draws: { by: "attention" } });
  return choices;
}

export function viewsOf(context: ViewContext, options: ViewOptions): ViewChoice[] {
  const { meaning, of } = context;
  const matrix = drawn("matrix", "Values", "Every value: the last dimension across, all others down.", { kind: "matrix", of });
  switch (meaning.kind) {
    case "patches":
      return patchViews(context, meaning, options);
    case "latents":
      return latentViews(context, meaning, options);
    case "mask":
      return [drawn("mask", "Mask", "1 where a patch is not known yet, 0 where it is.", { kind: "slice", of, at: [], grid: meaning.grid }), matrix];
    case "image":
      return [drawn("image", "Picture", "The picture itself, pixel by pixel.", { kind: "image", of })];
    case "tokens":
      return [{ id: "tokens", title: "Tokens", computes: "The prompt as the tokenizer cut it, with ‖embedding‖₂ of each token.", draws: { by: "tokens" } }, matrix];
    case "residuals":
      return [{ id: "bars", title: "By block", computes: "‖residual‖₂ that the ControlNet adds after each block of FLUX.", draws: { by: "bars" } }, matrix];
    case "plain":
      return [matrix];
  }
}

/** The chosen view, or the first when this tensor has no such one. */
export function viewChosen(choices: readonly ViewChoice[], id: string | null): ViewChoice | undefined {
  return choices.find((choice) => choice.id === id) ?? choices[0];
}

const square = (index: number, columns: number) => `row ${Math.floor(index / columns) + 1}, column ${(index % columns) + 1}`;

/** Where a pixel of a raster lies, as people say it. */
function placeOf(view: View, { width, tiles }: Raster, x: number, y: number): string | null {
  if (tiles) {
    const [column, row] = [Math.floor(x / (tiles.width + 1)), Math.floor(y / (tiles.height + 1))];
    const [inX, inY] = [x - column * (tiles.width + 1), y - row * (tiles.height + 1)];
    if (inX >= tiles.width || inY >= tiles.height) return null;
    return `channel ${row * tiles.columns + column}, y ${inY}, x ${inX}`;
  }
  switch (view.kind) {
    case "patch-heatmap":
      return `patch ${square(y, view.grid.columns)}, dimension ${x}`;
    case "matrix":
      return `${y}, ${x}`;
    case "latent-channel":
    case "latent-norms":
    case "latent-change":
    case "latent-components":
    case "image":
      return `y ${y}, x ${x}`;
    default:
      return `patch ${square(y * width + x, width)}`;
  }
}

/** The place and value under the pointer; null between tiles. */
export function readout(view: View, raster: Raster, x: number, y: number): string | null {
  const place = placeOf(view, raster, x, y);
  if (place === null) return null;
  const at = y * raster.width + x;
  if (raster.values) {
    const value = raster.values[at]!;
    if (Number.isNaN(value) && raster.rgba[at * 4 + 3] === 0) return `${place} · not known yet`;
    return `${place} · ${Number.isFinite(value) ? formatValue(value) : String(value)}`;
  }
  const channel = (offset: number) => raster.rgba[at * 4 + offset];
  return view.kind === "image" ? `${place} · R ${channel(0)} G ${channel(1)} B ${channel(2)}${channel(3) === 255 ? "" : ` A ${channel(3)}`}` : place;
}
