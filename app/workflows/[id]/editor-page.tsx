"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Editor } from "@/app/editor/editor";
import { describeError, refusalOf, useTRPC } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { MessagePage } from "@/app/ui/message-page";

export function EditorPage({ id, query }: { id: string; query: string }) {
  const t = useTranslations();
  const trpc = useTRPC();
  // Read once per visit: from here on the editor itself knows best.
  const workflow = useQuery(trpc.workflows.get.queryOptions({ id }, { staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false }));
  if (workflow.data) return <Editor key={id} opened={workflow.data} query={query} />;
  if (!workflow.error) return <Opening />;
  const lost = refusalOf(workflow.error)?.code === "NOT_FOUND";
  return (
    <MessagePage title={t(lost ? "pages.workflow.missing" : "pages.workflow.failed")} detail={lost ? t("pages.workflow.missingDetail") : describeError(workflow.error)}>
      {!lost && <Button onClick={() => void workflow.refetch()}>{t("pages.tryAgain")}</Button>}
    </MessagePage>
  );
}

/** The editor's places before it is there, so that nothing jumps. */
function Opening() {
  const t = useTranslations();
  return (
    <div className="flex h-dvh flex-col" aria-busy>
      <div className="h-11 border-b border-line bg-panel" />
      <div className="flex min-h-0 flex-1">
        <div className="w-[212px] border-r border-line bg-panel max-lg:hidden" />
        <div className="flex flex-1 items-center justify-center text-faint">
          <p className="motion-safe:animate-[appear_120ms_400ms_both]">{t("pages.workflow.opening")}</p>
        </div>
        <div className="w-[300px] border-l border-line bg-panel max-lg:hidden" />
      </div>
    </div>
  );
}
