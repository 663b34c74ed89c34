/** Running from the editor: why a run did not start, stop or come. */
export const running = {
  refused: "This workflow cannot run yet",
  more: "{count, plural, one {# more problem} other {# more problems}}.",
  show: "Show",
  notCancelled: "The run could not be cancelled",
  notPaused: "The run could not be paused",
  notResumed: "The run could not go on",
  notFollowed: "The run cannot be followed",
  lastNotLoaded: "The results of the last run could not be loaded",
  notOpened: "This run could not be opened",
} as const;
