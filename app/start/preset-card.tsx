"use client";

import { Trash2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { shapeOf } from "@/app/editor/canvas/node-candidates";
import { PortShape } from "@/app/editor/node/port-shape";
import { spoken } from "@/app/i18n/vocabulary";
import { Button } from "@/app/ui/button";
import { IconButton } from "@/app/ui/icon-button";
import { joined } from "@/app/ui/quantity";
import { findSpec } from "@/nodes/specs";
import type { PresetSummary } from "@/server/api/contract";
import type { WorkflowActions } from "./use-workflow-actions";

/** The kinds of nodes a preset is made of, as the shapes of what they give. */
function NodeTypes({ types }: { types: readonly string[] }) {
  const t = useTranslations();
  const known = [...new Set(types)].flatMap((type) => findSpec(type) ?? []);
  const titles = joined(known.map((spec) => spoken(spec.title, t)), t);
  return (
    <span className="flex flex-wrap items-center gap-1.5" role="img" aria-label={t("start.preset.uses", { nodes: titles })} title={titles}>
      {known.map((spec) => {
        const shape = shapeOf(spec);
        return shape && <PortShape key={spec.type} type={shape} size={11} />;
      })}
    </span>
  );
}

export function PresetCard({ preset, actions }: { preset: PresetSummary; actions: WorkflowActions }) {
  const t = useTranslations();
  // What people wrote stays as they wrote it.
  const name = preset.shipped ? spoken(preset.name, t) : preset.name;
  const description = preset.shipped ? spoken(preset.description, t) : preset.description;
  return (
    <article aria-label={name} className="flex flex-col gap-2 rounded-xl border border-line bg-panel p-3.5">
      <header className="flex items-start justify-between gap-2">
        <h3 className="font-medium">{name}</h3>
        {!preset.shipped && <IconButton label={t("start.preset.delete", { name })} size="small" className="-mt-0.5 -mr-1" icon={<Trash2 size={14} />} onClick={() => actions.removePreset(preset)} />}
      </header>
      <p className="flex-1 text-muted">{description || t("start.preset.own")}</p>
      <footer className="mt-1 flex items-center justify-between gap-3">
        <NodeTypes types={preset.nodeTypes} />
        <Button aria-label={t("start.preset.useNamed", { name })} onClick={() => void actions.create({ presetId: preset.id, name })}>
          {t("start.preset.use")}
        </Button>
      </footer>
    </article>
  );
}
