/** Commands about the workflow as a whole, and the ways to the other pages. None comes with keys; any may be given some. */
import type { Command, Overlay } from "./command";
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
  const page = (path: "/" | "/runs" | "/models"): Command => ({ id: `go${path}`, group: "workflow", run: () => go(path) });
  const theme = (name: "light" | "dark" | "system"): Command => ({ id: `theme-${name}`, group: "view", run: () => setTheme(name) });
  return [
    { id: "export", group: "workflow", run: () => downloadWorkflow(store.getState().name, store.getState().graph) },
    { id: "save-preset", group: "workflow", run: () => show("preset") },
    { id: "open-copy", group: "workflow", run: duplicate },
    { id: "problems", group: "workflow", run: () => showProblems(store, sheets) },
    page("/"),
    page("/runs"),
    page("/models"),
    theme("light"),
    theme("dark"),
    theme("system"),
  ];
}
