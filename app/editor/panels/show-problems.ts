/** Opens the list of problems: the Params panel with nothing selected. */
import { select } from "../store/document-actions";
import type { EditorStore } from "../store/editor-store";
import { openPanel } from "./panel-layout";

export function showProblems(store: EditorStore, asSheet: boolean): void {
  select(store, []);
  store.setState({ tab: "params", level: null });
  openPanel("details", asSheet);
  // The panel may have to open first.
  requestAnimationFrame(() => document.getElementById("problems")?.focus());
}
