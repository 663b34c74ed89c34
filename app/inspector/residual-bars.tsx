"use client";

import { BarChart } from "./bar-chart";
import { useValues } from "./tensor-queries";
import type { TensorRef } from "./worker/contract";

/** ‖residual‖₂ by block, in the order in which FLUX adds them. */
export function ResidualBars({ of }: { of: TensorRef }) {
  const values = useValues(of);
  if (values.error) return <p className="text-muted">{values.error.message}</p>;
  const norms = [...(values.data?.data ?? [])];
  return <BarChart label="Norm of the ControlNet's residual by block" values={norms} nameOf={(index) => `block ${index + 1}`} low={norms.length > 0 ? "block 1" : ""} high={norms.length > 0 ? `${norms.length}` : ""} />;
}
