"use client";

import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { dataTypes } from "@/nodes/ports";
import { reroutesOf } from "../graph/reroutes";
import { portKey } from "../node/node-port";
import { typeColor } from "../node/port-shape";
import { typeAt } from "../store/connection-actions";
import { useEditor } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";

const outputOf = (state: EditorState, key: string) => {
  const dot = reroutesOf(state.graph).get(key);
  return dot && { nodeId: dot.source, port: dot.sourcePort };
};

/** A dot that edges of one output run through. It is dragged to lead them elsewhere; from the port beside it another edge can be drawn. */
export const RerouteNode = memo(function RerouteNode({ rerouteKey, selected }: { rerouteKey: string; selected: boolean }) {
  const t = useTranslations();
  const type = useEditor((state) => {
    const output = outputOf(state, rerouteKey);
    return output && typeAt(state.graph, { ...output, side: "output" });
  });
  const open = useEditor((state) => {
    const output = outputOf(state, rerouteKey);
    return output !== undefined && state.offer?.from.side === "input" && state.offer.open.has(portKey(output.nodeId, "output", output.port));
  });
  if (!type) return null;
  const about = t("editing.reroute.about", { type: dataTypes[type].title.toLowerCase() });
  return (
    <div data-reroute={rerouteKey} role="img" aria-label={about} title={t("editing.reroute.hint")} className={classNames("reroute group", selected && "selected")} style={{ "--port-color": typeColor(type) } as React.CSSProperties}>
      <Handle type="source" position={Position.Right} id="out" className="reroute-port" data-offer={open ? "open" : undefined} role="img" aria-label={t("editing.reroute.port", { type: dataTypes[type].title.toLowerCase() })} />
    </div>
  );
});
