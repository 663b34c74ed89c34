"use client";

import { ChevronDown } from "lucide-react";
import { Menu, MenuHeading, MenuItem, MenuLine } from "@/app/ui/menu";
import type { NodeSpec } from "@/nodes/define-node";
import { connectionProblem } from "@/nodes/problems";
import { findSpec } from "@/nodes/specs";
import type { Workflow, WorkflowEdge } from "@/nodes/workflow";
import { feedOf, nodeOf } from "../graph/lookup";
import { problemsOf } from "../graph/problem-lookup";
import { PortShape } from "../node/port-shape";
import { dropEdge, makeConnection } from "../store/connection-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import { FixButton } from "./problem-list";

const nameOf = (graph: Workflow, id: string) => {
  const node = nodeOf(graph, id);
  return node?.title ?? findSpec(node?.type ?? "")?.title ?? id;
};

/** Every edge that could feed the input. */
function offers(graph: Workflow, target: string, targetPort: string): WorkflowEdge[] {
  return graph.nodes.flatMap((node) =>
    Object.keys(findSpec(node.type)?.outputs ?? {})
      .map((sourcePort) => ({ source: node.id, sourcePort, target, targetPort }))
      .filter((edge) => connectionProblem(graph, edge) === null),
  );
}

function OfferItems({ nodeId, port, title }: { nodeId: string; port: string; title: string }) {
  const store = useEditorStore();
  const graph = useEditor((state) => state.graph);
  const feed = feedOf(graph, nodeId, port);
  const edges = offers(graph, nodeId, port);
  return (
    <>
      <MenuHeading>{edges.length > 0 ? `Feed ${title.toLowerCase()} from` : `Nothing here gives ${title.toLowerCase()} yet`}</MenuHeading>
      {edges.map((edge) => (
        <MenuItem key={`${edge.source}.${edge.sourcePort}`} onSelect={() => makeConnection(store, edge)}>
          {nameOf(graph, edge.source)}
        </MenuItem>
      ))}
      {feed && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => dropEdge(store, feed)}>Disconnect</MenuItem>
        </>
      )}
    </>
  );
}

/** What feeds each input, and the way to connect without a mouse. */
export function InputList({ nodeId, spec }: { nodeId: string; spec: NodeSpec }) {
  const graph = useEditor((state) => state.graph);
  const problems = problemsOf(graph, nodeId);
  return (
    <section aria-label="Inputs" className="flex flex-col gap-1.5">
      <h2 className="font-semibold">Inputs</h2>
      {Object.entries(spec.inputs).map(([name, port]) => {
        const feed = feedOf(graph, nodeId, name);
        const source = feed ? nameOf(graph, feed.source) : port.optional ? "not connected, optional" : "not connected";
        return (
          <div key={name}>
            <div className="flex min-h-7 items-center gap-2.5">
              <PortShape type={port.type} hollow={port.optional === true && !feed} />
              <span className="flex-1 whitespace-nowrap text-muted">{port.title}</span>
              <Menu
                trigger={
                  <button type="button" aria-label={`${port.title}: ${source}. Change`} className={`-mr-1.5 flex h-7 min-w-0 items-center gap-1 rounded-md px-1.5 hover:bg-hover ${feed ? "" : port.optional ? "text-faint" : "text-warn"}`}>
                    <span className="truncate">{source}</span>
                    <ChevronDown size={14} className="shrink-0 text-faint" aria-hidden />
                  </button>
                }
              >
                <OfferItems nodeId={nodeId} port={name} title={port.title} />
              </Menu>
            </div>
            {problems.filter((problem) => problem.port === name).map((problem) => (
              <FixButton key={problem.message} problem={problem} className="mt-1 mb-1.5 ml-5" />
            ))}
          </div>
        );
      })}
    </section>
  );
}
