"use client";

import { useTranslations } from "use-intl";
import { Button } from "@/app/ui/button";
import { Dialog } from "@/app/ui/dialog";
import type { QueueState } from "@/server/api/contract";

interface CancelDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  queue: QueueState;
  onCancel: (which: "waiting" | "all") => void;
}

/** Asks which runs to cancel, saying how many that are. */
export function CancelDialog({ open, onOpenChange, queue, onCancel }: CancelDialogProps) {
  const t = useTranslations();
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
      title={t("runs.cancelling.title")}
      description={t("runs.cancelling.detail")}
      actions={
        <>
          <Button tone="quiet" onClick={() => onOpenChange(false)}>
            {t("runs.cancelling.keep")}
          </Button>
          {waiting > 0 && others > 0 && <Button onClick={choose("waiting")}>{t("runs.cancelling.waiting", { count: waiting })}</Button>}
          <Button tone="danger" onClick={choose("all")}>
            {others === 0 ? t("runs.cancelling.some", { count: waiting }) : t("runs.cancelling.all", { count: waiting + others })}
          </Button>
        </>
      }
    />
  );
}
