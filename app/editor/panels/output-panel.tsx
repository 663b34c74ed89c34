"use client";

import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import type { Translate } from "@/app/i18n/translate";
import { messageInOne, spoken, spokenWithin } from "@/app/i18n/vocabulary";
import { buttonClass } from "@/app/ui/button";
import { formatBytes, formatSeconds, formatValue } from "@/app/ui/quantity";
import { type DataType, dataTypes } from "@/nodes/ports";
import type { Output } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import { nodeOf } from "../graph/lookup";
import { faceOf } from "../graph/subgraph-state";
import { instancesIn, isSwept } from "../graph/sweep-cells";
import { ArtifactPicture, tensorsUrl } from "../node/artifact-picture";
import { PortShape } from "../node/port-shape";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { nodeStateOf, soleSelected } from "../store/run-actions";
import { PictureLink } from "../picture-link";
import { PanelNote } from "./panel-note";
import { SweepResults } from "./sweep-results";
import { useNodeTitle } from "./node-title";

const none: readonly string[] = [];

const namedFacts = ["tokens", "truncated", "cut", "clip_tokens", "clip_truncated", "clip_cut", "clip_padding", "strength", "text", "start", "end"] as const;

/** One that is not listed is called what its node calls it. */
function factName(name: string, t: Translate): string {
  const known = namedFacts.find((fact) => fact === name);
  return known ? t(`panels.output.facts.${known}`) : name;
}

function factText(value: unknown, t: Translate): string {
  if (typeof value === "number") return formatValue(value);
  if (Array.isArray(value)) return value.length > 0 && value.length <= 40 ? value.join(" · ") : t("panels.output.items", { count: value.length });
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Facts as rows; two that say one size become one. */
function factRows(facts: Output["facts"], t: Translate): (readonly [string, string])[] {
  const { width, height, rows, columns, ...rest } = facts;
  const size = typeof width === "number" && typeof height === "number" ? [[t("panels.output.facts.picture"), t("panels.output.pixels", { width: String(width), height: String(height) })] as const] : [];
  const grid = typeof rows === "number" && typeof columns === "number" ? [[t("panels.output.facts.grid"), `${rows} × ${columns}`] as const] : [];
  return [...size, ...grid, ...Object.entries(rest).map(([name, value]) => [factName(name, t), factText(value, t)] as const)];
}

function Facts({ output }: { output: Output }) {
  const t = useTranslations();
  const shapes = Object.entries(output.shapes).map(([name, { dtype, dims }]) => [name, `${dtype} ${dims.join(" × ")}`] as const);
  const rows = [...factRows(output.facts, t), ...shapes, ...(shapes.length > 0 ? [[t("panels.output.facts.size"), formatBytes(output.tensors.bytes)] as const] : [])];
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
  const t = useTranslations();
  const store = useEditorStore();
  const name = `${nodeId}-${port}`;
  const known = output.type in dataTypes ? (output.type as DataType) : null;
  return (
    <section className="flex flex-col gap-3" aria-label={spoken(title, t)}>
      <h3 className="flex items-center gap-2 font-semibold">
        {known && <PortShape type={known} />}
        {spoken(title, t)}
      </h3>
      {output.picture && (
        <button type="button" className="cursor-zoom-in" aria-label={t("panels.output.show", { output: spokenWithin(title, t) })} onClick={() => store.setState({ lightbox: { hash: output.picture!.hash, title: spoken(title, t) } })}>
          <ArtifactPicture hash={output.picture.hash} alt={spoken(title, t)} className="w-full rounded-md bg-field object-contain" />
        </button>
      )}
      <Facts output={output} />
      <div className="flex flex-wrap gap-2">
        {output.picture && (
          <PictureLink hash={output.picture.hash} name={name} className={buttonClass()}>
            <Download size={14} aria-hidden /> PNG
          </PictureLink>
        )}
        {Object.keys(output.shapes).length > 0 && (
          <a href={tensorsUrl(output.tensors.hash)} download={`${name}.safetensors`} className={buttonClass()}>
            <Download size={14} aria-hidden /> {t("panels.output.tensors")}
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
      <PanelNote title={t("panels.output.failed", { node: title })}>
        {messageInOne(node, t)}
      </PanelNote>
    );
  }
  if (node?.status !== "done") return <PanelNote title={t("panels.output.notYet")}>{t(node?.status === "running" ? "panels.output.atWork" : "panels.output.toRun", { node: title })}</PanelNote>;
  const ports = findSpec(type)?.outputs;
  return (
    <div className="flex flex-col gap-6 p-4">
      <header className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 className="font-semibold">{title}</h2>
        <span className="number text-muted">{t(node.reused ? "panels.output.reused" : "panels.output.computed", { time: formatSeconds(node.seconds, t) })}</span>
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

/** What the shown run was for, in the order of the workflow. */
function results(state: EditorState): string[] {
  return state.graph.nodes.filter(({ id, type }) => findSpec(type)?.sink && nodeStateOf(state, id)?.status === "done").map(({ id }) => id);
}

/** Of the selected node; with nothing selected, what the run was for. */
export function OutputPanel() {
  const t = useTranslations();
  // Of a subgraph, what it stands for.
  const nodeId = useEditor((state) => {
    const id = soleSelected(state);
    return id === null ? null : faceOf(state.graph, id);
  });
  const ends = useEditor(useShallow((state) => (state.selection.size === 0 ? results(state) : none)));
  if (nodeId === null && ends.length > 0) return ends.map((id) => <NodeOutput key={id} nodeId={id} />);
  if (nodeId === null) return <PanelNote title={t("panels.output.none")}>{t("panels.output.noneDetail")}</PanelNote>;
  return <NodeOutput nodeId={nodeId} />;
}
