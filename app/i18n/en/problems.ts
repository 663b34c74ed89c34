/** Buttons that mend a problem. The problems themselves are in the vocabulary (zh/problem-sentences.ts). */
export const problems = {
  set: "Set to {value}",
  setOn: "Set {node} to {value}",
  setSize: "Set to {width} × {height} px",
  makeField: "Turn back into a field",
  connect: "Connect {node}",
  disconnect: "Remove the connection",
  removeNode: "Remove the node",
  removeSweep: "Remove the sweep",
} as const;
