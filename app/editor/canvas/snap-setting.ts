/** Whether dragged cards keep to the grid, remembered on this machine. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

/** As far apart as the dots of the canvas, in px. */
export const gridStep = 20;

interface SnapSetting {
  readonly grid: boolean;
}

export const useSnapSetting = create<SnapSetting>()(persist((): SnapSetting => ({ grid: false }), { name: "bifrost.snap", version: 1 }));

export const toggleGrid = () => useSnapSetting.setState(({ grid }) => ({ grid: !grid }));
