"use client";

import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useTRPCClient } from "@/app/trpc-client";
import type { StoredWorkflow } from "@/server/api/contract";
import { Canvas } from "./canvas/canvas";
import { FindBar } from "./canvas/find-bar";
import { CommandPalette } from "./command-palette/command-palette";
import type { Overlay } from "./command";
import { ConflictDialog } from "./conflict-dialog";
import { InspectionStage } from "./inspect/inspection-stage";
import { Lightbox } from "./lightbox";
import { DetailsPanel } from "./panels/details-panel";
import { Filmstrip } from "./panels/filmstrip";
import { useStepsWatch } from "./panels/first-steps";
import { Palette } from "./panels/palette";
import { Panel } from "./panels/panel";
import { CommandsProvider } from "./shortcuts/commands-context";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { EditorProvider, useEditor } from "./store/editor-context";
import { createEditorSession } from "./store/editor-session";
import { PresetDialog, SubgraphPresetDialog } from "./top-bar/preset-dialog";
import { TopBar } from "./top-bar/top-bar";
import { useCommands } from "./use-commands";
import { useMemory } from "./use-memory";

/** Brings a node into view when something asks for it. */
function useFocusRequests(): void {
  const focus = useEditor((state) => state.focus);
  const { fitView } = useReactFlow();
  useEffect(() => {
    if (focus) void fitView({ nodes: [{ id: focus.nodeId }], maxZoom: 1, padding: 0.4 });
  }, [focus, fitView]);
}

/** What is open over the editor. One dialog at a time; the find bar stays beside the canvas. */
function useOverlays() {
  const [overlay, setOverlay] = useState<Exclude<Overlay, "find"> | null>(null);
  const [finding, setFinding] = useState<number | null>(null);
  const show = useCallback((wanted: Overlay) => {
    if (document.querySelector("[role=dialog][data-state=open]")) return;
    if (wanted === "find") setFinding((before) => (before ?? 0) + 1);
    else setOverlay(wanted);
  }, []);
  const close = useCallback(() => setOverlay(null), []);
  const stopFinding = useCallback(() => setFinding(null), []);
  return { overlay, finding, show, close, stopFinding };
}

function Workbench() {
  const t = useTranslations();
  const { overlay, finding, show, close, stopFinding } = useOverlays();
  const { commands, usual } = useCommands(show);
  const name = useEditor((state) => state.name);
  const inspecting = useEditor((state) => state.inspection.large);
  useFocusRequests();
  useStepsWatch();
  useMemory();
  return (
    <CommandsProvider value={commands}>
    <div className="flex h-dvh flex-col overflow-hidden">
      <title>{t("bar.tab", { name })}</title>
      <TopBar commands={commands} />
      <div className="relative flex min-h-0 flex-1">
        <Panel name="palette">
          <Palette />
        </Panel>
        <main className="flex min-w-0 flex-1 flex-col">
          <h1 className="sr-only">{name}</h1>
          <div className="relative min-h-0 flex-1">
            <Canvas commands={commands} />
            {finding !== null && <FindBar request={finding} onClose={stopFinding} />}
            {inspecting && <InspectionStage />}
          </div>
          <Panel name="steps">
            <Filmstrip />
          </Panel>
        </main>
        <Panel name="details">
          <DetailsPanel />
        </Panel>
      </div>
      <ShortcutsDialog open={overlay === "shortcuts"} onOpenChange={close} commands={commands} usual={usual} />
      <CommandPalette open={overlay === "commands"} onOpenChange={close} commands={commands} />
      <SubgraphPresetDialog open={overlay === "subgraph-preset"} onOpenChange={close} />
      <PresetDialog open={overlay === "preset"} onOpenChange={close} />
      <ConflictDialog />
      <Lightbox />
    </div>
    </CommandsProvider>
  );
}

/** One workflow, open for editing. Mounted anew for each workflow. */
export function Editor({ opened, query }: { opened: StoredWorkflow; query: string }) {
  const client = useTRPCClient();
  const [session] = useState(() => createEditorSession(client, opened));
  useEffect(() => session.open(new URLSearchParams(query)), [session, query]);
  return (
    <EditorProvider session={session}>
      <ReactFlowProvider>
        <Workbench />
      </ReactFlowProvider>
    </EditorProvider>
  );
}
