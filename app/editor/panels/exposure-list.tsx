"use client";

import { ChevronDown, ChevronUp, Plus, X } from "lucide-react";
import { Fragment } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { spoken } from "@/app/i18n/vocabulary";
import { EditableName } from "@/app/ui/editable-name";
import { IconButton } from "@/app/ui/icon-button";
import { Menu, MenuHeading, MenuItem } from "@/app/ui/menu";
import { keyOf, type PortPlace } from "@/nodes/card-ports";
import { inputsOf, isParamInput } from "@/nodes/param-inputs";
import type { DataType } from "@/nodes/ports";
import { findSpec } from "@/nodes/specs";
import type { Workflow } from "@/nodes/workflow";
import { type ExposedSide, exposeInput, exposeOutput, exposeParam, hideParam, hidePlaces, isConnectedOutside, moveExposed, renameExposed } from "../graph/exposure";
import { nestingIn, subgraphParams, subgraphPorts } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { paramFields } from "../graph/param-fields";
import { innerNodes } from "../graph/subgraph-state";
import { PortShape } from "../node/port-shape";
import { edit } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import { titleIn } from "./node-title";

/** Something the card shows. */
interface Shown {
  readonly key: string;
  readonly title: string;
  /** The title of the first node it is of. */
  readonly of: string;
  readonly type: DataType | null;
  /** It stays: something is connected to it. */
  readonly fixed: boolean;
  hide(graph: Workflow): Workflow;
}

/** Something it could show, under its node. */
interface Offer {
  readonly node: string;
  readonly key: string;
  readonly title: string;
  readonly type: DataType | null;
  show(graph: Workflow): Workflow;
}

function shownOn(graph: Workflow, id: string, side: ExposedSide, t: Translate): Shown[] {
  if (side === "params") {
    return subgraphParams(graph, id).map(({ node, param, title }) => ({ key: keyOf({ node, port: param }), title, of: titleIn(graph, node, t), type: null, fixed: false, hide: (current) => hideParam(current, id, node, param) }));
  }
  const contents = nestingIn(graph).contentsOf(id);
  return Object.entries(subgraphPorts(graph, id)[side]).map(([key, port]) => ({
    key,
    title: port.title,
    of: [...new Set(port.places.map(({ node }) => titleIn(graph, node, t)))].join(", "),
    type: port.type,
    fixed: isConnectedOutside(graph, contents, port),
    hide: (current) => hidePlaces(current, id, side, port.places),
  }));
}

function offersFor(graph: Workflow, id: string, side: ExposedSide): Offer[] {
  const taken = new Set(side === "params" ? subgraphParams(graph, id).map(({ node, param }) => keyOf({ node, port: param })) : Object.values(subgraphPorts(graph, id)[side]).flatMap(({ places }) => places.map(keyOf)));
  const fed = new Set(graph.edges.map(({ target, targetPort }) => keyOf({ node: target, port: targetPort })));
  return innerNodes(graph, id).flatMap((node): Offer[] => {
    const inner = nodeOf(graph, node)!;
    const spec = findSpec(inner.type);
    if (!spec) return [];
    if (side === "params") {
      return paramFields(spec)
        .filter(({ name }) => !isParamInput(inner, name) && !taken.has(keyOf({ node, port: name })))
        .map(({ name, meta }) => ({ node, key: name, title: meta.title, type: null, show: (current) => exposeParam(current, id, node, name) }));
    }
    const ports = side === "inputs" ? inputsOf(inner)! : spec.outputs;
    return Object.entries(ports)
      .map(([port, about]) => ({ place: { node, port } satisfies PortPlace, about }))
      .filter(({ place }) => !taken.has(keyOf(place)) && !(side === "inputs" && fed.has(keyOf(place))))
      .map(({ place, about }) => ({ node, key: place.port, title: about.title, type: about.type, show: (current) => (side === "inputs" ? exposeInput : exposeOutput)(current, id, place) }));
  });
}

function Row({ id, side, shown, at, count }: { id: string; side: ExposedSide; shown: Shown; at: number; count: number }) {
  const store = useEditorStore();
  const t = useTranslations();
  const { of, type, fixed } = shown;
  const title = spoken(shown.title, t);
  const move = (by: number) => edit(store, (graph) => moveExposed(graph, id, side, at, by));
  return (
    <li className="flex items-center gap-1.5">
      {type && <PortShape type={type} size={11} />}
      <span className="flex min-w-0 flex-1 items-center" title={t("subgraphs.shown.of", { node: of })}>
        <EditableName key={`${shown.key} ${title}`} label={t("subgraphs.shown.name", { title })} value={title} maxLength={80} onRename={(name) => name !== title && edit(store, (graph) => renameExposed(graph, id, side, at, name))} className="-ml-1.5 h-7 w-full min-w-0 px-1.5" />
      </span>
      <span className="flex shrink-0">
        <IconButton label={t("subgraphs.shown.up", { title })} size="small" side="top" disabled={at === 0} icon={<ChevronUp size={14} />} onClick={() => move(-1)} />
        <IconButton label={t("subgraphs.shown.down", { title })} size="small" side="top" disabled={at === count - 1} icon={<ChevronDown size={14} />} onClick={() => move(1)} />
        <IconButton label={t("subgraphs.shown.hide", { title })} {...(fixed && { hint: t("subgraphs.shown.connected") })} size="small" side="top" disabled={fixed} icon={<X size={14} />} onClick={() => edit(store, (graph) => shown.hide(graph))} />
      </span>
    </li>
  );
}

function AddMenu({ side, offers, label }: { side: ExposedSide; offers: readonly Offer[]; label: string }) {
  const store = useEditorStore();
  const graph = useEditor((state) => state.graph);
  const t = useTranslations();
  const nodes = [...new Set(offers.map(({ node }) => node))];
  return (
    <Menu trigger={<IconButton label={label} size="small" side="left" disabled={offers.length === 0} icon={<Plus size={15} />} />}>
      {nodes.map((node) => (
        <Fragment key={node}>
          <MenuHeading>{titleIn(graph, node, t)}</MenuHeading>
          {offers.filter((offer) => offer.node === node).map((offer) => (
            <MenuItem key={`${side} ${offer.key}`} {...(offer.type && { icon: <PortShape type={offer.type} size={10} /> })} onSelect={() => edit(store, (current) => offer.show(current))}>
              {spoken(offer.title, t)}
            </MenuItem>
          ))}
        </Fragment>
      ))}
    </Menu>
  );
}

const addKeys = { inputs: "subgraphs.shown.addInput", outputs: "subgraphs.shown.addOutput", params: "subgraphs.shown.addParam" } as const;

function Side({ id, side }: { id: string; side: ExposedSide }) {
  const t = useTranslations();
  const graph = useEditor((state) => state.graph);
  const shown = shownOn(graph, id, side, t);
  const title = t(`subgraphs.shown.${side}`);
  return (
    <section aria-label={title}>
      <header className="flex h-7 items-center justify-between gap-2">
        <h3 className="text-sm text-faint">
          {shown.length === 0 ? t("subgraphs.shown.none", { title }) : title}
        </h3>
        <AddMenu side={side} offers={offersFor(graph, id, side)} label={t(addKeys[side])} />
      </header>
      <ul>
        {shown.map((one, at) => (
          <Row key={one.key} id={id} side={side} shown={one} at={at} count={shown.length} />
        ))}
      </ul>
    </section>
  );
}

/** What a subgraph's card shows: to choose, name and order. */
export function ExposureList({ id }: { id: string }) {
  return (
    <div className="flex flex-col gap-2">
      <Side id={id} side="params" />
      <Side id={id} side="inputs" />
      <Side id={id} side="outputs" />
    </div>
  );
}
