"use client";

import { ReactFlow, type NodeProps, useReactFlow } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useShallow } from "zustand/shallow";
import { useAppleKeys } from "@/app/ui/shortcut";
import { nodeIdOf } from "@/nodes/sweeps";
import type { Command } from "../commands";
import { CanvasMenu } from "./canvas-menu";
import { FrameNode } from "../annotations/frame-node";
import { NoteNode } from "../annotations/note-node";
import { drawable } from "../graph/card-shape";
import { borderOf, cardOn, nodesAt } from "../graph/levels";
import { BorderCard } from "../node/border-card";
import { CardOutline } from "../node/card-outline";
import { NodeCard } from "../node/node-card";
import { SubgraphCard } from "../node/subgraph-card";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { ClickConnecting } from "./click-connecting";
import { CanvasControls } from "./canvas-controls";
import { CanvasDots } from "./canvas-dots";
import { DetailProvider, useDrawnInFull } from "./card-detail";
import { createFlowAnnotations } from "./flow-annotations";
import { createFlowBorder } from "./flow-border";
import { createFlowEdges, createFlowNodes, type FlowEdge, type FlowNode, keysOnCard } from "./flow-elements";
import { keyEvents } from "./key-events";
import { NodeSearch } from "./node-search";
import { PointerHint } from "./pointer-hint";
import { GuideLines } from "./guide-lines";
import { useOutlineMeasures } from "./outline-measures";
import { OutlinePorts } from "./outline-ports";
import { Overview } from "./overview";
import { LevelPath } from "./level-path";
import { gridStep, useSnapSetting } from "./snap-setting";
import { createFlowReroutes } from "./flow-reroutes";
import { RerouteNode } from "./reroute-node";
import { fitOptions } from "./fit-options";
import { EmptyCanvas } from "./empty-canvas";
import { ConnectionLine, TypedEdge } from "./typed-edge";
import { useCanvasDrops } from "./use-canvas-drops";
import { useCanvasEvents } from "./use-canvas-events";
import { useCardDetail } from "./use-card-detail";
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
/** From here on, only cards in view are drawn in full. */
const manyNodes = 120;
/** From here on, what is outside the view is not drawn at all. */
const tooManyNodes = 3000;
const noEdges: FlowEdge[] = [];

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
  const insertion = useEditor((state) => state.insertion);
  const connecting = useEditor((state) => state.offer !== null);
  const sizes = useEditor((state) => state.sizes);
  const failedIds = useEditor(useShallow(failedNodes));
  const failed = useMemo(() => new Set(failedIds.flatMap((id) => cardOn(graph, id, level) ?? [])), [failedIds, graph, level]);
  const here = nodesAt(graph, level);
  const many = here.length > manyNodes;
  useOutlineMeasures();
  const detail = useCardDetail(level, many);
  const { far, tiny, full } = useStore(detail);
  const flowNodes = useMemo(() => createFlowNodes(t), [t]);
  const flowAnnotations = useMemo(() => createFlowAnnotations(t), [t]);
  const flowEdges = useMemo(() => createFlowEdges(t), [t]);
  const flowReroutes = useMemo(() => createFlowReroutes(t), [t]);
  const [flowBorder] = useState(createFlowBorder);
  const drawn = useMemo(() => (many ? drawable(graph, here, sizes) : here), [many, graph, here, sizes]);
  const complete = drawn.length === here.length;
  const cards = useMemo(() => flowNodes(drawn, selection, sizes, failed), [flowNodes, drawn, selection, sizes, failed]);
  const { frames, notes } = graph;
  const border = useMemo(() => flowBorder(graph, level, sizes), [flowBorder, graph, level, sizes]);
  const nodes = useMemo(() => {
    const around = flowAnnotations({ frames, notes }, level, selectedAnnotations);
    return [...around.frames, ...border, ...cards, ...around.notes, ...flowReroutes(graph, level, selectedAnnotations)];
  }, [flowAnnotations, flowReroutes, frames, notes, graph, level, selectedAnnotations, border, cards]);
  const isFull = useCallback((id: string) => full === null || full.has(id) || borderOf(id) !== null, [full]);
  const edges = useMemo(() => (complete ? flowEdges(graph, level, selectedEdges, isFull, insertion) : noEdges), [complete, flowEdges, graph, level, selectedEdges, isFull, insertion]);
  const grid = useSnapSetting((setting) => setting.grid);
  const described = useMemo(() => ({ "edge.a11yDescription.default": t("canvas.described.edge") }), [t]);
  const region = useRef<HTMLElement>(null);
  const events = useCanvasEvents(store);
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const keys = useMemo(() => keyEvents(store, flow), [store, flow]);
  const holding = useAppleKeys() ? appleKeys : otherKeys;
  const drops = useCanvasDrops(store);
  const fitAtFirst = useLevelView(level, nodes, complete);

  return (
    <CanvasMenu commands={commands}>
    <DetailProvider value={detail}>
    <section ref={region} data-canvas aria-label={t("canvas.label")} data-far={far || undefined} data-tiny={tiny || undefined} data-many={many || undefined} data-connecting={connecting || undefined} className="relative size-full overflow-hidden bg-page" {...drops} {...keys}>
      <p id={keysOnCard} hidden>{t("canvas.described.node")}</p>
      <CanvasDots resting={many} />
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
        <GuideLines />
        <ClickConnecting />
        <OutlinePorts />
      </ReactFlow>
      <LevelPath />
      <CanvasControls />
      {nodes.length > 0 && <Overview />}
      <EmptyCanvas />
      <NodeSearch />
      <PointerHint />
    </section>
    </DetailProvider>
    </CanvasMenu>
  );
}
