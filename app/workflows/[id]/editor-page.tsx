"use client";

import { useQuery } from "@tanstack/react-query";
import { Editor } from "@/app/editor/editor";
import { describeError, refusalOf, useTRPC } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { MessagePage } from "@/app/ui/message-page";

export function EditorPage({ id, query }: { id: string; query: string }) {
  const trpc = useTRPC();
  // Read once per visit: from here on the editor itself knows best.
  const workflow = useQuery(trpc.workflows.get.queryOptions({ id }, { staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false }));
  if (workflow.data) return <Editor key={id} opened={workflow.data} query={query} />;
  if (!workflow.error) return <Opening />;
  const lost = refusalOf(workflow.error)?.code === "NOT_FOUND";
  return (
    <MessagePage title={lost ? "There is no such workflow" : "The workflow could not be opened"} detail={lost ? "It may have been deleted. Deleted workflows can be brought back from the start page." : describeError(workflow.error)}>
      {!lost && <Button onClick={() => void workflow.refetch()}>Try again</Button>}
    </MessagePage>
  );
}

/** The editor's places before it is there, so that nothing jumps. */
function Opening() {
  return (
    <div className="flex h-dvh flex-col" aria-busy>
      <div className="h-11 border-b border-line bg-panel" />
      <div className="flex min-h-0 flex-1">
        <div className="w-[212px] border-r border-line bg-panel max-lg:hidden" />
        <div className="flex flex-1 items-center justify-center text-faint">
          <p className="motion-safe:animate-[appear_120ms_400ms_both]">Opening the workflow</p>
        </div>
        <div className="w-[300px] border-l border-line bg-panel max-lg:hidden" />
      </div>
    </div>
  );
}
