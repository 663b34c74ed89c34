/** The ways to look at a tensor, by what it means: what each is called, what it computes, and what is asked of the worker. */
import type { en } from "@/app/i18n/en/messages";
import type { Translate } from "@/app/i18n/translate";
import { formatValue } from "@/app/ui/quantity";
import type { Meaning } from "./meaning";
import { vectorColumns } from "./tensors/matrix-field";
import type { Raster, TensorRef, View } from "./worker/contract";

/** Params of views that somebody chose. */
export interface ViewOptions {
  /** The patch that others are compared with; null: the first that is known. */
  readonly patch: number | null;
  readonly dimension: number;
  readonly channel: number;
  /** Channel tiles: each on a scale of its own. */
  readonly perChannel: boolean;
  /** One scale for all steps, so that colours stay comparable between them. */
  readonly oneScale: boolean;
}

export const firstOptions: ViewOptions = { patch: null, dimension: 0, channel: 0, perChannel: false, oneScale: false };

export interface ViewContext {
  readonly meaning: Meaning;
  readonly of: TensorRef;
  /** The same tensor a step before; null at the first step, of outputs, and where that step was not kept. */
  readonly before: TensorRef | null;
  /** Some steps' tensors were not kept. */
  readonly thinned: boolean;
  /** The same tensor at all steps (a sample of them when there are many). */
  readonly timeline: readonly TensorRef[];
  /** Which patches are known at this step. */
  readonly mask: TensorRef | null;
  /** Which were known at the steps up to this one, of how many there are, and before the first; null where the step knows none of it. */
  readonly order: Pick<Extract<View, { kind: "unmask-order" }>, "masks" | "first" | "last" | "givenLost"> | null;
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
    | { readonly by: "lines"; readonly timeline: readonly TensorRef[] }
    /** Nothing to draw here: a reason in words. */
    | { readonly by: "words"; readonly words: string };
  /** A click chooses a patch. */
  readonly picks?: "patch";
  readonly option?: "dimension" | "channel" | "perChannel";
}

type ViewId = keyof typeof en.inspector.views;

/** Everything people read counts from 1, as steps and blocks do. */
const counted = (index: number) => String(index + 1);
const square = (index: number, columns: number) => ({ row: counted(Math.floor(index / columns)), column: counted(index % columns) });

/** Why a change cannot be drawn. */
const noChange = (thinned: boolean, t: Translate) => t(thinned ? "inspector.noChangeThinned" : "inspector.noChange");

function viewsIn(t: Translate) {
  const choice = (id: ViewId, computes: string, draws: ViewChoice["draws"], more: Pick<ViewChoice, "picks" | "option"> = {}): ViewChoice => ({ id, title: t(`inspector.views.${id}`), computes, draws, ...more });
  return { choice, drawn: (id: ViewId, computes: string, view: View, more?: Pick<ViewChoice, "picks" | "option">) => choice(id, computes, { by: "worker", view }, more) };
}

function patchViews({ of, before, thinned, timeline, mask, order, probes }: ViewContext, { grid, dims }: Extract<Meaning, { kind: "patches" }>, options: ViewOptions, t: Translate): ViewChoice[] {
  const { choice, drawn } = viewsIn(t);
  // Chosen on another grid, perhaps.
  const patch = options.patch === null ? null : Math.min(options.patch, grid.rows * grid.columns - 1);
  const dimension = Math.min(options.dimension, dims - 1);
  const patches = { of, grid, ...(mask && { mask }) };
  const choices: ViewChoice[] = [
    drawn("components", t("inspector.computes.patchComponents"), { kind: "patch-components", timeline, ...patches }, { picks: "patch" }),
    drawn("norms", t("inspector.computes.patchNorms"), { kind: "patch-norms", ...patches }, { picks: "patch" }),
    drawn("similarity", patch === null ? t("inspector.computes.similarityToFirst") : t("inspector.computes.similarity", square(patch, grid.columns)), { kind: "patch-similarity", patch, ...patches }, { picks: "patch" }),
    drawn("dimension", t("inspector.computes.dimension", { dimension: counted(dimension), count: String(dims) }), { kind: "patch-dimension", dimension, ...patches }, { picks: "patch", option: "dimension" }),
    drawn("heatmap", t("inspector.computes.heatmap"), { kind: "patch-heatmap", ...patches }, { option: "dimension" }),
  ];
  if (timeline.length > 1) {
    const change = t("inspector.computes.patchChange");
    choices.push(before ? drawn("change", change, { kind: "patch-change", before, ...patches }, { picks: "patch" }) : choice("change", change, { by: "words", words: noChange(thinned, t) }));
  }
  if (order) choices.push(drawn("order", t(order.givenLost ? "inspector.computes.orderGivenLost" : thinned ? "inspector.computes.orderThinned" : "inspector.computes.order"), { kind: "unmask-order", ...order, grid }, { picks: "patch" }));
  if (probes.attention) choices.push(choice("attention", t("inspector.computes.patchAttention"), { by: "attention" }, { picks: "patch" }));
  return choices;
}

function latentViews({ of, before, thinned, timeline, probes }: ViewContext, { channels }: Extract<Meaning, { kind: "latents" }>, { channel: chosen, perChannel }: ViewOptions, t: Translate): ViewChoice[] {
  const { choice, drawn } = viewsIn(t);
  const channel = Math.min(chosen, channels - 1);
  const choices: ViewChoice[] = [
    drawn("components", t("inspector.computes.latentComponents"), { kind: "latent-components", of, timeline }),
    drawn("channels", t(perChannel ? "inspector.computes.channelsEach" : "inspector.computes.channelsShared"), { kind: "latent-channels", of, scale: perChannel ? "per-channel" : "shared" }, { option: "perChannel" }),
    drawn("channel", t("inspector.computes.channel", { channel: counted(channel), count: String(channels) }), { kind: "latent-channel", of, channel }, { option: "channel" }),
    drawn("norms", t("inspector.computes.latentNorms"), { kind: "latent-norms", of }),
  ];
  if (timeline.length > 1) {
    const change = t("inspector.computes.latentChange");
    choices.push(before ? drawn("change", change, { kind: "latent-change", of, before }) : choice("change", change, { by: "words", words: noChange(thinned, t) }));
  }
  if (probes.decode) choices.push(choice("decoded", t("inspector.computes.decoded"), { by: "decoding" }));
  if (probes.attention) choices.push(choice("attention", t("inspector.computes.wordAttention"), { by: "attention" }));
  return choices;
}

export function viewsOf(context: ViewContext, options: ViewOptions, t: Translate): ViewChoice[] {
  const { meaning, of } = context;
  const { choice, drawn } = viewsIn(t);
  const matrix = drawn("matrix", t("inspector.computes.matrix"), { kind: "matrix", of });
  const vector = (count: number) => {
    const columns = vectorColumns(count);
    return drawn("matrix", t("inspector.computes.vector", { columns: String(columns) }), { kind: "vector", of, columns });
  };
  switch (meaning.kind) {
    case "patches":
      return patchViews(context, meaning, options, t);
    case "latents":
      return latentViews(context, meaning, options, t);
    case "mask":
      return [drawn("mask", t("inspector.computes.mask"), { kind: "mask", of, grid: meaning.grid }), matrix];
    case "image":
      return [drawn("image", t("inspector.computes.image"), { kind: "image", of })];
    case "tokens":
      return [choice("tokens", t("inspector.computes.tokens"), { by: "tokens" }), matrix];
    case "pooled":
      return [choice("tokens", t("inspector.computes.pooledTokens"), { by: "tokens" }), vector(meaning.count)];
    case "residuals":
      return [choice("bars", t("inspector.computes.bars"), { by: "bars" }), ...(context.timeline.length > 1 ? [choice("lines", t("inspector.computes.lines"), { by: "lines", timeline: context.timeline })] : []), matrix];
    case "vector":
      return [vector(meaning.count)];
    case "plain":
      return [matrix];
  }
}

/** The chosen view, or the first when this tensor has no such one. */
export function viewChosen(choices: readonly ViewChoice[], id: string | null): ViewChoice | undefined {
  return choices.find((choice) => choice.id === id) ?? choices[0];
}

/** Cells that are not known yet are blank in this view. */
export function leavesBlank(view: View): boolean {
  return view.kind === "mask" || view.kind === "unmask-order" || ("mask" in view && view.mask !== undefined);
}

/** The scale of this view is that of its own numbers, and changes from step to step. */
export function scalesItself(view: View): boolean {
  switch (view.kind) {
    case "patch-norms":
    case "patch-dimension":
    case "patch-heatmap":
    case "patch-change":
    case "latent-channel":
    case "latent-norms":
    case "latent-change":
    case "matrix":
      return true;
    case "latent-channels":
      return view.scale === "shared";
    default:
      return false;
  }
}

/** What the numbers of a view are, for its scale. */
export function quantityOf(view: View, t: Translate): string {
  switch (view.kind) {
    case "patch-norms":
    case "latent-norms":
      return t("inspector.quantities.norm");
    case "patch-change":
    case "latent-change":
      return t("inspector.quantities.change");
    case "patch-similarity":
      return t("inspector.quantities.cosine");
    case "unmask-order":
      return t("inspector.quantities.iteration");
    default:
      return t("inspector.quantities.value");
  }
}

/** Where a pixel of a raster lies, as people say it. */
function placeOf(view: View, { width, tiles, rgba }: Raster, x: number, y: number, t: Translate): string | null {
  if (tiles) {
    const [column, row] = [Math.floor(x / (tiles.width + 1)), Math.floor(y / (tiles.height + 1))];
    const [inX, inY] = [x - column * (tiles.width + 1), y - row * (tiles.height + 1)];
    if (inX >= tiles.width || inY >= tiles.height) return null;
    return t("inspector.place.channel", { channel: counted(row * tiles.columns + column), y: counted(inY), x: counted(inX) });
  }
  switch (view.kind) {
    case "patch-heatmap":
      return t("inspector.place.patchDimension", { ...square(y, view.grid.columns), dimension: counted(x) });
    case "matrix":
      return t("inspector.place.matrix", { row: counted(y), column: counted(x) });
    case "vector":
      return rgba[(y * width + x) * 4 + 3] === 0 ? null : t("inspector.place.element", { index: counted(y * width + x) });
    case "latent-channel":
    case "latent-norms":
    case "latent-change":
    case "latent-components":
    case "image":
      return t("inspector.place.pixel", { y: counted(y), x: counted(x) });
    default:
      return t("inspector.place.patch", square(y * width + x, width));
  }
}

function orderReadout({ masks, givenLost }: Extract<View, { kind: "unmask-order" }>, place: string, step: number, t: Translate): string {
  if (step === 0) return t("inspector.place.given", { place });
  return t(givenLost && step === masks[0]?.step ? "inspector.place.iterationOrGiven" : "inspector.place.iteration", { place, iteration: String(step) });
}

/** The place and value under the pointer; null between tiles. */
export function readout(view: View, raster: Raster, x: number, y: number, t: Translate): string | null {
  const place = placeOf(view, raster, x, y, t);
  if (place === null) return null;
  const at = y * raster.width + x;
  if (raster.values) {
    const value = raster.values[at]!;
    if (Number.isNaN(value) && raster.rgba[at * 4 + 3] === 0) return t("inspector.place.unknown", { place });
    if (view.kind === "mask") return t("inspector.place.known", { place });
    if (view.kind === "unmask-order") return orderReadout(view, place, value, t);
    return t("inspector.place.value", { place, value: Number.isFinite(value) ? formatValue(value) : String(value) });
  }
  const channel = (offset: number) => raster.rgba[at * 4 + offset];
  return view.kind === "image" ? t("inspector.place.value", { place, value: `R ${channel(0)} G ${channel(1)} B ${channel(2)}${channel(3) === 255 ? "" : ` A ${channel(3)}`}` }) : place;
}
