"use client";

import { Background, BackgroundVariant, MiniMap, ReactFlow, type NodeProps } from "@xyflow/react";
import { useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { nodeIdOf } from "@/nodes/sweeps";
import type { Command } from "../commands";
import { CanvasMenu } from "./canvas-menu";
import { FrameNode } from "../annotations/frame-node";
import { NoteNode } from "../annotations/note-node";
import { NodeCard } from "../node/node-card";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { CanvasControls } from "./canvas-controls";
import { createFlowAnnotations } from "./flow-annotations";
import { createFlowEdges, createFlowNodes, type FlowEdge, type FlowNode } from "./flow-elements";
import { NodeSearch } from "./node-search";
import { PointerHint } from "./pointer-hint";
import { GuideLines } from "./guide-lines";
import { gridStep, useSnapSetting } from "./snap-setting";
import { createFlowReroutes } from "./flow-reroutes";
import { RerouteNode } from "./reroute-node";
import { fitOptions } from "./fit-options";
import { EmptyCanvas } from "./empty-canvas";
import { ConnectionLine, TypedEdge } from "./typed-edge";
import { useCanvasDrops } from "./use-canvas-drops";
import { useCanvasEvents } from "./use-canvas-events";

function CardNode({ id, selected }: NodeProps<FlowNode>) {
  return <NodeCard nodeId={id} selected={selected} />;
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

const overviewColor = ({ type }: FlowNode) => (type === "frame" ? "var(--hover)" : type === "reroute" ? "transparent" : type === "note" ? "var(--line)" : "var(--line-strong)");

const nodeTypes = { card: CardNode, frame: CanvasFrameNode, note: CanvasNoteNode, reroute: DotNode };
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
  const failed = useEditor(useShallow(failedNodes));
  // Only what was opened is fitted: the first node dropped on an empty canvas stays where it was dropped.
  const [fitAtFirst] = useState(() => graph.nodes.length > 0);
  const flowNodes = useMemo(() => createFlowNodes(t), [t]);
  const flowAnnotations = useMemo(() => createFlowAnnotations(t), [t]);
  const flowEdges = useMemo(() => createFlowEdges(t), [t]);
  const [flowReroutes] = useState(createFlowReroutes);
  const cards = useMemo(() => flowNodes(graph.nodes, selection, sizes, failed), [flowNodes, graph.nodes, selection, sizes, failed]);
  const { frames, notes } = graph;
  const nodes = useMemo(() => {
    const around = flowAnnotations({ frames, notes }, selectedAnnotations);
    return [...around.frames, ...cards, ...around.notes, ...flowReroutes(graph, level, selectedAnnotations)];
  }, [flowAnnotations, flowReroutes, frames, notes, graph, level, selectedAnnotations, cards]);
  const edges = useMemo(() => flowEdges(graph, selectedEdges), [flowEdges, graph, selectedEdges]);
  const grid = useSnapSetting((setting) => setting.grid);
  const described = useMemo(() => ({ "node.a11yDescription.default": t("canvas.described.node"), "edge.a11yDescription.default": t("canvas.described.edge") }), [t]);
  const region = useRef<HTMLElement>(null);
  const events = useCanvasEvents(store);
  const drops = useCanvasDrops(store);

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
        onlyRenderVisibleElements={graph.nodes.length > manyNodes}
        proOptions={attribution}
        ariaLabelConfig={described}
      >
        <Background variant={BackgroundVariant.Dots} gap={gridStep} size={1.25} />
        {nodes.length > 0 && <MiniMap nodeColor={overviewColor} pannable zoomable nodeBorderRadius={6} className="max-lg:hidden" style={{ width: 148, height: 92 }} ariaLabel={t("canvas.overview")} />}
        <GuideLines />
      </ReactFlow>
      <CanvasControls />
      <EmptyCanvas />
      <NodeSearch />
      <PointerHint />
    </section>
    </CanvasMenu>
  );
}
