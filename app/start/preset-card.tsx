"use client";

import { Trash2 } from "lucide-react";
import { shapeOf } from "@/app/editor/canvas/node-candidates";
import { PortShape } from "@/app/editor/node/port-shape";
import { Button } from "@/app/ui/button";
import { IconButton } from "@/app/ui/icon-button";
import { findSpec } from "@/nodes/specs";
import type { PresetSummary } from "@/server/api/contract";
import type { WorkflowActions } from "./use-workflow-actions";

/** The kinds of nodes a preset is made of, as the shapes of what they give. */
function NodeTypes({ types }: { types: readonly string[] }) {
  const known = [...new Set(types)].flatMap((type) => findSpec(type) ?? []);
  return (
    <span className="flex flex-wrap items-center gap-1.5" role="img" aria-label={`Uses ${known.map((spec) => spec.title).join(", ")}`} title={known.map((spec) => spec.title).join(", ")}>
      {known.map((spec) => {
        const shape = shapeOf(spec);
        return shape && <PortShape key={spec.type} type={shape} size={11} />;
      })}
    </span>
  );
}

export function PresetCard({ preset, actions }: { preset: PresetSummary; actions: WorkflowActions }) {
  return (
    <article aria-label={preset.name} className="flex flex-col gap-2 rounded-xl border border-line bg-panel p-3.5">
      <header className="flex items-start justify-between gap-2">
        <h3 className="font-medium">{preset.name}</h3>
        {!preset.shipped && <IconButton label={`Delete the preset ${preset.name}`} size="small" className="-mt-0.5 -mr-1" icon={<Trash2 size={14} />} onClick={() => actions.removePreset(preset)} />}
      </header>
      <p className="flex-1 text-muted">{preset.description || "A preset of your own."}</p>
      <footer className="mt-1 flex items-center justify-between gap-3">
        <NodeTypes types={preset.nodeTypes} />
        <Button aria-label={`Use ${preset.name}`} onClick={() => void actions.create({ presetId: preset.id })}>
          Use
        </Button>
      </footer>
    </article>
  );
}
