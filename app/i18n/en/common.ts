/** What several places say: the header, menus, dialogs, and quantities. */
export const common = {
  product: "Bifrost Studio",
  places: { label: "Main", workflows: "Workflows", runs: "Runs", models: "Models" },
  appearance: "Theme and language",
  theme: { title: "Theme", system: "As the system", light: "Light", dark: "Dark" },
  language: { title: "Language", system: "As the browser" },
  failures: {
    unreachable: "The server does not answer. Is it still running?",
    unknown: "Something went wrong.",
  },
} as const;
