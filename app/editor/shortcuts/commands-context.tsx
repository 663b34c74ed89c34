"use client";

import { createContext, useContext } from "react";
import type { Command, CommandId } from "../command";

const CommandsContext = createContext<readonly Command[]>([]);

/** Gives the commands, with the keys they have now, to whatever shows keys. */
export const CommandsProvider = CommandsContext.Provider;

export function useCommand(id: CommandId): Command | undefined {
  return useContext(CommandsContext).find((command) => command.id === id);
}

/** The keys a command has now, for buttons that do the same. */
export function useKeysOf(id: CommandId): string | undefined {
  return useCommand(id)?.keys;
}
