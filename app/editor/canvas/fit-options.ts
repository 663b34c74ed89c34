/** Fitting shows cards no larger than they were designed, and clear of the overview in the corner. */
export const fitOptions = { padding: { top: "20px", right: "20px", bottom: "104px", left: "20px" }, maxZoom: 1 } as const;
