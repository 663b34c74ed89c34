"use client";

import { CircleAlert } from "lucide-react";
import { memo, useMemo } from "react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { messageInOne, messageWords, typeTitle } from "@/app/i18n/vocabulary";
import { classNames } from "@/app/ui/class-names";
import { inTurn } from "@/app/ui/quantity";
import { inputsOf } from "@/nodes/param-inputs";
import type { Ports } from "@/nodes/ports";
import { findSpec } from "@/nodes/specs";
import type { NodeSpec } from "@/nodes/define-node";
import { modeIn } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { cardFields } from "../graph/param-fields";
import { ParamControl } from "../params/param-control";
import { useEditor } from "../store/editor-context";
import { overallStatus } from "../graph/sweep-cells";
import { nodeStateOf, noticesOf } from "../store/run-actions";
import { NodeHeader } from "./node-header";
import { NodePicture } from "./node-picture";
import { NodePort } from "./node-port";
import { isPictured } from "../graph/pictured";
import { isWorded, NodeText } from "./node-text";
import { useMeasuredPorts } from "./use-measured-ports";

const noPorts: Ports = {};

/** Inputs on the left and outputs on the right, sharing rows. */
export function PortRows({ nodeId, spec }: { nodeId: string; spec: Pick<NodeSpec, "inputs" | "outputs"> }) {
  const inputs = Object.entries(spec.inputs);
  const outputs = Object.entries(spec.outputs);
  const rows = Math.max(inputs.length, outputs.length);
  return Array.from({ length: rows }, (_, row) => {
    const [input, output] = [inputs[row], outputs[row]];
    return (
      <div key={row} className="flex justify-between gap-6">
        {input ? <NodePort nodeId={nodeId} name={input[0]} port={input[1]} side="input" /> : <span />}
        {output && <NodePort nodeId={nodeId} name={output[0]} port={output[1]} side="output" />}
      </div>
    );
  });
}

/** All ports without their names, along the sides of a header that is as high as they need. */
export function CollapsedPorts({ nodeId, spec, inputs }: { nodeId: string; spec: Pick<NodeSpec, "outputs">; inputs: NodeSpec["inputs"] }) {
  const side = (name: "input" | "output", ports: NodeSpec["inputs"]) => (
    <div className={classNames("absolute inset-y-0 flex flex-col justify-evenly", name === "input" ? "left-0" : "right-0")}>
      {Object.entries(ports).map(([port, about]) => (
        <NodePort key={port} nodeId={nodeId} name={port} port={about} side={name} bare />
      ))}
    </div>
  );
  return (
    <>
      {side("input", inputs)}
      {side("output", spec.outputs)}
    </>
  );
}

/** A header's height when it is all there is: 14 px for every port of the side that has more. */
export function collapsedHeight(spec: Pick<NodeSpec, "outputs"> | undefined, inputs: NodeSpec["inputs"]): number {
  const rows = Math.max(...[inputs, spec?.outputs ?? {}].map((ports) => Object.keys(ports).length));
  return Math.max(36, 8 + 16 * rows);
}

function InlineParams({ nodeId, spec }: { nodeId: string; spec: NodeSpec }) {
  const fields = useEditor(useShallow((state) => cardFields(nodeOf(state.graph, nodeId), spec)));
  if (fields.length === 0) return null;
  return (
    <div className="flex flex-col gap-1 px-3 pt-0.5 pb-3">
      {fields.map((field) => (
        <ParamControl key={field.name} nodeId={nodeId} field={field} place="card" />
      ))}
    </div>
  );
}

function Failure({ nodeId }: { nodeId: string }) {
  const node = useEditor((state) => nodeStateOf(state, nodeId));
  const t = useTranslations();
  if (node?.status !== "failed") return null;
  const { message, remedy } = messageWords(node, t);
  return (
    // The card's width comes from its rows; a long message wraps inside it.
    <div className="mx-3 mb-3 flex gap-2 rounded-md bg-bad-wash p-2 contain-[inline-size]" role="alert">
      <CircleAlert size={14} className="mt-[3px] shrink-0 text-bad" aria-hidden />
      <div className="min-w-0 flex-1 wrap-anywhere select-text">
        <p>{message}</p>
        {remedy && <p className="mt-1 text-muted">{remedy}</p>}
      </div>
    </div>
  );
}

/** Worth knowing, but no failure: hung below the card, where it moves nothing. In full it is in the details. */
function Notices({ nodeId }: { nodeId: string }) {
  const notices = useEditor((state) => noticesOf(nodeStateOf(state, nodeId)));
  const t = useTranslations();
  if (notices.length === 0) return null;
  const words = inTurn(notices.map((notice) => messageInOne(notice, t)), t);
  return (
    <p title={words} className="absolute top-full left-0 mt-1 line-clamp-2 w-full px-1 text-xs text-muted">
      {words}
    </p>
  );
}

/** A type this program does not know keeps its place, its params and its edges' ends in the file. */
function UnknownBody({ type }: { type: string }) {
  const t = useTranslations();
  return <p className="max-w-60 p-3 text-sm text-muted">{t("cards.unknown", { type })}</p>;
}

export const NodeCard = memo(function NodeCard({ nodeId, selected }: { nodeId: string; selected: boolean }) {
  const t = useTranslations();
  const type = useEditor((state) => nodeOf(state.graph, nodeId)?.type ?? "");
  const ownTitle = useEditor((state) => nodeOf(state.graph, nodeId)?.title);
  const status = useEditor((state) => (state.run && overallStatus(state.run.state.nodes, nodeId)) ?? "idle");
  const mode = useEditor((state) => modeIn(state.graph, nodeId));
  const collapsed = useEditor((state) => nodeOf(state.graph, nodeId)?.collapsed === true);
  const color = useEditor((state) => nodeOf(state.graph, nodeId)?.color);
  const inputs = useEditor((state) => inputsOf(nodeOf(state.graph, nodeId))) ?? noPorts;
  const spec = findSpec(type);
  useMeasuredPorts(nodeId, useMemo(() => ({ inputs, outputs: spec?.outputs ?? noPorts }), [inputs, spec]));
  const title = ownTitle ?? typeTitle(type, t);
  return (
    <article
      data-node-id={nodeId}
      data-node-type={type}
      data-status={status}
      data-mode={mode}
      data-collapsed={collapsed || undefined}
      style={collapsed ? { minHeight: collapsedHeight(spec, inputs) } : undefined}
      aria-label={mode ? t("cards.titleWithMode", { title, mode: t(`cards.mode.${mode}`) }) : title}
      className={classNames(
        "relative w-max rounded-xl border shadow-card",
        mode ? "border-dashed bg-panel" : "bg-raised",
        isPictured(type) && !collapsed ? "min-w-50" : "min-w-40",
        collapsed && "flex flex-col justify-center px-1",
        selected ? "border-accent ring-1 ring-accent" : mode ? "border-line-strong" : status === "failed" ? "border-bad" : "border-line",
      )}
    >
      {color && <div aria-hidden className="absolute inset-x-3 top-0 h-[3px] rounded-b-sm" style={{ background: `var(--mark-${color})` }} />}
      <NodeHeader nodeId={nodeId} title={title} timed={collapsed || !isPictured(type)} alone={collapsed} />
      {collapsed ? (
        spec && <CollapsedPorts nodeId={nodeId} spec={spec} inputs={inputs} />
      ) : spec ? (
        // What is muted is all but gone; what is bypassed still passes something on through its ports.
        <div className={classNames(mode === "muted" && "opacity-45", mode === "bypassed" && "[&>:not(:first-child)]:opacity-45")}>
          <div className="py-1.5">
            <PortRows nodeId={nodeId} spec={spec} />
          </div>
          <InlineParams nodeId={nodeId} spec={spec} />
          {isPictured(type) && <NodePicture nodeId={nodeId} title={title} />}
          {isWorded(type) && <NodeText nodeId={nodeId} />}
          <Failure nodeId={nodeId} />
          <Notices nodeId={nodeId} />
        </div>
      ) : (
        <UnknownBody type={type} />
      )}
    </article>
  );
});
