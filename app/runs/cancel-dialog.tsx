"use client";

import { Button } from "@/app/ui/button";
import { Dialog } from "@/app/ui/dialog";
import type { QueueState } from "@/server/api/contract";

interface CancelDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  queue: QueueState;
  onCancel: (which: "waiting" | "all") => void;
}

const runs = (count: number) => (count === 1 ? "1 run" : `${count} runs`);

/** Asks which runs to cancel, saying how many that are. */
export function CancelDialog({ open, onOpenChange, queue, onCancel }: CancelDialogProps) {
  const waiting = queue.waitingCount;
  const others = queue.running.length + queue.pausedRuns.length;
  const choose = (which: "waiting" | "all") => () => {
    onOpenChange(false);
    onCancel(which);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Cancel runs?"
      description="They stay in the history, and what they finished is reused when you run the workflow again."
      actions={
        <>
          <Button tone="quiet" onClick={() => onOpenChange(false)}>
            Keep them
          </Button>
          {waiting > 0 && others > 0 && <Button onClick={choose("waiting")}>Cancel the {waiting} waiting</Button>}
          <Button tone="danger" onClick={choose("all")}>
            {others === 0 ? `Cancel ${runs(waiting)}` : `Cancel all ${waiting + others}`}
          </Button>
        </>
      }
    />
  );
}
