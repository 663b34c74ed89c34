"use client";

import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { Tooltip } from "./tooltip";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** The button's name, in its tooltip and to assistive technology. */
  label: string;
  /** More words for the tooltip, where the name is not enough. */
  hint?: string;
  icon: ReactNode;
  keys?: string;
  side?: "top" | "right" | "bottom" | "left";
  size?: "small" | "normal";
}

export function IconButton({ label, hint, icon, keys, side = "bottom", size = "normal", className, type = "button", ...rest }: IconButtonProps) {
  return (
    <Tooltip label={hint ?? label} keys={keys} side={side}>
      <button
        type={type}
        aria-label={label}
        className={classNames(
          "inline-flex shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink aria-pressed:bg-pressed aria-pressed:text-ink disabled:pointer-events-none disabled:opacity-40",
          size === "small" ? "size-6" : "size-8",
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
