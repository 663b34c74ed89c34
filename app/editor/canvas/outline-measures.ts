/**
 * Outlines have nothing to be measured: their sizes and the places of their ports are those of the cards they stand for
 * (graph/card-shape.ts). React Flow would measure each as soon as it is there, and forget what it was told.
 */
import { useStoreApi } from "@xyflow/react";
import { useState } from "react";

/** Before the canvas is first drawn. */
export function useOutlineMeasures(): void {
  const flow = useStoreApi();
  useState(() => {
    const { updateNodeInternals } = flow.getState();
    flow.setState({
      updateNodeInternals: (updates, ...options) => {
        const { nodeLookup } = flow.getState();
        const isKnown = (id: string, element: Element) => element.firstElementChild?.matches(".card-outline") === true && nodeLookup.get(id)?.internals.handleBounds !== undefined;
        updateNodeInternals(new Map([...updates].filter(([id, { nodeElement }]) => !isKnown(id, nodeElement))), ...options);
      },
    });
    return null;
  });
}
