/** Commands about the workflow as a whole, and the ways to the other pages. None comes with keys; any may be given some. */
import type { Command, Overlay } from "./commands";
import { downloadWorkflow } from "./export-workflow";
import { showProblems } from "./panels/show-problems";
import type { EditorStore } from "./store/editor-store";

export interface WorkflowCommandContext {
  readonly store: EditorStore;
  readonly sheets: boolean;
  show(overlay: Overlay): void;
  go(path: string): void;
  /** Opens a new workflow that starts as this one is now. */
  duplicate(): void;
  setTheme(theme: string): void;
}

export function createWorkflowCommands({ store, sheets, show, go, duplicate, setTheme }: WorkflowCommandContext): Command[] {
  const page = (path: string, title: string): Command => ({ id: `go${path}`, title, group: "Workflow", run: () => go(path) });
  const theme = (name: string, title: string): Command => ({ id: `theme-${name}`, title, group: "View", run: () => setTheme(name) });
  return [
    { id: "export", title: "Export workflow as JSON", group: "Workflow", run: () => downloadWorkflow(store.getState().name, store.getState().graph) },
    { id: "save-preset", title: "Save as preset", group: "Workflow", run: () => show("preset") },
    { id: "open-copy", title: "Open a copy", group: "Workflow", run: duplicate },
    { id: "problems", title: "Show what keeps it from running", group: "Workflow", run: () => showProblems(store, sheets) },
    page("/", "Go to all workflows"),
    page("/runs", "Go to the queue and all runs"),
    page("/models", "Go to the models"),
    theme("light", "Light theme"),
    theme("dark", "Dark theme"),
    theme("system", "Theme as the system"),
  ];
}
