"use client";

import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { spoken, spokenWithin } from "@/app/i18n/vocabulary";
import { IconButton } from "@/app/ui/icon-button";
import { Menu, MenuChoice, MenuHeading, MenuItem, MenuLine } from "@/app/ui/menu";
import { asField, asInput } from "@/nodes/param-inputs";
import type { SeedMode } from "@/nodes/workflow";
import { exposeParam, hideParam } from "../graph/exposure";
import { nestingIn, subgraphParams } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { setSeedMode, setSweep } from "../graph/operations";
import type { ParamField } from "../graph/param-fields";
import { useNodeTitle } from "../panels/node-title";
import { edit } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import { SweepDialog } from "./sweep-dialog";
import { sweepSize, sweepSummary } from "./sweep-draft";

const seedModes: readonly SeedMode[] = ["fixed", "increment", "random"];

/** The seed's mode in two words, beside the field; a kept seed needs none. */
export const seedModeNotes = { fixed: null, increment: "params.seed.increments", random: "params.seed.randoms" } as const;

/** Whether the card of the subgraph around the node shows this param. Nothing for a node that lies in none. */
function ShowOnCard({ nodeId, param }: { nodeId: string; param: string }) {
  const store = useEditorStore();
  const t = useTranslations();
  const subgraph = useEditor((state) => nestingIn(state.graph).holderOf(nodeId));
  const title = useNodeTitle(subgraph);
  const shown = useEditor((state) => subgraph !== null && subgraphParams(state.graph, subgraph).some((other) => other.node === nodeId && other.param === param));
  if (subgraph === null) return null;
  return <MenuItem onSelect={() => edit(store, (graph) => (shown ? hideParam : exposeParam)(graph, subgraph, nodeId, param))}>{t(shown ? "subgraphs.param.hide" : "subgraphs.param.show", { title })}</MenuItem>;
}

function FedMenu({ nodeId, field }: { nodeId: string; field: ParamField }) {
  const store = useEditorStore();
  const t = useTranslations();
  return (
    <Menu trigger={<IconButton label={t("params.more", { param: spokenWithin(field.meta.title, t) })} size="small" side="left" className="-mr-1.5" icon={<Ellipsis size={15} />} />}>
      <MenuItem onSelect={() => edit(store, (graph) => asField(graph, nodeId, field.name))}>{t("editing.params.toField")}</MenuItem>
    </Menu>
  );
}

/** What else a param can do than hold one value. In the panel only. */
export function ParamMenu({ nodeId, field }: { nodeId: string; field: ParamField }) {
  const store = useEditorStore();
  const [sweeping, setSweeping] = useState(false);
  const swept = useEditor((state) => nodeOf(state.graph, nodeId)?.sweeps?.[field.name] !== undefined);
  const seedMode = useEditor((state) => nodeOf(state.graph, nodeId)?.seedMode ?? "fixed");
  const fed = useEditor((state) => nodeOf(state.graph, nodeId)?.paramInputs?.includes(field.name) ?? false);
  const t = useTranslations();
  if (fed) return <FedMenu nodeId={nodeId} field={field} />;
  return (
    <>
      <Menu trigger={<IconButton label={t("params.more", { param: spokenWithin(field.meta.title, t) })} size="small" side="left" className="-mr-1.5" icon={<Ellipsis size={15} />} />}>
        {field.meta.control === "seed" && (
          <>
            <MenuHeading>{t("params.seed.eachRun")}</MenuHeading>
            <MenuChoice value={seedMode} onChange={(mode) => edit(store, (graph) => setSeedMode(graph, nodeId, mode as SeedMode))} choices={seedModes.map((mode) => ({ value: mode, title: t(`params.seed.${mode}`) }))} />
            <MenuLine />
          </>
        )}
        <MenuItem onSelect={() => setSweeping(true)}>{t(swept ? "params.sweep.change" : "params.sweep.open")}</MenuItem>
        {swept && <MenuItem onSelect={() => edit(store, (graph) => setSweep(graph, nodeId, field.name, null))}>{t("params.sweep.remove")}</MenuItem>}
        <MenuItem onSelect={() => edit(store, (graph) => asInput(graph, nodeId, field.name))}>{t("editing.params.toInput")}</MenuItem>
        <ShowOnCard nodeId={nodeId} param={field.name} />
      </Menu>
      <SweepDialog nodeId={nodeId} field={field} open={sweeping} onOpenChange={setSweeping} />
    </>
  );
}

/** Stands where the field of a swept param was: how many values, and which. Opens the sweep. */
export function SweptValue({ id, nodeId, field, wide }: { id: string; nodeId: string; field: ParamField; wide: boolean }) {
  const t = useTranslations();
  const [sweeping, setSweeping] = useState(false);
  const sweep = useEditor((state) => nodeOf(state.graph, nodeId)?.sweeps?.[field.name]);
  if (!sweep) return null;
  const size = sweepSize(sweep, t);
  const summary = sweepSummary(sweep, field, t);
  return (
    <>
      <button
        id={id}
        type="button"
        title={summary}
        aria-label={t("params.sweep.field", { param: spoken(field.meta.title, t), size })}
        onClick={() => setSweeping(true)}
        className={`field nodrag number flex min-w-0 items-center gap-2 ${wide ? "w-full" : "max-w-48"}`}
      >
        <span className="shrink-0 font-medium">{size}</span>
        {wide && <span className="min-w-0 flex-1 truncate text-left text-muted contain-[inline-size]">{summary}</span>}
      </button>
      <SweepDialog nodeId={nodeId} field={field} open={sweeping} onOpenChange={setSweeping} />
    </>
  );
}
