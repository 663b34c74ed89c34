"use client";

import { ReactFlow, type NodeProps } from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useShallow } from "zustand/shallow";
import { useAppleKeys } from "@/app/ui/shortcut";
import { nodeIdOf } from "@/nodes/sweeps";
import { FrameNode } from "../annotations/frame-node";
import { NoteNode } from "../annotations/note-node";
import type { Guide } from "../graph/arrange";
import { drawable } from "../graph/card-shape";
import { borderOf, cardOn, nodesAt } from "../graph/levels";
import { BorderCard } from "../node/border-card";
import { CardOutline } from "../node/card-outline";
import { NodeCard } from "../node/node-card";
import { SubgraphCard } from "../node/subgraph-card";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { useDetail, useDrawnInFull } from "./card-detail";
import { ClickConnecting } from "./click-connecting";
import { useDragInHand, withDragged } from "./drag-in-hand";
import { fitOptions } from "./fit-options";
import { createFlowAnnotations } from "./flow-annotations";
import { createFlowBorder } from "./flow-border";
import { createFlowEdges, createFlowNodes, type FlowEdge, type FlowNode } from "./flow-elements";
import { createFlowReroutes } from "./flow-reroutes";
import { GuideLines } from "./guide-lines";
import { useOutlineMeasures } from "./outline-measures";
import { OutlinePorts } from "./outline-ports";
import { Overview } from "./overview";
import { RerouteNode } from "./reroute-node";
import { gridStep, useSnapSetting } from "./snap-setting";
import { ConnectionLine, TypedEdge } from "./typed-edge";
import { useCanvasEvents } from "./use-canvas-events";
import { useLevelView } from "./use-level-view";

function CardNode({ id, data: { folded }, selected, width = 0, height = 0 }: NodeProps<FlowNode>) {
  const full = useDrawnInFull(id);
  if (!full && width > 0) return <CardOutline nodeId={id} selected={selected} width={width} height={height} />;
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

const nodeTypes = { card: CardNode, frame: CanvasFrameNode, note: CanvasNoteNode, reroute: DotNode, border: CanvasBorderNode };
const edgeTypes = { typed: TypedEdge };
/** With one of these held, a drag selects what is in a box, and a click adds to the selection. */
const otherKeys = ["Shift", "Control"];
/** Ctrl and a click is a right click there. */
const appleKeys = ["Shift", "Meta"];
const snapGrid: [number, number] = [gridStep, gridStep];
const attribution = { hideAttribution: true };
/** From here on, what is outside the view is not drawn at all. */
const tooManyNodes = 3000;
const noEdges: FlowEdge[] = [];
const noGuides: readonly Guide[] = [];
/** The same elements at every drawing: a drag draws none of them again. */
const beside = (
  <>
    <ClickConnecting />
    <OutlinePorts />
  </>
);
const overview = <Overview />;

function failedNodes(state: EditorState): string[] {
  return [...new Set(Object.entries(state.run?.state.nodes ?? {}).flatMap(([id, node]) => (node.status === "failed" ? [nodeIdOf(id)] : [])))];
}

/** What lies on the canvas. `many`: cards may be drawn before all sizes are known, and only some of them in full. */
export function CanvasFlow({ many }: { many: boolean }) {
  const t = useTranslations();
  const store = useEditorStore();
  const graph = useEditor((state) => state.graph);
  const level = useEditor((state) => state.level);
  const selection = useEditor((state) => state.selection);
  const selectedEdges = useEditor((state) => state.selectedEdges);
  const selectedAnnotations = useEditor((state) => state.selectedAnnotations);
  const insertion = useEditor((state) => state.insertion);
  const sizes = useEditor((state) => state.sizes);
  const failedIds = useEditor(useShallow(failedNodes));
  const failed = useMemo(() => new Set(failedIds.flatMap((id) => cardOn(graph, id, level) ?? [])), [failedIds, graph, level]);
  const { drag, hand } = useDragInHand(store);
  const shown = useMemo(() => withDragged(graph, drag), [graph, drag]);
  const here = nodesAt(shown, level);
  useOutlineMeasures();
  const { full } = useStore(useDetail());
  const flowNodes = useMemo(() => createFlowNodes(t), [t]);
  const flowAnnotations = useMemo(() => createFlowAnnotations(t), [t]);
  const flowEdges = useMemo(() => createFlowEdges(t), [t]);
  const flowReroutes = useMemo(() => createFlowReroutes(t), [t]);
  const [flowBorder] = useState(createFlowBorder);
  const drawn = useMemo(() => (many ? drawable(shown, here, sizes) : here), [many, shown, here, sizes]);
  const complete = drawn.length === here.length;
  const cards = useMemo(() => flowNodes(drawn, selection, sizes, failed), [flowNodes, drawn, selection, sizes, failed]);
  const { frames, notes } = shown;
  const border = useMemo(() => flowBorder(shown, level, sizes), [flowBorder, shown, level, sizes]);
  const nodes = useMemo(() => {
    const around = flowAnnotations({ frames, notes }, level, selectedAnnotations);
    return [...around.frames, ...border, ...cards, ...around.notes, ...flowReroutes(shown, level, selectedAnnotations)];
  }, [flowAnnotations, flowReroutes, frames, notes, shown, level, selectedAnnotations, border, cards]);
  const isFull = useCallback((id: string) => full === null || full.has(id) || borderOf(id) !== null, [full]);
  // A drag changes no connection but those that it leads elsewhere by their dots.
  const led = shown.edges === graph.edges ? graph : shown;
  const edges = useMemo(() => (complete ? flowEdges(led, level, selectedEdges, isFull, insertion) : noEdges), [complete, flowEdges, led, level, selectedEdges, isFull, insertion]);
  const grid = useSnapSetting((setting) => setting.grid);
  const described = useMemo(() => ({ "edge.a11yDescription.default": t("canvas.described.edge") }), [t]);
  const events = useCanvasEvents(store, hand);
  const holding = useAppleKeys() ? appleKeys : otherKeys;
  const fitAtFirst = useLevelView(level, nodes, complete);

  return (
    <>
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
        multiSelectionKeyCode={holding}
        selectionKeyCode={holding}
        deleteKeyCode={null}
        panActivationKeyCode={null}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        elevateNodesOnSelect
        snapToGrid={grid}
        snapGrid={snapGrid}
        onlyRenderVisibleElements={here.length > tooManyNodes}
        proOptions={attribution}
        ariaLabelConfig={described}
      >
        <GuideLines guides={drag?.guides ?? noGuides} />
        {beside}
      </ReactFlow>
      {nodes.length > 0 && overview}
    </>
  );
}
