/**
 * Fitting shows cards no larger than they were designed, and clear of the overview in the corner. The share at the sides
 * has room for edges that turn back at the outermost cards: the larger those are shown, the further they reach.
 */
export const fitOptions = { padding: { top: "20px", right: "2.7%", bottom: "104px", left: "2.7%" }, maxZoom: 1 } as const;
