"use client";

import { useTranslations } from "use-intl";
import { formatValue } from "@/app/ui/quantity";
import { classNames } from "@/app/ui/class-names";
import { useValues } from "./tensor-queries";
import type { TensorRef } from "./worker/contract";

/** A prompt as a tokenizer cut it. */
export interface CutPrompt {
  readonly tokens: readonly string[];
  readonly truncated: number;
  /** The first of those that were cut off. */
  readonly cut: readonly string[];
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

/** SentencePiece writes the space before a word as ▁, byte-level BPE as Ġ, and line ends as Ċ; CLIP marks the end of a word with </w>. */
export const tokenText = (token: string) => token.replace(/[▁Ġ]|<\/w>$/g, "·").replaceAll("Ċ", "⏎");

interface TokenRowProps {
  index: number | null;
  text: string;
  look: "read" | "mark" | "unread";
  title: string;
  /** Of the longest there is; null: it has none. */
  share: number | null;
  norm: string;
}

function TokenRow({ index, text, look, title, share, norm }: TokenRowProps) {
  return (
    <li className="grid h-6 grid-cols-[2rem_minmax(4rem,8rem)_1fr_auto] items-center gap-2">
      <span className="number text-right text-sm text-faint">{index}</span>
      <span className={classNames("truncate font-mono text-sm select-text", look === "mark" && "text-faint", look === "unread" && "text-warn line-through")} title={title}>
        {text}
      </span>
      {share === null ? (
        <span className={classNames("h-1.5", look === "unread" && "hatched rounded-full")} aria-hidden />
      ) : (
        <span className="h-1.5 overflow-hidden rounded-full bg-field" aria-hidden>
          <span className={classNames("block h-full", look === "read" ? "bg-(--type-conditioning)" : "bg-(--line-strong)")} style={{ width: `${share * 100}%` }} />
        </span>
      )}
      <span className="number min-w-12 text-right text-sm text-muted">{norm}</span>
    </li>
  );
}

interface TokenRowsProps {
  prompt: CutPrompt;
  padding: number;
  /** Of tokens and padding; null where no token has a vector of its own. */
  norms: readonly number[] | null;
}

const ends: ReadonlySet<string> = new Set(["</s>", "<|endoftext|>"]);
const starts: ReadonlySet<string> = new Set(["<|startoftext|>"]);

/** Every token, then what fills up, which is counted (there may be hundreds), then what was not read. */
function TokenRows({ prompt: { tokens, truncated, cut }, padding, norms }: TokenRowsProps) {
  const t = useTranslations();
  const most = norms ? Math.max(...norms, 1e-12) : 1;
  const filling = norms?.slice(tokens.length, tokens.length + padding) ?? [];
  return (
    <div className="flex flex-col gap-2">
      <ol aria-label={t("inspector.tokens.title")} className="flex flex-col">
        {tokens.map((token, index) => {
          const mark = ends.has(token) ? t("inspector.tokens.end") : starts.has(token) ? t("inspector.tokens.start") : null;
          return <TokenRow key={index} index={index + 1} text={tokenText(token)} look={mark === null ? "read" : "mark"} title={mark ?? token} share={norms ? norms[index]! / most : null} norm={norms ? formatValue(norms[index]!) : ""} />;
        })}
        {padding > 0 && (
          <TokenRow
            index={null}
            text={t("inspector.tokens.padding", { count: padding })}
            look="mark"
            title={t("inspector.tokens.paddingHelp")}
            share={norms ? Math.max(...filling) / most : null}
            norm={norms ? t("inspector.tokens.norms", { low: formatValue(Math.min(...filling)), high: formatValue(Math.max(...filling)) }) : ""}
          />
        )}
        {cut.map((token, index) => (
          <TokenRow key={`cut ${index}`} index={null} text={tokenText(token)} look="unread" title={t("inspector.tokens.cut")} share={null} norm="" />
        ))}
      </ol>
      {truncated > cut.length && cut.length > 0 && <p className="text-sm text-warn">{t("inspector.tokens.moreCut", { count: truncated - cut.length })}</p>}
      <p className="number text-sm text-muted">{t("inspector.tokens.count", { count: tokens.length })}</p>
      {truncated > 0 && <p className="text-sm text-warn">{t("inspector.tokens.truncated", { count: truncated })}</p>}
    </div>
  );
}

/** T5's tokens, each with a vector of its own in `of`. What follows them in the tensor is padding. */
export function TokensView({ of, prompt }: { of: TensorRef; prompt: CutPrompt }) {
  const t = useTranslations();
  const values = useValues(of);
  if (values.error) return <p className="text-muted">{values.error.message}</p>;
  if (!values.data) return <p className="text-muted">{t("inspector.tokens.reading")}</p>;
  const count = values.data.dims[1] ?? 0;
  return <TokenRows prompt={prompt} padding={Math.max(0, count - prompt.tokens.length)} norms={rowNorms(values.data.data, count)} />;
}

/** CLIP's tokens, for all of which one vector stands; null of a result that did not keep them. */
export function PooledTokensView({ prompt, padding }: { prompt: CutPrompt | null; padding: number }) {
  const t = useTranslations();
  if (!prompt) return <p className="rounded-md bg-field p-4 text-muted">{t("inspector.tokens.notKept")}</p>;
  return <TokenRows prompt={prompt} padding={padding} norms={null} />;
}
