"use client";

import { useTranslations } from "use-intl";
import { spoken } from "@/app/i18n/vocabulary";
import type { NodeSpec } from "@/nodes/define-node";
import { isUsedOn } from "../graph/level-ports";
import { problemsOf } from "../graph/problem-lookup";
import { PortShape } from "../node/port-shape";
import { useEditor } from "../store/editor-context";
import { FeedMenu } from "./feed-menu";
import { FixButton } from "./problem-list";

/** What feeds each input. Params that are inputs stand with the params. */
export function InputList({ nodeId, spec }: { nodeId: string; spec: Pick<NodeSpec, "inputs"> }) {
  const t = useTranslations();
  const graph = useEditor((state) => state.graph);
  const problems = problemsOf(graph, nodeId);
  return (
    <section aria-label={t("panels.inputs")} className="flex flex-col gap-1.5">
      <h2 className="font-semibold">{t("panels.inputs")}</h2>
      {Object.entries(spec.inputs).map(([name, port]) => (
        <div key={name}>
          <div className="flex min-h-7 items-center gap-2.5">
            <PortShape type={port.type} hollow={port.optional === true && !isUsedOn(graph, nodeId, name, "input")} />
            <span className="flex-1 whitespace-nowrap text-muted">{spoken(port.title, t)}</span>
            <FeedMenu nodeId={nodeId} name={name} port={port} />
          </div>
          {problems.filter((problem) => problem.port === name).map((problem) => (
            <FixButton key={problem.message} problem={problem} className="mt-1 mb-1.5 ml-5" />
          ))}
        </div>
      ))}
    </section>
  );
}
