"use client";

import { useTranslations } from "use-intl";
import { formatValue } from "@/app/ui/quantity";
import { classNames } from "@/app/ui/class-names";
import { useValues } from "./tensor-queries";
import type { TensorRef } from "./worker/contract";

interface TokensViewProps {
  of: TensorRef;
  /** As the tokenizer cut the prompt; what follows them in the tensor is padding. */
  tokens: readonly string[];
  truncated: number;
}

/** Norms of the rows of [1, tokens, dims]. */
export function rowNorms(data: Float32Array, count: number): number[] {
  const dims = count === 0 ? 0 : data.length / count;
  return Array.from({ length: count }, (_, row) => {
    let sum = 0;
    for (let i = row * dims; i < (row + 1) * dims; i++) sum += data[i]! ** 2;
    return Math.sqrt(sum);
  });
}

/** SentencePiece writes the space before a word as ▁, byte-level BPE as Ġ, and line ends as Ċ. */
export const tokenText = (token: string) => token.replace(/[▁Ġ]/g, "·").replaceAll("Ċ", "⏎");

/** Every token with its norm. Padding is counted, not listed: there may be hundreds. */
export function TokensView({ of, tokens, truncated }: TokensViewProps) {
  const t = useTranslations();
  const values = useValues(of);
  if (values.error) return <p className="text-muted">{values.error.message}</p>;
  if (!values.data) return <p className="text-muted">{t("inspector.tokens.reading")}</p>;
  const count = values.data.dims[1] ?? 0;
  const norms = rowNorms(values.data.data, count);
  const most = Math.max(...norms.slice(0, tokens.length), 1e-12);
  const padding = count - tokens.length;
  return (
    <div className="flex flex-col gap-2">
      <ol aria-label={t("inspector.tokens.title")} className="flex flex-col">
        {tokens.map((token, index) => {
          const end = token === "</s>";
          return (
            <li key={index} className="grid h-6 grid-cols-[2rem_minmax(4rem,8rem)_1fr_auto] items-center gap-2">
              <span className="number text-right text-sm text-faint">{index + 1}</span>
              <span className={classNames("truncate font-mono text-sm select-text", end && "text-faint")} title={end ? t("inspector.tokens.end") : token}>
                {tokenText(token)}
              </span>
              <span className="h-1.5 overflow-hidden rounded-full bg-field" aria-hidden>
                <span className="block h-full bg-(--type-conditioning)" style={{ width: `${(norms[index]! / most) * 100}%` }} />
              </span>
              <span className="number w-12 text-right text-sm text-muted">{formatValue(norms[index]!)}</span>
            </li>
          );
        })}
      </ol>
      <p className="number text-sm text-muted">
        {padding > 0
          ? t("inspector.tokens.countAndPadding", { count: String(tokens.length), padding: String(padding), low: formatValue(Math.min(...norms.slice(tokens.length))), high: formatValue(Math.max(...norms.slice(tokens.length))) })
          : t("inspector.tokens.count", { count: String(tokens.length) })}
      </p>
      {truncated > 0 && <p className="text-sm text-warn">{t("inspector.tokens.truncated", { count: truncated })}</p>}
    </div>
  );
}
