"use client";

import { NodeResizer } from "@xyflow/react";
import { memo } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { frameOf, leastSize } from "../graph/annotations";
import { useEditor } from "../store/editor-context";
import { TitleField } from "./title-field";

/** Only the title takes the pointer, so that inside a frame the canvas is the canvas. */
export const FrameNode = memo(function FrameNode({ frameKey, selected }: { frameKey: string; selected: boolean }) {
  const t = useTranslations();
  const frame = useEditor((state) => frameOf(state.graph, frameKey));
  const writing = useEditor((state) => state.writing === frameKey);
  if (!frame) return null;
  return (
    <section
      data-annotation={frameKey}
      aria-label={t("canvas.names.frame", { title: frame.title })}
      className={classNames("canvas-frame size-full rounded-xl border", selected && "border-accent ring-1 ring-accent")}
      style={{ "--mark": frame.color ? `var(--mark-${frame.color})` : "var(--faint)" } as React.CSSProperties}
    >
      <NodeResizer isVisible={selected} minWidth={leastSize.frame.width} minHeight={leastSize.frame.height} />
      <header className="pointer-events-auto flex h-9 items-center rounded-t-xl px-2 pt-0.5">
        {writing ? (
          <TitleField writing={frameKey} label={t("canvas.frame.title")} title={frame.title} className="w-56" />
        ) : (
          <h3 className="truncate px-1.5 font-semibold" title={frame.title}>
            {frame.title}
          </h3>
        )}
      </header>
    </section>
  );
});
