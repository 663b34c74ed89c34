/** Pins steps of the shown run into the graph; each is one step of the history. */
import * as savedFrames from "../graph/saved-frames";
import { edit } from "./document-actions";
import type { EditorStore } from "./editor-store";

/** Adds a node that holds the frame, below the one it is from, and selects it. */
export function pinFrame(store: EditorStore, frame: savedFrames.SavedFrame): void {
  const { graph, sizes } = store.getState();
  const { workflow, ids } = savedFrames.pinFrame(graph, frame, sizes.get(frame.nodeId)?.height);
  edit(store, () => workflow, { select: ids });
}

/** Lets the frame's node, or a copy of it and of all that follows it, go on from there; selects that node. */
export function continueFrom(store: EditorStore, frame: savedFrames.SavedFrame, how: Parameters<typeof savedFrames.continueFrom>[2]): void {
  const { workflow, ids } = savedFrames.continueFrom(store.getState().graph, frame, how);
  edit(store, () => workflow, { select: ids });
}
