/** `bifrost models parity`: how far our graphs are from what a reference computed. */
import { openBundle } from "@/models/parity/bundle";
import type { Comparison } from "@/models/parity/comparison";
import { bundleParity } from "@/models/parity/parity";
import { GraphRunner } from "@/server/parity/graph-runner";

/** Prints one line per output; 0 when all are within the bundle's tolerance, 1 otherwise. */
export async function modelsParity(directory: string): Promise<number> {
  const bundle = openBundle(directory);
  const runner = new GraphRunner();
  try {
    const comparisons = await bundleParity(bundle, runner.run);
    process.stdout.write(`${bundle.architecture} in ${bundle.directory}: largest error, of each output's largest value; tolerance ${bundle.tolerance}\n`);
    for (const comparison of comparisons) process.stdout.write(`${isWithin(comparison, bundle.tolerance) ? "ok      " : "problem "} ${line(comparison)}\n`);
    return comparisons.every((comparison) => isWithin(comparison, bundle.tolerance)) ? 0 : 1;
  } finally {
    runner.close();
  }
}

// Not `error > tolerance` turned round: NaN is a problem.
const isWithin = ({ error }: Comparison, tolerance: number) => error <= tolerance;

function line({ name, dims, error, scale, tokens }: Comparison): string {
  const said = Number.isNaN(error) ? "holds a number that is not finite, here or in the reference" : `${error.toExponential(1)} of ${scale.toPrecision(3)}`;
  const left = tokens ? `, ${tokens.compared} of ${tokens.all} tokens compared, the others being masked` : "";
  return `${name} [${dims.join(", ")}]: ${said}${left}`;
}
