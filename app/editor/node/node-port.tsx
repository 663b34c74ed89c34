"use client";

import { Handle, Position } from "@xyflow/react";
import { useTranslations } from "use-intl";
import type { Port } from "@/nodes/ports";
import type { Translate } from "@/app/i18n/translate";
import { dataTypeWord, spoken } from "@/app/i18n/vocabulary";
import { classNames } from "@/app/ui/class-names";
import { isUsedOn, portProblem } from "../graph/level-ports";
import { useEditor } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { PortShape, typeColor } from "./port-shape";

interface NodePortProps {
  nodeId: string;
  name: string;
  port: Port;
  side: "input" | "output";
  /** Without its name: on a collapsed card. */
  bare?: boolean;
}

export const portKey = (nodeId: string, side: "input" | "output", name: string) => `${nodeId}/${side}/${name}`;

/** How this port stands to the connection being drawn: it may take it, it may not, or none is drawn. */
const offerTo = (key: string) => (state: EditorState) => {
  if (state.offer === null) return undefined;
  const { from, open } = state.offer;
  if (key === portKey(from.nodeId, from.side, from.port)) return "origin";
  return open.has(key) ? "open" : "closed";
};

/** "Prompt: text, optional. What the picture should show." `open`: it lacks a connection. */
function portWords({ type, title, optional, help }: Port, open: boolean, t: Translate): string {
  const named = t(optional ? "cards.port.optional" : "cards.port.about", { port: spoken(title, t), type: dataTypeWord(type, t) });
  const about = open ? t("cards.port.unconnected", { about: named }) : named;
  return help ? t("cards.port.withHelp", { about, help: spoken(help, t) }) : about;
}

export function NodePort({ nodeId, name, port, side, bare = false }: NodePortProps) {
  const t = useTranslations();
  const offer = useEditor(offerTo(portKey(nodeId, side, name)));
  const used = useEditor((state) => isUsedOn(state.graph, nodeId, name, side));
  const problem = useEditor((state) => side === "input" && portProblem(state.graph, nodeId, name));
  const input = side === "input";
  const about = portWords(port, false, t);
  return (
    <div className={classNames("relative flex min-w-0 items-center", bare ? "h-3.5" : "h-6", input ? "pl-3.5" : "justify-end pr-3.5")} title={portWords(port, problem, t)}>
      <Handle
        type={input ? "target" : "source"}
        position={input ? Position.Left : Position.Right}
        id={name}
        className="port"
        data-port={name}
        data-side={side}
        data-type={port.type}
        data-offer={offer}
        aria-label={t(`cards.port.${side}`, { about })}
        role="img"
        style={{ "--port-color": typeColor(port.type) } as React.CSSProperties}
      >
        <PortShape type={port.type} hollow={input && port.optional === true && !used} />
      </Handle>
      {!bare && <span className={classNames("whitespace-nowrap", offer === "closed" ? "text-faint" : problem ? "text-warn underline decoration-dotted underline-offset-4" : "text-muted")}>{spoken(port.title, t)}</span>}
    </div>
  );
}
