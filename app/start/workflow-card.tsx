"use client";

import { Copy, Ellipsis, Pencil, Trash2 } from "lucide-react";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { ArtifactPicture } from "@/app/editor/node/artifact-picture";
import { Button } from "@/app/ui/button";
import { Dialog } from "@/app/ui/dialog";
import { IconButton } from "@/app/ui/icon-button";
import { Menu, MenuItem, MenuLine } from "@/app/ui/menu";
import { TimeAgo } from "@/app/ui/time-ago";
import type { WorkflowSummary } from "@/server/api/contract";
import type { WorkflowActions } from "./use-workflow-actions";

function RenameForm({ workflow, actions, onDone }: { workflow: WorkflowSummary; actions: WorkflowActions; onDone: () => void }) {
  const t = useTranslations();
  const [name, setName] = useState(workflow.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    actions.rename(workflow, name);
    onDone();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 pb-1">
      <input aria-label={t("start.workflow.name")} className="field h-8" required maxLength={120} value={name} onChange={(event) => setName(event.target.value)} onFocus={(event) => event.target.select()} />
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t("start.workflow.cancel")}</Button>
        <Button type="submit" tone="primary">
          {t("start.workflow.rename")}
        </Button>
      </div>
    </form>
  );
}

export function WorkflowCard({ workflow, actions }: { workflow: WorkflowSummary; actions: WorkflowActions }) {
  const t = useTranslations();
  const [renaming, setRenaming] = useState(false);
  const { id, name, nodeCount, picture, updatedAt } = workflow;
  return (
    <article aria-label={name} className="group relative flex flex-col overflow-hidden rounded-xl border border-line bg-panel focus-within:border-line-strong hover:border-line-strong">
      <Link href={`/workflows/${id}`} className="flex flex-col outline-offset-[-3px]">
        <span className="flex aspect-[4/3] items-center justify-center overflow-hidden bg-field">
          {picture ? <ArtifactPicture hash={picture} alt={t("start.workflow.newestPicture", { name })} className="size-full object-cover" /> : <span className="text-sm text-faint">{t(nodeCount === 0 ? "start.workflow.empty" : "start.workflow.notRun")}</span>}
        </span>
        <span className="flex flex-col gap-0.5 border-t border-line px-3 py-2.5">
          <span className="truncate pr-7 font-medium" title={name}>
            {name}
          </span>
          <span className="number text-sm text-faint">
            <TimeAgo at={updatedAt} /> · {t("start.workflow.nodes", { count: nodeCount })}
          </span>
        </span>
      </Link>
      <div className="absolute right-1.5 bottom-5">
        <Menu trigger={<IconButton label={t("start.workflow.more", { name })} icon={<Ellipsis size={16} />} size="small" />}>
          <MenuItem icon={<Pencil size={14} />} onSelect={() => setRenaming(true)}>
            {t("start.workflow.rename")}
          </MenuItem>
          <MenuItem icon={<Copy size={14} />} onSelect={() => actions.duplicate(workflow)}>
            {t("start.workflow.duplicate")}
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<Trash2 size={14} />} onSelect={() => actions.remove(workflow)}>
            {t("start.workflow.delete")}
          </MenuItem>
        </Menu>
      </div>
      <Dialog open={renaming} onOpenChange={setRenaming} title={t("start.workflow.renameTitle")}>
        <RenameForm workflow={workflow} actions={actions} onDone={() => setRenaming(false)} />
      </Dialog>
    </article>
  );
}
