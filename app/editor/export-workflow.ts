import type { Workflow } from "@/nodes/workflow";

/** A file name any system takes. */
export function fileNameOf(name: string): string {
  const safe = name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, " ").replace(/\s+/g, " ").trim().replace(/^\.+/, "");
  return `${safe.slice(0, 100) || "workflow"}.json`;
}

/** Gives the workflow to the person as a file, readable and the same on every export. */
export function downloadWorkflow(name: string, graph: Workflow): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(graph, null, 2)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileNameOf(name);
  link.click();
  URL.revokeObjectURL(url);
}
