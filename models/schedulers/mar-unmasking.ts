/** The order in which Bifrost-1 fixes patch latents: masked autoregression with a cosine schedule (MAR, MaskGIT). */

export interface UnmaskingIteration {
  /** 0-based, of `total`. */
  readonly index: number;
  readonly total: number;
  /** float32 [N]: 1 where the token is still masked when this iteration's prediction is made, 0 elsewhere. */
  readonly mask: Float32Array;
  /** Positions that take their predicted vector in this iteration. Empty when iterations outnumber the tokens. */
  readonly unmasked: readonly number[];
}

export interface UnmaskingPlan {
  /** A permutation of 0 … N−1. Positions at its end are unmasked first, as in the authors' script. */
  readonly order: readonly number[];
  readonly iterations: number;
  /** Positions whose latents are given: never masked, never predicted. */
  readonly known?: ReadonlySet<number>;
}

/**
 * The iterations of an unmasking plan. Iteration i of n leaves floor(M · cos(π/2 · (i + 1) / n)) of the M unknown
 * tokens masked, kept between 1 and (masked now − 1), and none at the last. With nothing known, M = N.
 * Throws a RangeError when `order` is no permutation, a known position is outside it, or there are no iterations.
 */
export function* unmaskingIterations(plan: UnmaskingPlan): Generator<UnmaskingIteration, void> {
  const { order, iterations: total, known = new Set<number>() } = plan;
  check(order, total, known);
  const unknown = order.filter((position) => !known.has(position));
  const mask = new Float32Array(order.length);
  for (const position of unknown) mask[position] = 1;
  let masked = unknown.length;
  if (masked === 0) return;
  for (let index = 0; index < total; index++) {
    const left = maskedAfter(index, total, unknown.length, masked);
    const unmasked = unknown.slice(left, masked);
    yield { index, total, mask: mask.slice(), unmasked };
    for (const position of unmasked) mask[position] = 0;
    masked = left;
  }
}

function maskedAfter(index: number, total: number, unknown: number, masked: number): number {
  if (index === total - 1) return 0;
  const cosine = Math.floor(unknown * Math.cos(((Math.PI / 2) * (index + 1)) / total));
  return Math.max(1, Math.min(masked - 1, cosine));
}

function check(order: readonly number[], total: number, known: ReadonlySet<number>): void {
  if (!Number.isInteger(total) || total < 1) throw new RangeError(`Unmasking needs at least one iteration, got ${total}.`);
  const positions = new Set(order);
  if (positions.size !== order.length || order.some((position) => !Number.isInteger(position) || position < 0 || position >= order.length)) {
    throw new RangeError(`The unmasking order should be a permutation of 0 … ${order.length - 1}.`);
  }
  for (const position of known) {
    if (!positions.has(position)) throw new RangeError(`Known position ${position} is outside the ${order.length} tokens.`);
  }
}

/**
 * Classifier-free guidance: unconditional + weight · (conditional − unconditional), element by element.
 * At weight 1 the result is the conditional prediction itself and the unconditional half need not be run.
 */
export function guided(conditional: Float32Array, unconditional: Float32Array, weight: number): Float32Array {
  if (conditional.length !== unconditional.length) {
    throw new RangeError(`Guidance combines predictions of one size, got ${conditional.length} and ${unconditional.length} values.`);
  }
  return conditional.map((value, i) => {
    const base = unconditional[i] ?? 0;
    return base + weight * (value - base);
  });
}
