"use client";

import { useTranslations } from "use-intl";
import { BarChart } from "./bar-chart";
import { useValues } from "./tensor-queries";
import type { TensorRef } from "./worker/contract";

/** ‖residual‖₂ by block, in the order in which FLUX adds them. */
export function ResidualBars({ of }: { of: TensorRef }) {
  const t = useTranslations();
  const values = useValues(of);
  if (values.error) return <p className="text-muted">{values.error.message}</p>;
  const norms = [...(values.data?.data ?? [])];
  return <BarChart label={t("inspector.bars.residuals")} values={norms} nameOf={(index) => t("inspector.bars.block", { block: String(index + 1) })} low={norms.length > 0 ? t("inspector.bars.block", { block: "1" }) : ""} high={norms.length > 0 ? `${norms.length}` : ""} />;
}
