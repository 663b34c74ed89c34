import type { Bundle } from "./bundle";
import type { Computed } from "./comparison";
import type { RunGraph } from "./rows";

/** One architecture as a reference's users know it. */
export interface Component {
  /** Names in inputs.safetensors, the optional ones with a question mark. */
  readonly inputs: readonly string[];
  /**
   * All outputs that can be compared, over the bundle's weights and inputs. Throws a CheckpointError for a bundle that
   * does not fit.
   */
  compute(bundle: Bundle, run: RunGraph): Promise<Record<string, Computed>>;
}
