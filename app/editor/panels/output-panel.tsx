"use client";

import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import { buttonClass } from "@/app/ui/button";
import { formatBytes, formatSeconds, formatValue } from "@/app/ui/quantity";
import { type DataType, dataTypes } from "@/nodes/ports";
import type { Output } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import { nodeOf } from "../graph/lookup";
import { instancesIn, isSwept } from "../graph/sweep-cells";
import { ArtifactPicture, tensorsUrl } from "../node/artifact-picture";
import { PortShape } from "../node/port-shape";
import { useEditor, useEditorStore } from "../store/editor-context";
import { nodeStateOf, soleSelected } from "../store/run-actions";
import { PictureLink } from "../picture-link";
import { PanelNote } from "./panel-note";
import { SweepResults } from "./sweep-results";
import { useNodeTitle } from "./node-title";

const factNames: Record<string, string> = { tokens: "Tokens", truncated: "Tokens cut off", strength: "Strength", text: "Text", start: "Starts at", end: "Ends at" };

function factText(value: unknown): string {
  if (typeof value === "number") return formatValue(value);
  if (Array.isArray(value)) return value.length > 0 && value.length <= 40 ? value.join(" · ") : `${value.length} items`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Facts as rows; two that say one size become one. */
function factRows(facts: Output["facts"]): (readonly [string, string])[] {
  const { width, height, rows, columns, ...rest } = facts;
  const size = typeof width === "number" && typeof height === "number" ? [["Picture", `${width} × ${height} px`] as const] : [];
  const grid = typeof rows === "number" && typeof columns === "number" ? [["Grid", `${rows} × ${columns}`] as const] : [];
  return [...size, ...grid, ...Object.entries(rest).map(([name, value]) => [factNames[name] ?? name, factText(value)] as const)];
}

function Facts({ output }: { output: Output }) {
  const shapes = Object.entries(output.shapes).map(([name, { dtype, dims }]) => [name, `${dtype} ${dims.join(" × ")}`] as const);
  const rows = [...factRows(output.facts), ...shapes, ...(shapes.length > 0 ? [["Size", formatBytes(output.tensors.bytes)] as const] : [])];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="number text-right wrap-anywhere select-text">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function OutputItem({ nodeId, port, title, output }: { nodeId: string; port: string; title: string; output: Output }) {
  const store = useEditorStore();
  const name = `${nodeId}-${port}`;
  const known = output.type in dataTypes ? (output.type as DataType) : null;
  return (
    <section className="flex flex-col gap-3" aria-label={title}>
      <h3 className="flex items-center gap-2 font-semibold">
        {known && <PortShape type={known} />}
        {title}
      </h3>
      {output.picture && (
        <button type="button" className="cursor-zoom-in" aria-label={`Show ${title.toLowerCase()} large`} onClick={() => store.setState({ lightbox: { hash: output.picture!.hash, title } })}>
          <ArtifactPicture hash={output.picture.hash} alt={title} className="w-full rounded-md bg-field object-contain" />
        </button>
      )}
      <Facts output={output} />
      <div className="flex flex-wrap gap-2">
        {output.picture && (
          <PictureLink hash={output.picture.hash} name={`${name}.png`} className={buttonClass()}>
            <Download size={14} aria-hidden /> PNG
          </PictureLink>
        )}
        {Object.keys(output.shapes).length > 0 && (
          <a href={tensorsUrl(output.tensors.hash)} download={`${name}.safetensors`} className={buttonClass()}>
            <Download size={14} aria-hidden /> Tensors
          </a>
        )}
      </div>
    </section>
  );
}

function LookedOutput({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const title = useNodeTitle(nodeId);
  const type = useEditor((state) => nodeOf(state.graph, nodeId)?.type ?? "");
  const node = useEditor((state) => nodeStateOf(state, nodeId));
  if (node?.status === "failed") {
    return (
      <PanelNote title={`${title} failed`}>
        {node.message} {node.remedy}
      </PanelNote>
    );
  }
  if (node?.status !== "done") return <PanelNote title="No output yet">{node?.status === "running" ? `${title} is at work.` : `Run the workflow to see what ${title} gives.`}</PanelNote>;
  const ports = findSpec(type)?.outputs;
  return (
    <div className="flex flex-col gap-6 p-4">
      <header className="flex items-baseline justify-between gap-3">
        <h2 className="font-semibold">{title}</h2>
        <span className="number text-muted">{node.reused ? "reused, computed in" : "computed in"} {formatSeconds(node.seconds, t)}</span>
      </header>
      {Object.entries(node.outputs).map(([port, output]) => (
        <OutputItem key={port} nodeId={nodeId} port={port} title={ports?.[port]?.title ?? port} output={output} />
      ))}
    </div>
  );
}

/** The grid of a sweep's cells, then the one that is looked at. */
function NodeOutput({ nodeId }: { nodeId: string }) {
  const swept = useEditor((state) => state.run !== null && isSwept(instancesIn(state.run.state.nodes, nodeId)));
  return (
    <>
      {swept && (
        <div className="px-4 pt-3">
          <SweepResults nodeId={nodeId} />
        </div>
      )}
      <LookedOutput nodeId={nodeId} />
    </>
  );
}

export function OutputPanel() {
  const nodeId = useEditor(soleSelected);
  if (nodeId === null) return <PanelNote title="No output to show">Select one node to see what it gave, and to download it.</PanelNote>;
  return <NodeOutput nodeId={nodeId} />;
}
