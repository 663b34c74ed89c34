"use client";

import { IconButton, type IconButtonProps } from "@/app/ui/icon-button";
import type { CommandId } from "../command";
import { useKeysOf } from "./commands-context";

/** A button that does what a command does, with the keys that command has now. */
export function CommandButton({ command, ...rest }: Omit<IconButtonProps, "keys"> & { command: CommandId }) {
  return <IconButton keys={useKeysOf(command)} {...rest} />;
}
