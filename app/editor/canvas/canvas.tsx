"use client";

import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import type { Command } from "../command";
import { nodesAt } from "../graph/levels";
import { useEditor, useEditorStore } from "../store/editor-context";
import { CanvasControls } from "./canvas-controls";
import { CanvasDots } from "./canvas-dots";
import { CanvasFlow } from "./canvas-flow";
import { CanvasMenu } from "./canvas-menu";
import { DetailProvider } from "./card-detail";
import { EmptyCanvas } from "./empty-canvas";
import { type FlowEdge, type FlowNode, keysOnCard } from "./flow-elements";
import { keyEvents } from "./key-events";
import { LevelPath } from "./level-path";
import { NodeSearch } from "./node-search";
import { PointerHint } from "./pointer-hint";
import { useCanvasDrops } from "./use-canvas-drops";
import { useCardDetail } from "./use-card-detail";

/** From here on, only cards in view are drawn in full. */
const manyNodes = 120;

/** The canvas and what stands around it. What lies on it is drawn by itself (canvas-flow.tsx), as often as a drag moves it. */
export function Canvas({ commands }: { commands: readonly Command[] }) {
  const t = useTranslations();
  const store = useEditorStore();
  const level = useEditor((state) => state.level);
  const many = useEditor((state) => nodesAt(state.graph, state.level).length > manyNodes);
  const connecting = useEditor((state) => state.offer !== null);
  const detail = useCardDetail(level, many);
  const { far, tiny } = useStore(detail);
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const keys = useMemo(() => keyEvents(store, flow), [store, flow]);
  const drops = useCanvasDrops(store);
  return (
    <CanvasMenu commands={commands}>
      <DetailProvider value={detail}>
        <section data-canvas aria-label={t("canvas.label")} data-far={far || undefined} data-tiny={tiny || undefined} data-many={many || undefined} data-connecting={connecting || undefined} className="relative size-full overflow-hidden bg-page" {...drops} {...keys}>
          <p id={keysOnCard} hidden>{t("canvas.described.node")}</p>
          <CanvasDots resting={many} />
          <CanvasFlow many={many} />
          <LevelPath />
          <CanvasControls />
          <EmptyCanvas />
          <NodeSearch />
          <PointerHint />
        </section>
      </DetailProvider>
    </CanvasMenu>
  );
}
