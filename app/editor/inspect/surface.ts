import type { ComponentType, ReactNode } from "react";

/** What a picture lies on: the panel's column, or something that zooms. `picture` is its size in its own pixels. */
export type Surface = ComponentType<{ label: string; picture: { readonly width: number; readonly height: number }; children: ReactNode }>;
