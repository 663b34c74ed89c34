"use client";

import { PanelBottom, PanelLeft, PanelRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { IconButton } from "@/app/ui/icon-button";
import { ProductMark } from "@/app/ui/product-mark";
import { SystemWords } from "@/app/ui/system-words";
import type { Command } from "../command";
import { type PanelName, togglePanel, usePanelLayout } from "../panels/panel-layout";
import { useSheets } from "../panels/window-size";
import { useKeysOf } from "../shortcuts/commands-context";
import { EditorMenu } from "./editor-menu";
import { ProblemCount } from "./problem-count";
import { RunControls } from "./run-controls";
import { SaveWords } from "./save-words";
import { WorkflowName } from "./workflow-name";

const panels: readonly { name: PanelName; icon: React.ReactNode }[] = [
  { name: "palette", icon: <PanelLeft size={16} /> },
  { name: "steps", icon: <PanelBottom size={16} /> },
  { name: "details", icon: <PanelRight size={16} /> },
];

function PanelToggle({ name, icon }: (typeof panels)[number]) {
  const t = useTranslations();
  const sheets = useSheets();
  const layout = usePanelLayout();
  const keys = useKeysOf(`panel-${name}`);
  return <IconButton label={t(`panels.names.${name}`)} keys={keys} icon={icon} size="small" aria-pressed={sheets && name !== "steps" ? layout.sheet === name : layout.panels[name].open} onClick={() => togglePanel(name, sheets)} className="size-7 aria-pressed:bg-transparent" />;
}

function PanelToggles() {
  const t = useTranslations();
  return (
    <span className="flex items-center" role="group" aria-label={t("bar.panels")}>
      {panels.map((panel) => (
        <PanelToggle key={panel.name} {...panel} />
      ))}
    </span>
  );
}

export function TopBar({ commands }: { commands: readonly Command[] }) {
  const t = useTranslations();
  return (
    <header className="flex h-11 shrink-0 items-center gap-3 border-b border-line bg-panel pr-2 pl-3">
      <nav aria-label={t("bar.breadcrumb")} className="flex min-w-0 items-center gap-1.5">
        <Link href="/" aria-label={t("bar.home")} className="flex items-center gap-2 rounded-sm pr-1.5 font-semibold whitespace-nowrap">
          <ProductMark />
          <span className="max-lg:hidden">{t("common.product")}</span>
        </Link>
        <Link href="/" className="rounded-sm px-1.5 whitespace-nowrap text-muted hover:text-ink max-md:hidden">
          {t("common.places.workflows")}
        </Link>
        <span className="text-faint max-md:hidden" aria-hidden>
          /
        </span>
        <WorkflowName />
      </nav>
      <span role="status" aria-label={t("bar.saving")} className="flex min-w-0 shrink-[2]">
        <SaveWords />
      </span>
      <span className="flex-1" />
      <SystemWords className="max-lg:hidden" />
      <PanelToggles />
      <EditorMenu commands={commands} />
      <ProblemCount />
      <RunControls />
    </header>
  );
}
