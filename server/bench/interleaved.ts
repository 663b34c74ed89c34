/** Timing of several ways to do one thing on a machine that does other things too. */
import { performance } from "node:perf_hooks";

/** One timed run. What it returns, if anything, is the seconds it measured itself. */
export type Timed = () => Promise<number | void>;

/** Seconds of every round, by way. */
export type Rounds<Way extends string> = Readonly<Record<Way, readonly number[]>>;

/**
 * Runs all ways in turn, after one round that does not count, until `rounds` are done; with a `budget` in seconds, no
 * fewer than three and no more than fit. Noise of the machine falls on neighbours alike.
 */
export async function interleaved<Way extends string>(ways: Readonly<Record<Way, Timed>>, limits: { rounds: number; budget?: number }): Promise<Rounds<Way>> {
  const names = Object.keys(ways) as Way[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Way, number[]>;
  const begun = performance.now();
  for (let round = -1; round < limits.rounds; round++) {
    if (round >= 5 && (performance.now() - begun) / 1000 > (limits.budget ?? Infinity)) break;
    for (const name of names) {
      const from = performance.now();
      const own = await ways[name]();
      if (round >= 0) taken[name].push(own ?? (performance.now() - from) / 1000);
    }
  }
  return taken;
}

/** The median over rounds of one way's time over another's: what stays when a round as a whole was slow. */
export function ratioOf<Way extends string>(rounds: Rounds<Way>, over: Way, under: Way): number {
  return median(rounds[over].map((seconds, round) => seconds / rounds[under][round]!));
}

/** The same of what one way takes more than another, in seconds. */
export function differenceOf<Way extends string>(rounds: Rounds<Way>, over: Way, under: Way): number {
  return median(rounds[over].map((seconds, round) => seconds - rounds[under][round]!));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
