"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { describeError } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { Dialog } from "@/app/ui/dialog";
import { toast } from "@/app/ui/toast";
import { TimeAgo } from "@/app/ui/time-ago";
import { useEditor, useSession } from "./store/editor-context";
import { dropSafetyCopy } from "./store/safety-copy";

/** Someone else saved this workflow meanwhile. Both versions are kept until the person chose. */
export function ConflictDialog() {
  const session = useSession();
  const router = useRouter();
  const conflict = useEditor((state) => state.save.kind === "conflict");
  const workflowId = useEditor((state) => state.workflowId);
  const [later, setLater] = useState(false);
  const theirs = session.theirs();
  const keepMine = async () => {
    try {
      const id = await session.saveAsCopy();
      // What was unsaved here is saved there; the original opens as it is stored.
      session.loadTheirs();
      dropSafetyCopy(workflowId);
      router.push(`/workflows/${id}`);
    } catch (error) {
      toast("The copy could not be saved", { detail: describeError(error), tone: "bad" });
    }
  };
  return (
    <Dialog
      open={conflict && !later}
      onOpenChange={(open) => setLater(!open)}
      title="This workflow was changed elsewhere"
      description={
        <>
          Another window saved version {theirs?.version}
          {theirs && (
            <>
              {" "}
              <TimeAgo at={theirs.updatedAt} />
            </>
          )}
          . Your edits here are not lost: keep them as a workflow of their own, or leave them and load the other version.
        </>
      }
      actions={
        <>
          <Button onClick={() => session.loadTheirs()}>Load theirs</Button>
          <Button tone="primary" onClick={() => void keepMine()}>
            Keep mine as a copy
          </Button>
        </>
      }
    />
  );
}
