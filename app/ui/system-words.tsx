"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { SystemStatus } from "@/server/api/contract";
import { useTRPC } from "../trpc-client";
import { classNames } from "./class-names";
import { formatCount } from "./quantity";
import { Tooltip } from "./tooltip";

const providers: Record<SystemStatus["provider"], string> = { cpu: "CPU", cuda: "CUDA", webgpu: "WebGPU" };

function words(status: SystemStatus): { text: string; detail: string; good: boolean } {
  const { provider, device, checkpoint, worker } = status;
  const name = providers[provider];
  if ("problem" in checkpoint) return { text: `${name} · no checkpoint`, detail: checkpoint.problem, good: false };
  if (worker === "absent") return { text: `${name} · no worker`, detail: "No worker has been heard of lately. Runs wait until one starts.", good: false };
  return { text: `${name} · ${checkpoint.name}`, detail: `${device}. ${checkpoint.name} has ${formatCount(checkpoint.parameters)} parameters. The worker is ${worker}.`, good: true };
}

function queueWords({ queued, queuePaused }: SystemStatus): string {
  if (!queuePaused) return `${queued} in queue`;
  return queued > 0 ? `Queue paused, ${queued} waiting` : "Queue paused";
}

/** Where runs are computed, with which checkpoint, and how many wait. */
export function SystemWords({ className }: { className?: string }) {
  const trpc = useTRPC();
  const { data: status, isError } = useQuery(trpc.system.status.queryOptions(undefined, { refetchInterval: 4_000, staleTime: 0 }));
  if (!status) return <span className={classNames("text-faint", className)}>{isError ? "The server does not answer" : ""}</span>;
  const { text, detail, good } = words(status);
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
          {queueWords(status)}
        </Link>
      )}
    </span>
  );
}
