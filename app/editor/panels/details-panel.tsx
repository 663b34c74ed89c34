"use client";

import { useTranslations } from "use-intl";
import { Tabs } from "@/app/ui/tabs";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { PanelTab } from "../store/editor-store";
import { InspectPanel } from "../inspect/inspect-panel";
import { OutputPanel } from "./output-panel";
import { ParamsPanel } from "./params-panel";
import { RunsPanel } from "./runs-panel";

export function DetailsPanel() {
  const t = useTranslations();
  const store = useEditorStore();
  const tab = useEditor((state) => state.tab);
  return (
    <Tabs<PanelTab>
      label={t("panels.names.details")}
      value={tab}
      onChange={(next) => store.setState({ tab: next })}
      tabs={[
        { value: "params", title: t("panels.tabs.params"), content: <ParamsPanel /> },
        { value: "inspect", title: t("panels.tabs.inspect"), content: <InspectPanel /> },
        { value: "output", title: t("panels.tabs.output"), content: <OutputPanel /> },
        { value: "runs", title: t("panels.tabs.runs"), content: <RunsPanel /> },
      ]}
    />
  );
}
