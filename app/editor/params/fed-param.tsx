"use client";

import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { spoken } from "@/app/i18n/vocabulary";
import { constantValue, inputsOf, isParamInput, paramSources } from "@/nodes/param-inputs";
import { type Port, portOf } from "@/nodes/ports";
import type { Problem } from "@/nodes/problems";
import type { Sweep, Workflow } from "@/nodes/workflow";
import { nodeOf } from "../graph/lookup";
import type { ParamField } from "../graph/param-fields";
import { valueText } from "../graph/sweep-layout";
import { NodePort } from "../node/node-port";
import { PortShape } from "../node/port-shape";
import { FeedMenu } from "../panels/feed-menu";
import { FixButton } from "../panels/problem-list";
import { useEditor } from "../store/editor-context";
import type { Place } from "./field-props";
import { ParamMenu } from "./param-menu";
import { sweepSize } from "./sweep-draft";

/** The port a param of a node is now; undefined while it is a field. */
export function fedPort(graph: Workflow, nodeId: string, param: string): Port | undefined {
  const node = nodeOf(graph, nodeId);
  return node && isParamInput(node, param) ? portOf(inputsOf(node), param) : undefined;
}

/** What arrives at a fed param: a value, or those of a sweep; null where none does. */
function arriving(graph: Workflow, nodeId: string, param: string): { readonly sweep: Sweep } | { readonly value: unknown } | null {
  const node = nodeOf(graph, nodeId);
  const source = node ? paramSources(graph)(node, param) : null;
  if (!source) return null;
  const sweep = source.node.sweeps?.[source.param];
  return sweep ? { sweep } : { value: constantValue(source) };
}

interface FedParamProps {
  nodeId: string;
  field: ParamField;
  port: Port;
  place: Place;
  problem: Problem | null;
  words: string | null;
}

/** Stands where the field of a param was that is an input now: its port, what feeds it and the value that arrives. */
export function FedParam({ nodeId, field, port, place, problem, words }: FedParamProps) {
  const t = useTranslations();
  const given = useEditor(useShallow((state) => arriving(state.graph, nodeId, field.name)));
  const value = given && ("sweep" in given ? sweepSize(given.sweep, t) : valueText(given.value, t));
  const arrives = value !== null && <span className="number max-w-28 min-w-0 truncate text-faint" title={value}>{value}</span>;
  return (
    <div data-param={field.name} className="flex flex-col gap-1">
      {place === "card" ? (
        // From edge to edge of the card: the port stands on its side.
        <div className="-mx-3 flex min-h-7 items-center justify-between gap-4 pr-3">
          <NodePort nodeId={nodeId} name={field.name} port={port} side="input" />
          {arrives}
        </div>
      ) : (
        <div className="flex min-h-7 items-center gap-2.5">
          <PortShape type={port.type} />
          <span className="flex-1 whitespace-nowrap text-muted">{spoken(port.title, t)}</span>
          {arrives}
          <FeedMenu nodeId={nodeId} name={field.name} port={port} />
          <ParamMenu nodeId={nodeId} field={field} />
        </div>
      )}
      {problem !== null && (
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 contain-[inline-size]">
          <p className="min-w-0 flex-1 text-sm text-warn">{words}</p>
          {place === "panel" && <FixButton problem={problem} />}
        </div>
      )}
    </div>
  );
}
