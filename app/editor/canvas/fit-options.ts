/** Fitting shows cards no larger than they were designed, and clear of the overview in the corner. */
export const fitOptions = { padding: { top: "28px", right: "28px", bottom: "116px", left: "28px" }, maxZoom: 1 } as const;
