/** Ports come and go while a card stays as large as it was, or is an outline: then nobody else has the canvas look for them. */
import { useStoreApi, useUpdateNodeInternals } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Ports } from "@/nodes/ports";

interface BothSides {
  readonly inputs: Ports;
  readonly outputs: Ports;
}

/** `ports`: the same object while they are the same. */
export function useMeasuredPorts(nodeId: string, ports: BothSides | undefined): void {
  const measured = useRef<BothSides | undefined>(undefined);
  const flow = useStoreApi();
  const update = useUpdateNodeInternals();
  useEffect(() => {
    const drawn = measured.current;
    measured.current = ports;
    const bounds = flow.getState().nodeLookup.get(nodeId)?.internals.handleBounds;
    // The canvas measures a card that is new to it by itself.
    if (drawn === ports || !ports || !bounds) return;
    const known = [...(bounds.target ?? []), ...(bounds.source ?? [])].map(({ id }) => id);
    const now = [...Object.keys(ports.inputs), ...Object.keys(ports.outputs)];
    if (drawn !== undefined || known.length !== now.length || now.some((port) => !known.includes(port))) update(nodeId);
  }, [flow, update, nodeId, ports]);
}
