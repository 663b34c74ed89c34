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
} as const;
