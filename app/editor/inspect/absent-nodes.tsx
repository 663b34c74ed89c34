"use client";

import { useTranslations } from "use-intl";
import { nodeTitle } from "@/app/i18n/vocabulary";
import { framesOf } from "@/nodes/run-events";
import { nodeOf } from "../graph/lookup";
import { absentFromCanvas } from "../store/absent-from-canvas";
import { useEditor, useEditorStore } from "../store/editor-context";
import { lookAtAbsent } from "../store/inspect-actions";
import { nodeStateOf } from "../store/run-actions";

function AbsentNode({ nodeId, title }: { nodeId: string; title: string }) {
  const t = useTranslations();
  const store = useEditorStore();
  const looked = useEditor((state) => state.absentNode === nodeId);
  const steps = useEditor((state) => framesOf(nodeStateOf(state, nodeId)).length);
  return (
    <li>
      <button type="button" aria-current={looked} onClick={() => lookAtAbsent(store, nodeId)} className="flex w-full items-baseline justify-between gap-3 rounded-md px-2 py-1 text-left hover:bg-hover aria-[current=true]:bg-pressed">
        <span className="truncate">{title}</span>
        {steps > 0 && <span className="number shrink-0 text-muted">{t("inspect.absent.steps", { count: steps })}</span>}
      </button>
    </li>
  );
}

/** Nodes of the shown run that the workflow does not have any more: what they made can still be looked at. */
export function AbsentNodes() {
  const t = useTranslations();
  const absent = useEditor(absentFromCanvas);
  if (absent.length === 0) return null;
  return (
    <section aria-label={t("inspect.absent.title")} className="flex flex-col gap-1 px-2 pt-1 pb-3">
      <h3 className="px-2 font-semibold">{t("inspect.absent.title")}</h3>
      <p className="px-2 text-sm text-muted">{t("inspect.absent.detail")}</p>
      <ul>
        {absent.map((node) => (
          <AbsentNode key={node.id} nodeId={node.id} title={nodeTitle(node, t)} />
        ))}
      </ul>
    </section>
  );
}

/** Says that the node looked at is not on the canvas; nothing for one that is. */
export function AbsentWords({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const absent = useEditor((state) => !nodeOf(state.graph, nodeId));
  return absent && <p className="text-muted">{t("inspect.absent.here")}</p>;
}
