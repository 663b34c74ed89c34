/** Whole pages that say one thing, titles in the browser's tab, and the words before a page is there. */
export const pages = {
  description: "A visual node-graph editor for pipelines that join a multimodal language model to a diffusion model.",
  titles: { runs: "Runs", models: "Models", workflow: "Workflow" },
  allWorkflows: "All workflows",
  tryAgain: "Try again",
  notFound: {
    title: "There is no such page",
    detail: "The address may be mistyped, or the page has moved.",
  },
  stopped: {
    title: "This page stopped working",
    detail: "Unsaved edits are kept on this machine and come back when the workflow is opened again.",
    reason: "The error says: “{words}”",
  },
  allStopped: {
    title: "Bifrost Studio stopped working",
    detail: "Unsaved edits are kept on this machine and come back when the workflow is opened again.",
  },
  workflow: {
    opening: "Opening the workflow",
    missing: "There is no such workflow",
    missingDetail: "It may have been deleted. Deleted workflows can be brought back from the start page.",
    failed: "The workflow could not be opened",
  },
} as const;
