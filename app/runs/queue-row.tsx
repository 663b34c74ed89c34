"use client";

import { ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpToLine, EllipsisVertical, GripVertical, Pause, Play, X } from "lucide-react";
import Link from "next/link";
import type { CSSProperties, KeyboardEvent, PointerEvent } from "react";
import { useTranslations } from "use-intl";
import { Elapsed } from "@/app/editor/node/elapsed";
import { classNames } from "@/app/ui/class-names";
import { IconButton } from "@/app/ui/icon-button";
import { Menu, MenuItem } from "@/app/ui/menu";
import { TimeAgo } from "@/app/ui/time-ago";
import type { QueuedRun } from "@/server/api/contract";
import type { QueueActions } from "./use-queue";

interface QueueRowProps {
  run: QueuedRun;
  actions: QueueActions;
  /** Of a run that waits: its place from 0 among how many, and how it is dragged. */
  waiting?: {
    place: number;
    count: number;
    dragged: boolean;
    style: CSSProperties | undefined;
    handle: { onPointerDown(event: PointerEvent<HTMLElement>): void };
    onMove(place: number): void;
  };
}

function StateWords({ run, place }: { run: QueuedRun; place: number | undefined }) {
  const t = useTranslations();
  if (run.stopping) return <span className="text-muted">{t(run.stopping === "pausing" ? "runs.row.pausing" : "runs.row.cancelling")}</span>;
  if (run.status === "running") {
    return (
      <span className="text-accent">
        {t("runs.row.running")} {run.startedAt && <Elapsed since={Date.parse(run.startedAt)} />}
      </span>
    );
  }
  if (run.status === "paused") return <span className="text-warn">{t("runs.row.paused")}</span>;
  return (
    <span className="text-muted">
      {t(place === 0 ? "runs.row.next" : "runs.row.queued")} · <TimeAgo at={run.createdAt} />
    </span>
  );
}

function MoveMenu({ name, waiting }: { name: string; waiting: NonNullable<QueueRowProps["waiting"]> }) {
  const t = useTranslations();
  const { place, count, onMove } = waiting;
  const last = place === count - 1;
  return (
    <Menu trigger={<IconButton label={t("runs.move.menu", { name })} icon={<EllipsisVertical size={15} />} />}>
      <MenuItem icon={<ArrowUpToLine size={14} />} disabled={place === 0} onSelect={() => onMove(0)}>
        {t("runs.move.first")}
      </MenuItem>
      <MenuItem icon={<ArrowUp size={14} />} keys="alt+up" disabled={place === 0} onSelect={() => onMove(place - 1)}>
        {t("runs.move.up")}
      </MenuItem>
      <MenuItem icon={<ArrowDown size={14} />} keys="alt+down" disabled={last} onSelect={() => onMove(place + 1)}>
        {t("runs.move.down")}
      </MenuItem>
      <MenuItem icon={<ArrowDownToLine size={14} />} disabled={last} onSelect={() => onMove(count - 1)}>
        {t("runs.move.last")}
      </MenuItem>
    </Menu>
  );
}

/** A run that has not ended: what it is, how it stands, and what can be done with it. */
export function QueueRow({ run, actions, waiting }: QueueRowProps) {
  const t = useTranslations();
  const onKeyDown = (event: KeyboardEvent) => {
    if (!waiting || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const place = waiting.place + (event.key === "ArrowUp" ? -1 : 1);
    if (place >= 0 && place < waiting.count) waiting.onMove(place);
  };
  return (
    <li
      style={waiting?.style}
      className={classNames(
        "flex h-13 items-center gap-1 border-b border-line bg-panel pr-2 last:border-b-0",
        waiting?.style && !waiting.dragged && "transition-transform motion-reduce:transition-none",
        waiting?.dragged && "relative z-1 rounded-lg bg-raised shadow-float",
      )}
    >
      {waiting ? (
        <button
          type="button"
          aria-label={t("runs.row.handle", { name: run.workflowName, place: waiting.place + 1, count: waiting.count })}
          className={classNames("flex h-full w-12 shrink-0 touch-none items-center justify-center gap-0.5 text-faint outline-offset-[-3px] hover:text-ink", waiting.dragged ? "cursor-grabbing" : "cursor-grab")}
          onKeyDown={onKeyDown}
          {...waiting.handle}
        >
          <GripVertical size={14} aria-hidden />
          <span className="number w-4 text-right text-sm">{waiting.place + 1}</span>
        </button>
      ) : (
        <span className="flex w-12 shrink-0 items-center justify-center" aria-hidden>
          <span className={classNames("size-2 rounded-full", run.status === "running" ? "bg-accent" : "bg-warn")} />
        </span>
      )}
      <Link href={`/workflows/${run.workflowId}?run=${run.id}`} className="flex h-full min-w-0 flex-1 flex-col justify-center rounded-sm outline-offset-[-3px]" draggable={false} onKeyDown={onKeyDown}>
        <span className="truncate font-medium">{run.workflowName}</span>
        {run.prompt && <span className="truncate text-sm text-muted">{run.prompt}</span>}
      </Link>
      <span className="number px-3 text-right whitespace-nowrap max-sm:hidden">
        <StateWords run={run} place={waiting?.place} />
      </span>
      {run.status === "paused" ? (
        <IconButton label={t("runs.row.resume")} icon={<Play size={14} fill="currentColor" />} disabled={run.stopping !== null} onClick={() => actions.resume(run.id)} />
      ) : run.stopping === "pausing" ? (
        <IconButton label={t("runs.row.goOn")} icon={<Play size={14} fill="currentColor" />} onClick={() => actions.resume(run.id)} />
      ) : (
        <IconButton label={t("runs.row.pause")} icon={<Pause size={14} fill="currentColor" />} disabled={run.stopping !== null} onClick={() => actions.pause(run.id)} />
      )}
      <IconButton label={t("runs.row.cancel")} icon={<X size={15} />} disabled={run.stopping === "cancelling"} onClick={() => actions.cancel(run.id)} />
      {waiting ? <MoveMenu name={run.workflowName} waiting={waiting} /> : <span className="w-8" />}
    </li>
  );
}
