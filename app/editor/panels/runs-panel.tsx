"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { runMessage } from "@/app/i18n/vocabulary";
import { describeError, useTRPCClient } from "@/app/trpc-client";
import { KeepButton } from "@/app/runs/keep-button";
import { classNames } from "@/app/ui/class-names";
import { RunWords } from "@/app/ui/run-words";
import { TimeAgo } from "@/app/ui/time-ago";
import { toast } from "@/app/ui/toast";
import { AbsentNodes } from "../inspect/absent-nodes";
import { ArtifactPicture } from "../node/artifact-picture";
import { useEditor, useSession } from "../store/editor-context";
import { PanelNote } from "./panel-note";

/** Past runs of this workflow. Choosing one shows its results on the canvas; the workflow itself stays as it is. */
export function RunsPanel() {
  const t = useTranslations();
  const session = useSession();
  const client = useTRPCClient();
  const workflowId = useEditor((state) => state.workflowId);
  const shown = useEditor((state) => state.run?.id);
  const shownStatus = useEditor((state) => state.run?.state.status);
  // The shown run's own state is part of the key: when it ends, the list is read again.
  const list = useQuery({
    queryKey: ["runs of a workflow", workflowId, shown, shownStatus],
    queryFn: () => client.runs.list.query({ workflowId, limit: 50 }),
    placeholderData: (before) => before,
  });
  if (list.error) return <PanelNote title={t("panels.runs.notLoaded")}>{describeError(list.error)}</PanelNote>;
  if (!list.data) return null;
  if (list.data.runs.length === 0) return <PanelNote title={t("panels.runs.none")}>{t("panels.runs.noneDetail")}</PanelNote>;
  return (
    <ul className="p-2">
      {list.data.runs.map((run) => {
        const current = run.id === shown;
        return (
          <li key={run.id}>
            <div className={classNames("flex items-center rounded-md pr-1 hover:bg-hover", current && "bg-pressed")}>
              <button
                type="button"
                aria-current={current}
                onClick={() => void session.showRun(run.id).catch((error) => toast(t("panels.runs.notOpened"), { detail: describeError(error), tone: "bad" }))}
                className="flex min-w-0 flex-1 items-center gap-3 rounded-md p-2 text-left"
              >
                <span className="flex size-10 shrink-0 items-center justify-center overflow-hidden rounded-md bg-field">
                  {run.picture && <ArtifactPicture hash={run.picture} alt="" minor className="size-full object-cover" />}
                </span>
                <span className="min-w-0 flex-1">
                  <span className="flex justify-between gap-3">
                    <RunWords status={current && shownStatus ? shownStatus : run.status} seconds={run.seconds} />
                    <span className="text-muted">
                      <TimeAgo at={run.createdAt} />
                    </span>
                  </span>
                  <span className="block truncate text-muted">{runMessage(run, t) ?? (current ? t("panels.runs.shown") : "")}</span>
                </span>
              </button>
              <KeepButton run={run} onChanged={list.refetch} />
            </div>
            {current && <AbsentNodes />}
          </li>
        );
      })}
    </ul>
  );
}
