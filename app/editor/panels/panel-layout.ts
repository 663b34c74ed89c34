/** Which panels are open and how large, remembered on this machine. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

export type PanelName = "palette" | "details" | "steps";

interface PanelSize {
  readonly open: boolean;
  /** Width of the side panels, height of the steps; null is the size that suits the window. */
  readonly size: number | null;
}

interface PanelLayout {
  readonly panels: Readonly<Record<PanelName, PanelSize>>;
  /** On a tablet the side panels are sheets over the canvas, one at a time; never remembered. */
  readonly sheet: "palette" | "details" | null;
}

export const usePanelLayout = create<PanelLayout>()(
  persist(
    (): PanelLayout => ({
      panels: { palette: { open: true, size: null }, details: { open: true, size: null }, steps: { open: true, size: null } },
      sheet: null,
    }),
    { name: "bifrost.panels", version: 1, partialize: ({ panels }) => ({ panels }) },
  ),
);

export const limits: Record<PanelName, { min: number; max: number }> = {
  palette: { min: 176, max: 360 },
  details: { min: 264, max: 640 },
  steps: { min: 96, max: 360 },
};

/** A wide window gives the details more room; at 1280 px the canvas keeps 60 % of the width. */
export function suitingSize(name: PanelName, window: { width: number; height: number }): number {
  if (name === "palette") return 212;
  if (name === "details") return Math.round(Math.min(400, Math.max(300, window.width * 0.23)));
  return window.height < 800 ? 116 : 148;
}

function setPanel(name: PanelName, change: Partial<PanelSize>): void {
  usePanelLayout.setState(({ panels }) => ({ panels: { ...panels, [name]: { ...panels[name], ...change } } }));
}

export function resizePanel(name: PanelName, size: number | null): void {
  const { min, max } = limits[name];
  setPanel(name, { size: size === null ? null : Math.round(Math.min(max, Math.max(min, size))) });
}

export function togglePanel(name: PanelName, asSheet: boolean): void {
  if (asSheet && name !== "steps") usePanelLayout.setState(({ sheet }) => ({ sheet: sheet === name ? null : name }));
  else setPanel(name, { open: !usePanelLayout.getState().panels[name].open });
}

export function openPanel(name: PanelName, asSheet: boolean): void {
  if (asSheet && name !== "steps") usePanelLayout.setState({ sheet: name });
  else setPanel(name, { open: true });
}

export const closeSheet = () => usePanelLayout.setState({ sheet: null });
