/** Fitting shows cards no larger than they were designed. */
export const fitOptions = { padding: 0.08, maxZoom: 1.1 };
