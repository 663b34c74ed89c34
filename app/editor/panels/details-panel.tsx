"use client";

import { Tabs } from "@/app/ui/tabs";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { PanelTab } from "../store/editor-store";
import { InspectPanel } from "../inspect/inspect-panel";
import { OutputPanel } from "./output-panel";
import { ParamsPanel } from "./params-panel";
import { RunsPanel } from "./runs-panel";

export function DetailsPanel() {
  const store = useEditorStore();
  const tab = useEditor((state) => state.tab);
  return (
    <Tabs<PanelTab>
      label="Details"
      value={tab}
      onChange={(next) => store.setState({ tab: next })}
      tabs={[
        { value: "params", title: "Params", content: <ParamsPanel /> },
        { value: "inspect", title: "Inspect", content: <InspectPanel /> },
        { value: "output", title: "Output", content: <OutputPanel /> },
        { value: "runs", title: "Runs", content: <RunsPanel /> },
      ]}
    />
  );
}
