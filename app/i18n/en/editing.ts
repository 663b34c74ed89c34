/** Params that are inputs, and how connections are led. */
export const editing = {
  params: { toInput: "Turn into an input", toField: "Turn back into a field" },
  feed: {
    from: "Feed {port} from",
    nothing: "Nothing here gives {port} yet",
    select: "Select the connection",
    disconnect: "Disconnect",
    open: "not connected",
    openOptional: "not connected, optional",
    change: "{port}: {source}. Change",
  },
  paste: { unconnected: "Pasted without connections", elsewhere: "What feeds the originals is in the workflow they were copied from." },
  reroute: {
    about: "Point that connections run through: {type}",
    port: "Another connection from here: {type}",
    hint: "Drag to lead the connection elsewhere, double-click to take the point away",
  },
} as const;
