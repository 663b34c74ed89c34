/** The bar above the canvas, and dialogs that it opens. */
export const bar = {
  breadcrumb: "Breadcrumb",
  home: "Bifrost Studio, all workflows",
  saving: "Saving",
  panels: "Panels",
  more: "More",
  name: "Name of the workflow",
  tab: "{name} · Bifrost Studio",
  run: {
    label: "Run",
    start: "Run",
    startCells: "Run {count, number} cells",
    pause: "Pause",
    resume: "Resume",
    cancel: "Cancel",
  },
  preset: {
    title: "Save as preset",
    about: "A preset starts new workflows with these nodes, connections and params.",
    name: "Name",
    description: "What it is for",
    cancel: "Cancel",
    save: "Save preset",
    saved: "“{name}” is now a preset",
    savedDetail: "It is offered on the start page.",
  },
  copy: { name: "{name} (copy)", failed: "The copy could not be made" },
} as const;
