"use client";

import { useStoreApi } from "@xyflow/react";
import { useStore } from "zustand";
import { classNames } from "@/app/ui/class-names";
import { useEditor } from "../store/editor-context";
import { useDetail } from "./card-detail";
import type { FlowEdge, FlowNode } from "./flow-elements";

/**
 * Where a connection that is being drawn may be let go on outlines, which have no ports of their own: React Flow knows the places,
 * and looks for an element that says what is there. Nobody sees or meets these.
 */
export function OutlinePorts() {
  const connecting = useEditor((state) => state.offer !== null);
  const { full } = useStore(useDetail());
  const { rfId, nodes, nodeLookup } = useStoreApi<FlowNode, FlowEdge>().getState();
  if (!connecting || full === null) return null;
  return (
    <div hidden>
      {nodes.flatMap(({ id: nodeId }) => {
        const bounds = full.has(nodeId) ? null : nodeLookup.get(nodeId)?.internals.handleBounds;
        return [...(bounds?.target ?? []), ...(bounds?.source ?? [])].map(({ id, type }) => (
          <i key={`${nodeId} ${type} ${id}`} className={classNames(type, "react-flow__handle connectable connectableend")} data-id={`${rfId}-${nodeId}-${id}-${type}`} data-handleid={id} data-nodeid={nodeId} />
        ));
      })}
    </div>
  );
}
