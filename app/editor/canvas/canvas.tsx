"use client";

import { Background, BackgroundVariant, MiniMap, ReactFlow, type NodeProps } from "@xyflow/react";
import { useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { subgraphType } from "@/nodes/nesting";
import { nodeIdOf } from "@/nodes/sweeps";
import type { Command } from "../commands";
import { CanvasMenu } from "./canvas-menu";
import { FrameNode } from "../annotations/frame-node";
import { NoteNode } from "../annotations/note-node";
import { cardOn, nodesAt } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { BorderCard } from "../node/border-card";
import { NodeCard } from "../node/node-card";
import { SubgraphCard } from "../node/subgraph-card";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { ClickConnecting } from "./click-connecting";
import { CanvasControls } from "./canvas-controls";
import { createFlowAnnotations } from "./flow-annotations";
import { createFlowBorder } from "./flow-border";
import { createFlowEdges, createFlowNodes, type FlowEdge, type FlowNode } from "./flow-elements";
import { NodeSearch } from "./node-search";
import { PointerHint } from "./pointer-hint";
import { GuideLines } from "./guide-lines";
import { LevelPath } from "./level-path";
import { gridStep, useSnapSetting } from "./snap-setting";
import { createFlowReroutes } from "./flow-reroutes";
import { RerouteNode } from "./reroute-node";
import { fitOptions } from "./fit-options";
import { EmptyCanvas } from "./empty-canvas";
import { ConnectionLine, TypedEdge } from "./typed-edge";
import { useCanvasDrops } from "./use-canvas-drops";
import { useCanvasEvents } from "./use-canvas-events";
import { useLevelView } from "./use-level-view";

function CardNode({ id, selected }: NodeProps<FlowNode>) {
  const folded = useEditor((state) => nodeOf(state.graph, id)?.type === subgraphType);
  return folded ? <SubgraphCard nodeId={id} selected={selected} /> : <NodeCard nodeId={id} selected={selected} />;
}

function CanvasFrameNode({ id, selected }: NodeProps<FlowNode>) {
  return <FrameNode frameKey={id} selected={selected} />;
}

function CanvasNoteNode({ id, selected }: NodeProps<FlowNode>) {
  return <NoteNode noteKey={id} selected={selected} />;
}

function DotNode({ id, selected }: NodeProps<FlowNode>) {
  return <RerouteNode rerouteKey={id} selected={selected} />;
}

function CanvasBorderNode({ id }: NodeProps<FlowNode>) {
  return <BorderCard id={id} />;
}

const overviewColors: Partial<Record<NonNullable<FlowNode["type"]>, string>> = { frame: "var(--hover)", reroute: "transparent", note: "var(--line)", border: "var(--line)" };
const overviewColor = ({ type = "card" }: FlowNode) => overviewColors[type] ?? "var(--line-strong)";

const nodeTypes = { card: CardNode, frame: CanvasFrameNode, note: CanvasNoteNode, reroute: DotNode, border: CanvasBorderNode };
const edgeTypes = { typed: TypedEdge };
const multiSelect = ["Meta", "Control", "Shift"];
const snapGrid: [number, number] = [gridStep, gridStep];
const attribution = { hideAttribution: true };
/** From here on, cards outside the view are not rendered. */
const manyNodes = 120;

function failedNodes(state: EditorState): string[] {
  return [...new Set(Object.entries(state.run?.state.nodes ?? {}).flatMap(([id, node]) => (node.status === "failed" ? [nodeIdOf(id)] : [])))];
}

export function Canvas({ commands }: { commands: readonly Command[] }) {
  const t = useTranslations();
  const store = useEditorStore();
  const graph = useEditor((state) => state.graph);
  const level = useEditor((state) => state.level);
  const selection = useEditor((state) => state.selection);
  const selectedEdges = useEditor((state) => state.selectedEdges);
  const selectedAnnotations = useEditor((state) => state.selectedAnnotations);
  const sizes = useEditor((state) => state.sizes);
  const failedIds = useEditor(useShallow(failedNodes));
  const failed = useMemo(() => failedIds.flatMap((id) => cardOn(graph, id, level) ?? []), [failedIds, graph, level]);
  const here = nodesAt(graph, level);
  // Only what was opened is fitted: the first node dropped on an empty canvas stays where it was dropped.
  const [fitAtFirst] = useState(() => graph.nodes.length > 0);
  const flowNodes = useMemo(() => createFlowNodes(t), [t]);
  const flowAnnotations = useMemo(() => createFlowAnnotations(t), [t]);
  const flowEdges = useMemo(() => createFlowEdges(t), [t]);
  const [flowReroutes] = useState(createFlowReroutes);
  const [flowBorder] = useState(createFlowBorder);
  const cards = useMemo(() => flowNodes(here, selection, sizes, failed), [flowNodes, here, selection, sizes, failed]);
  const { frames, notes } = graph;
  const border = useMemo(() => flowBorder(graph, level, sizes), [flowBorder, graph, level, sizes]);
  const nodes = useMemo(() => {
    const around = flowAnnotations({ frames, notes }, level, selectedAnnotations);
    return [...around.frames, ...border, ...cards, ...around.notes, ...flowReroutes(graph, level, selectedAnnotations)];
  }, [flowAnnotations, flowReroutes, frames, notes, graph, level, selectedAnnotations, border, cards]);
  const edges = useMemo(() => flowEdges(graph, level, selectedEdges), [flowEdges, graph, level, selectedEdges]);
  const grid = useSnapSetting((setting) => setting.grid);
  const described = useMemo(() => ({ "node.a11yDescription.default": t("canvas.described.node"), "edge.a11yDescription.default": t("canvas.described.edge") }), [t]);
  const region = useRef<HTMLElement>(null);
  const events = useCanvasEvents(store);
  const drops = useCanvasDrops(store);
  useLevelView(level);

  return (
    <CanvasMenu commands={commands}>
    <section ref={region} data-canvas aria-label={t("canvas.label")} className="relative size-full overflow-hidden bg-page" {...drops}>
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        connectionLineComponent={ConnectionLine}
        {...events}
        fitView={fitAtFirst}
        fitViewOptions={fitOptions}
        minZoom={0.1}
        maxZoom={3}
        connectionRadius={26}
        reconnectRadius={12}
        multiSelectionKeyCode={multiSelect}
        deleteKeyCode={null}
        panActivationKeyCode={null}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        elevateNodesOnSelect
        snapToGrid={grid}
        snapGrid={snapGrid}
        onlyRenderVisibleElements={here.length > manyNodes}
        proOptions={attribution}
        ariaLabelConfig={described}
      >
        <Background variant={BackgroundVariant.Dots} gap={gridStep} size={1.25} />
        {nodes.length > 0 && <MiniMap nodeColor={overviewColor} pannable zoomable nodeBorderRadius={6} className="max-lg:hidden" style={{ width: 148, height: 92 }} ariaLabel={t("canvas.overview")} />}
        <GuideLines />
        <ClickConnecting />
      </ReactFlow>
      <LevelPath />
      <CanvasControls />
      <EmptyCanvas />
      <NodeSearch />
      <PointerHint />
    </section>
    </CanvasMenu>
  );
}
