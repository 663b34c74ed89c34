"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "use-intl";
import type { SystemStatus } from "@/server/api/contract";
import type { Translate } from "../i18n/translate";
import { messageInOne } from "../i18n/vocabulary";
import { useTRPC } from "../trpc-client";
import { classNames } from "./class-names";
import { formatCount } from "./quantity";
import { Tooltip } from "./tooltip";

const providers: Record<SystemStatus["provider"], string> = { cpu: "CPU", cuda: "CUDA", webgpu: "WebGPU" };

/** The processor or accelerator; empty while no worker says it. */
export function deviceWords({ device, cores }: SystemStatus, t: Translate): string {
  return cores === null ? device : t("common.system.device", { name: device, cores });
}

function words(status: SystemStatus, t: Translate): { text: string; detail: string; good: boolean } {
  const { checkpoint, worker } = status;
  const provider = providers[status.provider];
  // It is the worker that knows the checkpoint.
  if (worker === "absent") return { text: t("common.system.noWorker", { provider }), detail: t("common.system.noWorkerDetail"), good: false };
  if ("problem" in checkpoint) return { text: t("common.system.noCheckpoint", { provider }), detail: messageInOne(checkpoint.problem, t), good: false };
  return {
    text: t("common.system.ready", { provider, checkpoint: checkpoint.name }),
    detail: t("common.system.readyDetail", { device: deviceWords(status, t), checkpoint: checkpoint.name, parameters: formatCount(checkpoint.parameters), worker }),
    good: true,
  };
}

function queueWords({ queued, queuePaused }: SystemStatus, t: Translate): string {
  if (!queuePaused) return t("common.system.queued", { count: String(queued) });
  return queued > 0 ? t("common.system.queuePausedWaiting", { count: String(queued) }) : t("common.system.queuePaused");
}

/** Where runs are computed, with which checkpoint, and how many wait. */
export function SystemWords({ className }: { className?: string }) {
  const t = useTranslations();
  const trpc = useTRPC();
  const { data: status, isError } = useQuery(trpc.system.status.queryOptions(undefined, { refetchInterval: 4_000, staleTime: 0 }));
  // What was known before the server went away is not what is.
  if (!status || isError) return <span className={classNames("text-faint", className)}>{isError ? t("common.system.unreachable") : ""}</span>;
  const { text, detail, good } = words(status, t);
  return (
    <span className={classNames("flex min-w-0 items-center gap-4 text-muted", className)}>
      <Tooltip label={detail}>
        <Link href="/models" className="flex min-w-0 items-center gap-2 rounded-sm hover:text-ink">
          <span className={classNames("size-2 shrink-0 rounded-full", good ? "bg-good" : "bg-warn")} aria-hidden />
          <span className="truncate">{text}</span>
        </Link>
      </Tooltip>
      {(status.queued > 0 || status.queuePaused) && (
        <Link href="/runs" className={classNames("number rounded-sm whitespace-nowrap hover:text-ink", status.queuePaused && "text-warn")}>
          {queueWords(status, t)}
        </Link>
      )}
    </span>
  );
}
