"use client";

/** What of the attention is looked at: blocks and tokens, for every step and both sides of a comparison. */
import { ChevronDown } from "lucide-react";
import { useTranslations } from "use-intl";
import { blocksByKind, chosenBlocks, chosenTokens, kindOfBlock, toggledBlock } from "@/app/inspector/attention";
import { tokenText } from "@/app/inspector/tokens-view";
import { Menu, MenuCheck, MenuItem, MenuLine } from "@/app/ui/menu";
import { formatValue } from "@/app/ui/quantity";
import { useEditor, useEditorStore } from "../store/editor-context";
import { inspect } from "../store/inspect-actions";

/** The blocks whose attention is averaged: any of them, with those of one kind at a stroke. */
export function BlockChoice({ blocks }: { blocks: readonly string[] }) {
  const t = useTranslations();
  const store = useEditorStore();
  const chosen = chosenBlocks(useEditor((state) => state.inspection.blocks), blocks.length);
  const choose = (indices: readonly number[] | null) => inspect(store, { blocks: indices });
  const kinds = blocksByKind(blocks);
  const kind = kinds.find(({ indices }) => indices.join() === chosen.join());
  const all = t("inspect.attention.all", { count: blocks.length });
  const said = chosen.length === blocks.length ? all : kind ? t("inspect.attention.allOfKind", { kind: kind.kind }) : chosen.length === 1 ? (blocks[chosen[0]!] ?? "") : t("inspect.attention.some", { count: chosen.length, all: blocks.length });
  const title = t(kindOfBlock(blocks[0] ?? "") === "layer" ? "inspect.attention.layers" : "inspect.attention.blocks");
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="field inline-flex items-center gap-2" aria-label={t("inspect.attention.chosen", { title, chosen: said })}>
          <span className="text-muted">{title}</span>
          <span className="number">{said}</span>
          <ChevronDown size={14} className="text-muted" aria-hidden />
        </button>
      }
    >
      <MenuItem onSelect={() => choose(null)}>{all}</MenuItem>
      {kinds.map((each) => (
        <MenuItem key={each.kind} onSelect={() => choose(each.indices)}>
          {t("inspect.attention.allOfKind", { kind: each.kind })}
        </MenuItem>
      ))}
      <MenuLine />
      {blocks.map((block, index) => (
        <MenuCheck key={block} checked={chosen.includes(index)} onChange={() => choose(toggledBlock(chosen, index, blocks.length))}>
          {block}
        </MenuCheck>
      ))}
    </Menu>
  );
}

/** The tokens whose places are looked for; at least one. */
export function TokenChoice({ tokens }: { tokens: readonly string[] }) {
  const store = useEditorStore();
  const shown = chosenTokens(useEditor((state) => state.inspection.tokens), tokens);
  const toggle = (index: number) => inspect(store, { tokens: shown.includes(index) ? (shown.length > 1 ? shown.filter((token) => token !== index) : shown) : [...shown, index] });
  return <TokenChips tokens={tokens} weights={null} pressed={shown} onToggle={toggle} />;
}

/** Tokens with how much attention each gets; pressed ones are those the map is of. */
export function TokenChips({ tokens, weights, pressed, onToggle }: { tokens: readonly string[]; weights: ArrayLike<number> | null; pressed: readonly number[] | null; onToggle?: (index: number) => void }) {
  const t = useTranslations();
  const most = weights ? Math.max(...Array.from({ length: tokens.length }, (_, index) => weights[index] ?? 0), 1e-12) : 1;
  return (
    <div role="group" aria-label={t("inspect.attention.tokens")} className="flex flex-wrap gap-1">
      {tokens.map((token, index) => {
        const weight = weights?.[index];
        const title = weight === undefined ? tokenText(token) : t("inspect.attention.token", { token: tokenText(token), weight: formatValue(weight) });
        return (
          <button
            key={index}
            type="button"
            title={title}
            aria-label={title}
            aria-pressed={pressed ? pressed.includes(index) : undefined}
            disabled={!onToggle}
            onClick={() => onToggle?.(index)}
            className="relative h-6 overflow-hidden rounded-md border border-line px-1.5 font-mono text-sm enabled:hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-pressed"
          >
            {weight !== undefined && <span aria-hidden className="absolute inset-x-0 bottom-0 bg-(--type-conditioning) opacity-40" style={{ height: `${(weight / most) * 100}%` }} />}
            <span className="relative">{tokenText(token)}</span>
          </button>
        );
      })}
    </div>
  );
}
