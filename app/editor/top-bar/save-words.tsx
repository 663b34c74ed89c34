"use client";

import { TimeAgo } from "@/app/ui/time-ago";
import { useEditor, useSession } from "../store/editor-context";

/** Whether the work is safe, in words. */
export function SaveWords() {
  const session = useSession();
  const save = useEditor((state) => state.save);
  switch (save.kind) {
    case "saved":
      return (
        <span className="number truncate text-faint">
          Saved <TimeAgo at={save.at} /> · version {save.version}
        </span>
      );
    case "waiting":
    case "saving":
      return <span className="truncate text-faint">Saving</span>;
    case "conflict":
      return <span className="truncate text-warn">Not saved: changed elsewhere</span>;
    case "failed":
      return (
        <span className="flex min-w-0 items-center gap-1.5 text-bad">
          <span className="truncate" title={save.message}>
            Not saved: {save.message}
          </span>
          <button type="button" onClick={() => session.autosave.retry()} className="rounded-sm underline underline-offset-4 hover:text-ink">
            Retry
          </button>
        </span>
      );
  }
}
