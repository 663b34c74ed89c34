"use client";

import { memo } from "react";
import { useTranslations } from "use-intl";
import { borderOf, portsAt } from "../graph/levels";
import { useEditor } from "../store/editor-context";
import { NodePort } from "./node-port";

/** The border of the open subgraph: what comes in from outside, or what goes out. Its place follows from the nodes. */
export const BorderCard = memo(function BorderCard({ id }: { id: string }) {
  const t = useTranslations();
  const incoming = borderOf(id)?.side === "incoming";
  const ports = useEditor((state) => portsAt(state.graph, id)?.[incoming ? "outputs" : "inputs"]) ?? {};
  const all = Object.entries(ports);
  const title = t(incoming ? "subgraphs.border.incoming" : "subgraphs.border.outgoing");
  return (
    <section data-node-id={id} aria-label={title} className="size-full rounded-xl border border-dashed border-line-strong bg-panel">
      <h3 className="flex h-9 items-center px-3 text-muted">{title}</h3>
      {all.map(([name, port]) => (
        <NodePort key={name} nodeId={id} name={name} port={port} side={incoming ? "output" : "input"} />
      ))}
      {all.length === 0 && <p className="px-3 text-sm text-faint">{t(incoming ? "subgraphs.border.nothingComes" : "subgraphs.border.nothingGoes")}</p>}
    </section>
  );
});
