/** What the inspector asks of its worker, which holds the raw tensors and turns them into pictures and numbers. */

/** A tensor of an artifact. */
export interface TensorRef {
  readonly hash: string;
  readonly name: string;
}

/** Where patches lie: patch i is in row ⌊i / columns⌋, column i mod columns. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

interface OfPatches {
  /** […, patches, dims]; rows and columns of the grid may be dimensions of their own. */
  readonly of: TensorRef;
  readonly grid: Grid;
  /** [1, patches], 1 where a patch is not known yet; those are left blank. */
  readonly mask?: TensorRef | undefined;
}

interface OfLatents {
  /** [1, channels, height, width] */
  readonly of: TensorRef;
}

/** One way to look at a tensor. `range`: the ends of its scale, where they are not its own least and greatest value. */
export type View = WayToLook & { readonly range?: readonly [low: number, high: number] | undefined };

type WayToLook =
  /**
   * The first three principal components as RGB, with one basis for the whole timeline. Masked patches are left out of
   * the fit: the mask of every frame lies beside its patches, under the name that `mask` has.
   */
  | ({ readonly kind: "patch-components"; readonly timeline: readonly TensorRef[] } & OfPatches)
  /** ‖patch‖₂ */
  | ({ readonly kind: "patch-norms" } & OfPatches)
  /** Cosine of each patch to one of them; null: to the first that is known. */
  | ({ readonly kind: "patch-similarity"; readonly patch: number | null } & OfPatches)
  /** One dimension of every patch. */
  | ({ readonly kind: "patch-dimension"; readonly dimension: number } & OfPatches)
  /** ‖patch − patch of the frame before‖₂ */
  | ({ readonly kind: "patch-change"; readonly before: TensorRef } & OfPatches)
  /** A row per patch, a column per dimension. */
  | ({ readonly kind: "patch-heatmap" } & OfPatches)
  /**
   * The iteration at which each patch was unmasked: the step of the first mask that has a 0 there, of `last` there are in
   * all. Blank where none has; in a colour of its own where `first`, the mask before the first iteration, has a 0.
   * `givenLost`: there was such a mask, and it was not kept.
   */
  | { readonly kind: "unmask-order"; readonly masks: readonly { readonly step: number; readonly of: TensorRef }[]; readonly last: number; readonly first: TensorRef | null; readonly givenLost?: boolean; readonly grid: Grid }
  /** [1, patches], blank where it is not 0. */
  | { readonly kind: "mask"; readonly of: TensorRef; readonly grid: Grid }
  /** Every channel as a tile. */
  | ({ readonly kind: "latent-channels"; readonly scale: "shared" | "per-channel" } & OfLatents)
  | ({ readonly kind: "latent-channel"; readonly channel: number } & OfLatents)
  /** The first three principal components over the channels as RGB, with one basis for the whole timeline. */
  | ({ readonly kind: "latent-components"; readonly timeline: readonly TensorRef[] } & OfLatents)
  /** ‖channels‖₂ at each place. */
  | ({ readonly kind: "latent-norms" } & OfLatents)
  /** ‖channels − channels of the frame before‖₂ at each place. */
  | ({ readonly kind: "latent-change"; readonly before: TensorRef } & OfLatents)
  /** One index on every leading dimension (mean over those that are lists), the last dimension from element `from` on laid out on the grid. For attention. */
  | { readonly kind: "slice"; readonly of: TensorRef; readonly at: readonly (number | readonly number[])[]; readonly grid: Grid; readonly from?: number }
  /** uint8 [height, width, 3 or 4] as it is. */
  | { readonly kind: "image"; readonly of: TensorRef }
  /** Any tensor as a picture: the last dimension across, all others down. */
  | { readonly kind: "matrix"; readonly of: TensorRef }
  /** All values one after the other, so many to a row; what is left of the last row is blank. */
  | { readonly kind: "vector"; readonly of: TensorRef; readonly columns: number };

/** Which numbers the ends of a colour map stand for. */
export interface Scale {
  /** diverging: `low` is −`high`, and zero is the neutral middle. */
  readonly map: "sequential" | "diverging";
  readonly low: number;
  readonly high: number;
}

/** A tensor without elements makes a raster of 0 pixels, for which there is no ImageData. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** width × height pixels. Blank ones are transparent, NaN magenta, infinite ones orange. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Which of the two it shows; neither in a picture as it is. */
  readonly notFinite: { readonly nan: boolean; readonly infinite: boolean };
  /** What each pixel stands for; NaN where it is blank. Null where colour is a projection. */
  readonly values: Float32Array<ArrayBuffer> | null;
  /** Null where colour is a projection. With a scale per tile it is that of the first tile. Its ends are NaN when no value is finite. */
  readonly scale: Scale | null;
  /** Set where the picture is a grid of equal tiles, one pixel apart. */
  readonly tiles: { readonly rows: number; readonly columns: number; readonly width: number; readonly height: number; readonly scales: readonly Scale[] | null } | null;
  /** How many frames the basis was fitted on, of how many, and the share of the variance it holds; null without one. Frames that are gone are not among them. */
  readonly basis: { readonly frames: number; readonly of: number; readonly explained: number } | null;
  /** Set where the tensor is too large for a pixel per number: each pixel is the value of largest magnitude in a block of so many. */
  readonly pooled: Grid | null;
}

export interface TensorSummary {
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly bytes: number;
}

/** NaN and infinite elements are counted and otherwise left out; every number is NaN when none is left. */
export interface Statistics {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the population: divided by the count. */
  readonly std: number;
  readonly nan: number;
  readonly infinite: number;
}

export interface Histogram {
  readonly low: number;
  readonly high: number;
  /** Equal bins from low to high; the last one holds high too. */
  readonly counts: readonly number[];
}

/** How far two tensors of one shape are apart. */
export interface Difference {
  readonly maxAbs: number;
  readonly meanAbs: number;
  /** 10 · log₁₀(range² / MSE) with the range of the first tensor, 255 for uint8; Infinity when equal. */
  readonly psnr: number;
  /** Of the two flattened tensors. */
  readonly cosine: number;
  readonly equal: boolean;
}

/** Every call rejects with an Error whose message is meant for people: which tensor, what is wrong, what to do. */
export interface InspectorWorker {
  describe(hash: string): Promise<TensorSummary[]>;
  /** Rasters in the order of the views. `shared`: one scale over all of them; otherwise each has its own. */
  draw(views: readonly View[], shared: boolean): Promise<Raster[]>;
  /** Memory of rasters that are not looked at any more, for those to come. It is handed over: nobody may read it afterwards. */
  giveBack(buffers: readonly ArrayBuffer[]): Promise<void>;
  /** One scale for all of the views, which have one colour map; null where colour is a projection. Steps that are gone are passed over. */
  scaleOver(views: readonly View[]): Promise<Scale | null>;
  /**
   * a − b on a diverging scale, of pictures the mean of their colours. Both views must give pictures of one size. Colours of
   * components are not subtracted: of two such views it is ‖a − b‖₂ of the vectors at each place, on a sequential scale.
   */
  drawDifference(a: View, b: View): Promise<Raster>;
  statistics(of: TensorRef): Promise<Statistics>;
  /** In the order asked; null where an artifact is gone or has no such tensor. Does not keep the tensors. */
  statisticsOver(of: readonly TensorRef[]): Promise<(Statistics | null)[]>;
  histogram(of: TensorRef, bins: number): Promise<Histogram>;
  compare(a: TensorRef, b: TensorRef): Promise<Difference>;
  /** All values as float32, row by row; 16-bit and 8-bit types are converted. */
  values(of: TensorRef): Promise<{ dims: readonly number[]; data: Float32Array<ArrayBuffer> }>;
  /** In the order asked; null where an artifact is gone or has no such tensor. For small tensors; does not keep them. */
  valuesOver(of: readonly TensorRef[]): Promise<(Float32Array<ArrayBuffer> | null)[]>;
  /** How many elements of each channel of a picture, uint8 [height, width, channels], lie in each of 64 equal bins from 0 to 255. */
  channelHistograms(of: TensorRef): Promise<Histogram[]>;
  /** The tensor as a .npy file (version 1.0, little endian, C order); bf16 becomes float32. */
  npy(of: TensorRef): Promise<Uint8Array<ArrayBuffer>>;
  /** Fetches artifacts ahead of need, within the memory budget; a later call ends this one. Never rejects. */
  prefetch(hashes: readonly string[]): Promise<void>;
}
