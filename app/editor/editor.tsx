"use client";

import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { useTRPCClient } from "@/app/trpc-client";
import type { StoredWorkflow } from "@/server/api/contract";
import { Canvas } from "./canvas/canvas";
import { ConflictDialog } from "./conflict-dialog";
import { InspectionStage } from "./inspect/inspection-stage";
import { Lightbox } from "./lightbox";
import { DetailsPanel } from "./panels/details-panel";
import { Filmstrip } from "./panels/filmstrip";
import { Palette } from "./panels/palette";
import { Panel } from "./panels/panel";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { EditorProvider, useEditor } from "./store/editor-context";
import { createEditorSession } from "./store/editor-session";
import { TopBar } from "./top-bar/top-bar";
import { useCommands } from "./use-commands";

/** Brings a node into view when something asks for it. */
function useFocusRequests(): void {
  const focus = useEditor((state) => state.focus);
  const { fitView } = useReactFlow();
  useEffect(() => {
    if (focus) void fitView({ nodes: [{ id: focus.nodeId }], maxZoom: 1, padding: 0.4 });
  }, [focus, fitView]);
}

function Workbench() {
  const [shortcuts, setShortcuts] = useState(false);
  const showShortcuts = useCallback(() => setShortcuts(true), []);
  const commands = useCommands(showShortcuts);
  const name = useEditor((state) => state.name);
  const inspecting = useEditor((state) => state.inspection.large);
  useFocusRequests();
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <h1 className="sr-only">{name}</h1>
      <title>{`${name} · Bifrost Studio`}</title>
      <TopBar commands={commands} />
      <div className="relative flex min-h-0 flex-1">
        <Panel name="palette" label="List of nodes">
          <Palette />
        </Panel>
        <main className="flex min-w-0 flex-1 flex-col">
          <div className="relative min-h-0 flex-1">
            <Canvas commands={commands} />
            {inspecting && <InspectionStage />}
          </div>
          <Panel name="steps" label="Steps">
            <Filmstrip />
          </Panel>
        </main>
        <Panel name="details" label="Details">
          <DetailsPanel />
        </Panel>
      </div>
      <ShortcutsDialog open={shortcuts} onOpenChange={setShortcuts} commands={commands} />
      <ConflictDialog />
      <Lightbox />
    </div>
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
